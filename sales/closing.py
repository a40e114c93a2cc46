"""The Z report: the day's end of a terminal, with its totals and the count of the drawer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sales.fields import Fields
from sales.record import (
    RecordError,
    check_currency,
    check_from_one,
    check_head,
    check_person,
    head_to_json,
    read_head,
)
from sales.tally import Tally
from sales.totals import PaidBy, Totals, TotalsRow, add_up
from sales.totals_payload import read_totals, totals_to_json

__all__ = ["Closing", "PaidBy", "Tally", "Totals", "TotalsRow", "add_up", "from_payload", "to_payload"]


@dataclass(frozen=True)
class Closing:
    """A Z report, in minor units of `currency`. Journal entry kind `z_report`.

    `number` counts the closings of a terminal and epoch from 1. `shifts` are the first and the last shift it covers.
    `float_minor` and `counted_minor` are the sums over these shifts. `perpetual_minor` is the turnover of this terminal and
    epoch since its beginning, this closing included. Raises `RecordError` unless the difference is what was counted less
    float and cash.
    """

    terminal: str
    store: str
    number: int
    time_utc: datetime
    business_day: date
    currency: str
    shifts: tuple[int, int]
    totals: Totals
    float_minor: int
    counted_minor: int
    difference_minor: int
    perpetual_minor: int
    cashier_id: str | None

    def __post_init__(self) -> None:
        check_head(self)
        check_from_one(number=self.number)
        check_currency(self.currency)
        check_person("cashier_id", self.cashier_id)
        if not 1 <= self.shifts[0] <= self.shifts[1]:
            raise RecordError(
                f"shifts run from a first, at least 1, to a last, not from {self.shifts[0]} to {self.shifts[1]}"
            )
        if self.counted_minor - self.expected_minor != self.difference_minor:
            raise RecordError(
                f"{self.counted_minor} counted of {self.expected_minor} expected is no difference of {self.difference_minor}"
            )

    @property
    def expected_minor(self) -> int:
        """What the drawer should have held."""
        return self.float_minor + self.totals.cash_minor


def to_payload(closing: Closing) -> dict[str, Any]:
    """Return the closing as JSON values; never a float."""
    return {
        **head_to_json(closing),
        "number": closing.number,
        "currency": closing.currency,
        "first_shift": closing.shifts[0],
        "last_shift": closing.shifts[1],
        "totals": totals_to_json(closing.totals),
        "float_minor": closing.float_minor,
        "counted_minor": closing.counted_minor,
        "difference_minor": closing.difference_minor,
        "perpetual_minor": closing.perpetual_minor,
        "cashier_id": closing.cashier_id,
    }


def from_payload(payload: object) -> Closing:
    """Return the closing written by `to_payload`; raises `PayloadError` naming the field that does not fit."""
    return Fields(payload).read(_read)


def _read(fields: Fields) -> Closing:
    return Closing(
        **read_head(fields),
        number=fields.integer("number"),
        currency=fields.text("currency"),
        shifts=(fields.integer("first_shift"), fields.integer("last_shift")),
        totals=fields.object("totals").read(read_totals),
        float_minor=fields.integer("float_minor"),
        counted_minor=fields.integer("counted_minor"),
        difference_minor=fields.integer("difference_minor"),
        perpetual_minor=fields.integer("perpetual_minor"),
        cashier_id=fields.optional_text("cashier_id"),
    )
