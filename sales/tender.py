"""How a ticket is paid."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sales.errors import SalesError
from sales.ids import is_guest_id
from sales.money import cash_round


class TenderError(SalesError):
    """The tenders do not pay the amount: too little, too much, or coins that do not exist."""


class TenderKind(StrEnum):
    """The means of payment."""

    ACCOUNT = "account"
    CASH = "cash"
    CARD = "card"


@dataclass(frozen=True)
class Tender:
    """One payment towards a ticket: for cash what was handed over, change not yet deducted; below zero what was paid back.

    `guest_id` names whose account pays, and is given for `TenderKind.ACCOUNT` only. Raises `TenderError` otherwise.
    """

    kind: TenderKind
    amount_minor: int
    guest_id: str | None = None

    def __post_init__(self) -> None:
        if (self.kind is TenderKind.ACCOUNT) != (self.guest_id is not None):
            raise TenderError(f"a guest id belongs to an account tender and to no other; this one is {self.kind}")
        if self.guest_id is not None and not is_guest_id(self.guest_id):
            raise TenderError(f"{self.guest_id!r} is not a guest id")


@dataclass(frozen=True)
class Settlement:
    """What remains to be said when a total is paid: total + rounding = sum of tenders - change, in minor units."""

    rounding_minor: int
    change_minor: int


def cash_due(total_minor: int, paid_otherwise_minor: int, step_minor: int) -> int:
    """Return what is to be paid in coins after `paid_otherwise_minor` was paid by account or card, rounded to the step.

    Takes and returns minor units. Only the part paid in cash is rounded.
    """
    return cash_round(total_minor - paid_otherwise_minor, step_minor)


def settle(total_minor: int, tenders: Iterable[Tender], step_minor: int) -> Settlement:
    """Return rounding and change of a total paid by `tenders`, where coins go down to `step_minor`.

    Only cash is rounded and only cash gives change. Raises `TenderError` when the tenders pay too little, when account
    and card pay more than the total, when one is negative, or when cash is not a multiple of the smallest coin.
    """
    tenders = tuple(tenders)
    for tender in tenders:
        if tender.amount_minor < 0:
            raise TenderError(f"what pays cannot be negative, this tender is {tender.amount_minor}")
    cash = [tender.amount_minor for tender in tenders if tender.kind is TenderKind.CASH]
    paid_otherwise_minor = sum(tender.amount_minor for tender in tenders) - sum(cash)
    if paid_otherwise_minor > total_minor:
        raise TenderError(f"account and card pay {paid_otherwise_minor}, more than the total of {total_minor}")
    if not cash:
        if paid_otherwise_minor < total_minor:
            raise TenderError(f"the tenders pay {paid_otherwise_minor} of {total_minor}")
        return Settlement(rounding_minor=0, change_minor=0)
    if any(amount_minor % step_minor for amount_minor in cash):
        raise TenderError(f"cash comes in multiples of {step_minor}, not {cash}")
    due_minor = cash_due(total_minor, paid_otherwise_minor, step_minor)
    if sum(cash) < due_minor:
        raise TenderError(f"{due_minor} is due in cash, {sum(cash)} was given")
    return Settlement(
        rounding_minor=due_minor - (total_minor - paid_otherwise_minor),
        change_minor=sum(cash) - due_minor,
    )
