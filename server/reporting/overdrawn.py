"""Accounts beyond their credit limit, and the sales that took them there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from server.guests.models import Guest, LedgerEntry
from server.reporting.double_use import was_local

LONGEST_LOOK = 200
"""Movements looked at of one account, the newest first."""


@dataclass(frozen=True)
class Spent:
    """What was paid at one terminal since the account was last within its limit; minor units. `local_minor` is the part
    that was sold without asking head office."""

    terminal: str
    tickets: int
    amount_minor: int
    local_tickets: int
    local_minor: int


@dataclass(frozen=True)
class Overdrawn:
    """An account that is `beyond_minor` below what its credit limit allows, and the terminals behind that."""

    guest: Guest
    beyond_minor: int
    terminals: tuple[Spent, ...]


def overdrawn_guests() -> QuerySet[Guest]:
    """Return the guests whose balance is below minus their credit limit, the furthest first."""
    beyond = -F("credit_limit_minor") - F("balance_minor")
    guests = Guest.objects.annotate(beyond_minor=beyond).filter(beyond_minor__gt=0)
    return guests.select_related("category", "store").order_by("-beyond_minor", "name", "pk")


def explain(guests: Sequence[Guest]) -> list[Overdrawn]:
    """Return each of these guests (`overdrawn_guests`) with the terminals at which the money was spent."""
    return [Overdrawn(guest, guest.beyond_minor, _terminals(guest)) for guest in guests]


def _terminals(guest: Guest) -> tuple[Spent, ...]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    balance_minor = guest.balance_minor
    entries = guest.ledger.select_related("ticket__terminal").order_by("-time_utc", "-pk")
    for entry in entries[:LONGEST_LOOK]:
        if balance_minor >= -guest.credit_limit_minor:
            break
        balance_minor -= entry.amount_minor
        if entry.kind == LedgerEntry.Kind.PAYMENT and entry.ticket:
            local = was_local(entry.ticket)
            found = sums[entry.ticket.terminal.code]
            for place, amount in enumerate((1, -entry.amount_minor, local, -entry.amount_minor * local)):
                found[place] += amount
    rows = [Spent(terminal, *figures) for terminal, figures in sums.items()]
    return tuple(sorted(rows, key=lambda row: (-row.local_minor, -row.amount_minor, row.terminal)))
