"""Money onto a guest's account and off it: top-ups and payouts. Neither is turnover; the balance is a liability."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sales.account import account_key, tender_key
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
from sales.tender import TenderKind


class AccountMovementKind(StrEnum):
    """Which way the money goes."""

    TOP_UP = "top_up"
    PAYOUT = "payout"


@dataclass(frozen=True)
class AccountMovement:
    """A top-up or a payout, in minor units of `currency`. Journal entry kind `account`.

    `number` counts the movements of a terminal and epoch from 1. `tender` is cash or card. A top-up says what was handed
    over and the change; for a payout both are 0. Raises `RecordError` unless the amount is above zero and, for a
    top-up, what was given less the change.
    """

    kind: AccountMovementKind
    terminal: str
    store: str
    number: int
    time_utc: datetime
    business_day: date
    currency: str
    language: str
    guest_id: str
    amount_minor: int
    tender: TenderKind
    given_minor: int
    change_minor: int
    cashier_id: str | None
    shift: int | None

    def __post_init__(self) -> None:
        check_head(self)
        check_from_one(number=self.number, shift=self.shift, amount_minor=self.amount_minor)
        check_currency(self.currency)
        check_person("guest_id", self.guest_id)
        check_person("cashier_id", self.cashier_id)
        if self.tender is TenderKind.ACCOUNT:
            raise RecordError("an account is topped up and paid out in cash or by card, not from an account")
        if self.change_minor < 0 or (self.change_minor and self.tender is not TenderKind.CASH):
            raise RecordError(f"only cash gives change, and never less than none; this is {self.change_minor}")
        received_minor = self.given_minor - self.change_minor
        expected_minor = self.amount_minor if self.kind is AccountMovementKind.TOP_UP else 0
        if received_minor != expected_minor or (not expected_minor and self.change_minor):
            raise RecordError(
                f"{self.given_minor} given less {self.change_minor} change must be {expected_minor} for this {self.kind}"
            )

    @property
    def signed_minor(self) -> int:
        """What it adds to the account and to the takings: negative for a payout."""
        return self.amount_minor if self.kind is AccountMovementKind.TOP_UP else -self.amount_minor


def deltas(movement: AccountMovement) -> list[tuple[str, int]]:
    """Return what the movement changes, as (key, delta in minor units).

    `account:<guest_id>` and `tender:<kind>` go up by a top-up and down by a payout; `top_ups` or `payouts` goes up by
    the amount. Turnover stays.
    """
    total = "top_ups" if movement.kind is AccountMovementKind.TOP_UP else "payouts"
    return [
        (account_key(movement.guest_id), movement.signed_minor),
        (tender_key(movement.tender), movement.signed_minor),
        (total, movement.amount_minor),
    ]


def to_payload(movement: AccountMovement) -> dict[str, Any]:
    """Return the movement as JSON values; never a float."""
    return {
        **head_to_json(movement),
        "kind": movement.kind.value,
        "number": movement.number,
        "currency": movement.currency,
        "language": movement.language,
        "guest_id": movement.guest_id,
        "amount_minor": movement.amount_minor,
        "tender": movement.tender.value,
        "given_minor": movement.given_minor,
        "change_minor": movement.change_minor,
        "cashier_id": movement.cashier_id,
        "shift": movement.shift,
    }


def from_payload(payload: object) -> AccountMovement:
    """Return the movement written by `to_payload`; raises `PayloadError` naming the field that does not fit."""
    return Fields(payload).read(_read)


def _read(fields: Fields) -> AccountMovement:
    return AccountMovement(
        **read_head(fields),
        kind=fields.choice("kind", AccountMovementKind),
        number=fields.integer("number"),
        currency=fields.text("currency"),
        language=fields.text("language"),
        guest_id=fields.text("guest_id"),
        amount_minor=fields.integer("amount_minor"),
        tender=fields.choice("tender", TenderKind),
        given_minor=fields.integer("given_minor"),
        change_minor=fields.integer("change_minor"),
        cashier_id=fields.optional_text("cashier_id"),
        shift=fields.optional_integer("shift"),
    )
