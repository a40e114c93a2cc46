"""Cash into the drawer and out of it without a sale, and the drawer opened for nothing."""

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


class CashMovementKind(StrEnum):
    """Why the drawer was opened: to bring money to the safe, to add some, to pay something, or for no sale at all."""

    DROP = "drop"
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    NO_SALE = "no_sale"


_TOTALS = {
    CashMovementKind.DROP: "drops",
    CashMovementKind.PAY_IN: "pay_ins",
    CashMovementKind.PAY_OUT: "pay_outs",
    CashMovementKind.NO_SALE: "no_sales",
}


@dataclass(frozen=True)
class CashMovement:
    """One movement of cash, in minor units of `currency`. Journal entry kind `cash`.

    `number` counts the movements of a terminal and epoch from 1; `amount_minor` is above 0, and 0 for `NO_SALE`. Raises
    `RecordError` otherwise.
    """

    kind: CashMovementKind
    terminal: str
    store: str
    number: int
    time_utc: datetime
    business_day: date
    currency: str
    amount_minor: int
    reason: str
    cashier_id: str | None
    shift: int | None

    def __post_init__(self) -> None:
        check_head(self)
        check_from_one(number=self.number, shift=self.shift)
        check_currency(self.currency)
        check_person("cashier_id", self.cashier_id)
        if (self.amount_minor == 0) is not (self.kind is CashMovementKind.NO_SALE) or self.amount_minor < 0:
            raise RecordError(f"a {self.kind} of {self.amount_minor}: it must be 0 for no_sale, else above 0")

    @property
    def drawer_minor(self) -> int:
        """What it adds to the drawer: negative for what is taken out."""
        return self.amount_minor if self.kind is CashMovementKind.PAY_IN else -self.amount_minor


def deltas(movement: CashMovement) -> list[tuple[str, int]]:
    """Return what the movement changes: `drops`, `pay_ins` or `pay_outs` by its amount, or `no_sales` by one."""
    changed = 1 if movement.kind is CashMovementKind.NO_SALE else movement.amount_minor
    return [(_TOTALS[movement.kind], changed)]


def to_payload(movement: CashMovement) -> dict[str, Any]:
    """Return the movement as JSON values; never a float."""
    return {
        **head_to_json(movement),
        "kind": movement.kind.value,
        "number": movement.number,
        "currency": movement.currency,
        "amount_minor": movement.amount_minor,
        "reason": movement.reason,
        "cashier_id": movement.cashier_id,
        "shift": movement.shift,
    }


def from_payload(payload: object) -> CashMovement:
    """Return the movement written by `to_payload`; raises `PayloadError` naming the field that does not fit."""
    return Fields(payload).read(_read)


def _read(fields: Fields) -> CashMovement:
    return CashMovement(
        **read_head(fields),
        kind=fields.choice("kind", CashMovementKind),
        number=fields.integer("number"),
        currency=fields.text("currency"),
        amount_minor=fields.integer("amount_minor"),
        reason=fields.text("reason"),
        cashier_id=fields.optional_text("cashier_id"),
        shift=fields.optional_integer("shift"),
    )
