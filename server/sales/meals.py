"""Which guests have had their subsidised meal: counted from tickets, so the order in which they arrive does not matter."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from server.sales.models import Ticket

MOST_NAMED = 500
"""More guests than this are sorted out after the query; databases limit how many a query may name."""


@dataclass(frozen=True)
class MealUsed:
    """`count` entitlements of the service `meal` used by a guest on a business day; `at` and `terminal` tell of the
    first one."""

    guest_id: str
    day: date
    meal: str
    count: int
    at: datetime
    terminal: str


def meals_used(guest_ids: Collection[str] | None, days: Collection[date]) -> dict[str, list[MealUsed]]:
    """Return the entitlements that guests (None: all) have used on these business days, by guest id.

    A sale that was voided or refunded together with its entitlement does not count, whenever that was.
    """
    tickets = _not_given_back().filter(business_day__in=days)
    if guest_ids is not None and len(guest_ids) <= MOST_NAMED:
        tickets = tickets.filter(guest__in=guest_ids)
    wanted = None if guest_ids is None else set(guest_ids)
    found: dict[str, list[MealUsed]] = {}
    for use in _uses(tickets):
        if wanted is None or use.guest_id in wanted:
            found.setdefault(use.guest_id, []).append(use)
    return found


def used_twice(first_day: date, last_day: date) -> list[MealUsed]:
    """Return the meals that somebody had more than once at the reduced price: at terminals that did not know of each
    other."""
    return [use for use in _uses(_not_given_back().filter(business_day__range=(first_day, last_day))) if use.count > 1]


def _not_given_back() -> QuerySet[Ticket]:
    given_back = Ticket.objects.filter(
        reverses_terminal=OuterRef("terminal__code"),
        reverses_epoch=OuterRef("epoch"),
        reverses_number=OuterRef("number"),
        reverses_number__isnull=False,
        meals_used__lt=0,
    )
    # `exclude` says it in the words of the partial index, so that the database finds that.
    return (
        Ticket.objects.exclude(meals_used=0)
        .filter(~Exists(given_back), meals_used__gt=0, guest__isnull=False)
        .order_by("business_day", "guest", "meal_code", "time_utc", "pk")
    )


def _uses(tickets: QuerySet[Ticket]) -> Iterator[MealUsed]:
    """One after the other; `tickets` are sorted by day, guest, meal and time."""
    use: MealUsed | None = None
    fields = ("guest_id", "business_day", "meal_code", "meals_used", "time_utc", "terminal__code")
    for guest_id, day, meal, count, time_utc, terminal in tickets.values_list(*fields):
        if use and (use.guest_id, use.day, use.meal) == (guest_id, day, meal):
            use = MealUsed(guest_id, day, meal, use.count + count, use.at, use.terminal)
            continue
        if use:
            yield use
        use = MealUsed(guest_id, day, meal, count, time_utc, terminal)
    if use:
        yield use
