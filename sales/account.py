"""Accounts and totals as sums of deltas: nothing stores a balance that could not be summed again."""

from collections.abc import Iterable

from sales.errors import SalesError
from sales.tender import TenderKind
from sales.ticket_record import Ticket


class InsufficientBalance(SalesError):
    """The account cannot pay the amount; all figures in minor units, `missing_minor` is what a top-up would need."""

    def __init__(self, balance_minor: int, amount_minor: int, missing_minor: int) -> None:
        super().__init__(f"the balance of {balance_minor} lacks {missing_minor} to pay {amount_minor}")
        self.balance_minor = balance_minor
        self.amount_minor = amount_minor
        self.missing_minor = missing_minor


def account_key(guest_id: str) -> str:
    """Return the key under which the deltas of a guest's account are kept."""
    return f"account:{guest_id}"


def tender_key(kind: TenderKind) -> str:
    """Return the key under which the takings of a means of payment are kept."""
    return f"tender:{kind.value}"


def deltas(ticket: Ticket) -> list[tuple[str, int]]:
    """Return what the ticket changes, as (key, delta in minor units).

    `account:<guest_id>` goes down by every account tender, `turnover` up by the total, `tender:<kind>` up by what was
    taken (cash less change), `rounding` by the cash rounding if there is any. Takings sum to turnover plus rounding. Every key
    comes once.
    """
    result = {"turnover": ticket.total_minor}
    if ticket.rounding_minor:
        result["rounding"] = ticket.rounding_minor
    for tender in ticket.tenders:
        _add(result, tender_key(tender.kind), tender.amount_minor)
        if tender.guest_id is not None:
            _add(result, account_key(tender.guest_id), -tender.amount_minor)
    if ticket.change_minor:
        _add(result, tender_key(TenderKind.CASH), -ticket.change_minor)
    return list(result.items())


def _add(totals: dict[str, int], key: str, delta_minor: int) -> None:
    totals[key] = totals.get(key, 0) + delta_minor


def balance(amounts_minor: Iterable[int]) -> int:
    """Return the balance, in minor units, of an account from all its deltas."""
    return sum(amounts_minor)


def check_spend(balance_minor: int, amount_minor: int, credit_limit_minor: int) -> None:
    """Raise `InsufficientBalance` when spending the amount would take the balance below minus the credit limit.

    All in minor units. Raises ValueError when the amount or the credit limit is negative.
    """
    if amount_minor < 0 or credit_limit_minor < 0:
        raise ValueError("neither the amount nor the credit limit can be negative")
    missing_minor = amount_minor - credit_limit_minor - balance_minor
    if amount_minor and missing_minor > 0:
        raise InsufficientBalance(balance_minor, amount_minor, missing_minor)
