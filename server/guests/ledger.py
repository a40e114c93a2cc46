"""The only writer of accounts: ledger entries and the cached balances move together, in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce

from server.core.bulk import insert
from server.core.models import raise_counter
from server.guests.models import ACCOUNTS, Guest, LedgerEntry


def post(entries: Sequence[LedgerEntry]) -> None:
    """Add `entries` and move the balances of their guests, all or nothing; terminals hear of the guests."""
    if not entries:
        return
    with transaction.atomic():
        version = raise_counter(ACCOUNTS)
        insert(entries)
        totals: dict[str, int] = defaultdict(int)
        for entry in entries:
            totals[entry.guest_id] += entry.amount_minor
        # Who moves more than one guest holds the counter, so two writers never wait for each other.
        moved = Case(*(When(pk=guest_id, then=amount_minor) for guest_id, amount_minor in sorted(totals.items())))
        Guest.objects.filter(pk__in=totals).update(balance_minor=F("balance_minor") + moved, replica_version=version)


@dataclass(frozen=True)
class Difference:
    """A guest whose cached balance is not the sum of the ledger; minor units."""

    guest_id: str
    cached_minor: int
    ledger_minor: int


def differences() -> Iterator[Difference]:
    """Yield every guest whose cached balance differs from the sum of the ledger."""
    sums = LedgerEntry.objects.filter(guest=OuterRef("pk")).order_by().values("guest").annotate(s=Sum("amount_minor"))
    guests = Guest.objects.annotate(ledger_minor=Coalesce(Subquery(sums.values("s")), 0))
    rows = guests.exclude(balance_minor=F("ledger_minor")).order_by("pk")
    for guest_id, cached_minor, ledger_minor in rows.values_list("pk", "balance_minor", "ledger_minor"):
        yield Difference(guest_id, cached_minor, ledger_minor)


def rebalance() -> list[Difference]:
    """Set every cached balance to the sum of its ledger. Returns what differed; terminals hear of those guests."""
    with transaction.atomic():
        version = raise_counter(ACCOUNTS)
        found = list(differences())
        for difference in found:
            Guest.objects.filter(pk=difference.guest_id).update(
                balance_minor=difference.ledger_minor, replica_version=version
            )
    return found
