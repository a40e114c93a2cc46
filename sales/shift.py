"""A shift: from the float in the drawer to its count, and who is at the till meanwhile."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
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
from sales.totals import Totals
from sales.totals_payload import read_totals, totals_to_json


class SignInMethod(StrEnum):
    """How a cashier said who they are."""

    BADGE = "badge"
    PIN = "pin"


@dataclass(frozen=True)
class ShiftOpened:
    """A shift began with `float_minor` in the drawer. Journal entry kind `shift_open`; shifts count from 1."""

    terminal: str
    store: str
    shift: int
    time_utc: datetime
    business_day: date
    currency: str
    float_minor: int
    cashier_id: str | None

    def __post_init__(self) -> None:
        check_head(self)
        check_from_one(shift=self.shift)
        check_currency(self.currency)
        check_person("cashier_id", self.cashier_id)
        if self.float_minor < 0:
            raise RecordError(f"a float cannot be below zero, this one is {self.float_minor}")


@dataclass(frozen=True)
class ShiftClosed:
    """A shift ended: what was counted, what should have been there, and its totals. Journal entry kind `shift_close`.

    Minor units of `currency`. Raises `RecordError` unless the difference is what was counted less what was expected.
    """

    terminal: str
    store: str
    shift: int
    time_utc: datetime
    business_day: date
    currency: str
    counted_minor: int
    expected_minor: int
    difference_minor: int
    totals: Totals
    cashier_id: str | None

    def __post_init__(self) -> None:
        check_head(self)
        check_from_one(shift=self.shift)
        check_currency(self.currency)
        check_person("cashier_id", self.cashier_id)
        if self.counted_minor < 0:
            raise RecordError(f"nobody can count {self.counted_minor} in a drawer")
        if self.counted_minor - self.expected_minor != self.difference_minor:
            raise RecordError(
                f"{self.counted_minor} counted of {self.expected_minor} expected is no difference of {self.difference_minor}"
            )

    @property
    def float_minor(self) -> int:
        """What the shift began with."""
        return self.expected_minor - self.totals.cash_minor


@dataclass(frozen=True)
class CashierChanged:
    """A cashier signed in, or out when `cashier_id` is None. Journal entry kind `cashier`."""

    terminal: str
    store: str
    time_utc: datetime
    business_day: date
    cashier_id: str | None
    method: SignInMethod
    shift: int | None

    def __post_init__(self) -> None:
        check_head(self)
        check_from_one(shift=self.shift)
        check_person("cashier_id", self.cashier_id)


def opened_to_payload(opened: ShiftOpened) -> dict[str, Any]:
    """Return the record as JSON values."""
    return {
        **head_to_json(opened),
        "shift": opened.shift,
        "currency": opened.currency,
        "float_minor": opened.float_minor,
        "cashier_id": opened.cashier_id,
    }


def closed_to_payload(closed: ShiftClosed) -> dict[str, Any]:
    """Return the record as JSON values."""
    return {
        **head_to_json(closed),
        "shift": closed.shift,
        "currency": closed.currency,
        "counted_minor": closed.counted_minor,
        "expected_minor": closed.expected_minor,
        "difference_minor": closed.difference_minor,
        "totals": totals_to_json(closed.totals),
        "cashier_id": closed.cashier_id,
    }


def cashier_to_payload(changed: CashierChanged) -> dict[str, Any]:
    """Return the record as JSON values."""
    return {
        **head_to_json(changed),
        "cashier_id": changed.cashier_id,
        "method": changed.method.value,
        "shift": changed.shift,
    }


def opened_from_payload(payload: object) -> ShiftOpened:
    """Return the record written by `opened_to_payload`; raises `PayloadError` naming the field that does not fit."""
    return Fields(payload).read(_read_opened)


def closed_from_payload(payload: object) -> ShiftClosed:
    """Return the record written by `closed_to_payload`; raises `PayloadError` naming the field that does not fit."""
    return Fields(payload).read(_read_closed)


def cashier_from_payload(payload: object) -> CashierChanged:
    """Return the record written by `cashier_to_payload`; raises `PayloadError` naming the field that does not fit."""
    return Fields(payload).read(_read_cashier)


def _read_opened(fields: Fields) -> ShiftOpened:
    return ShiftOpened(
        **read_head(fields),
        shift=fields.integer("shift"),
        currency=fields.text("currency"),
        float_minor=fields.integer("float_minor"),
        cashier_id=fields.optional_text("cashier_id"),
    )


def _read_closed(fields: Fields) -> ShiftClosed:
    return ShiftClosed(
        **read_head(fields),
        shift=fields.integer("shift"),
        currency=fields.text("currency"),
        counted_minor=fields.integer("counted_minor"),
        expected_minor=fields.integer("expected_minor"),
        difference_minor=fields.integer("difference_minor"),
        totals=fields.object("totals").read(read_totals),
        cashier_id=fields.optional_text("cashier_id"),
    )


def _read_cashier(fields: Fields) -> CashierChanged:
    return CashierChanged(
        **read_head(fields),
        cashier_id=fields.optional_text("cashier_id"),
        method=fields.choice("method", SignInMethod),
        shift=fields.optional_integer("shift"),
    )
