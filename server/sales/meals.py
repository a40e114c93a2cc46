"""Which guests have had their subsidised meal: counted from tickets, so the order in which they arrive does not matter."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from server.sales.models import Ticket

MOST_NAMED = 500
"""More guests than this are sorted out after the query; databases limit how many a query may name."""


@dataclass(frozen=True)
class MealUse:
    """How often a guest used the entitlement of a meal service on a day, with where and when the first time was."""

    guest_id: str
    day: date
    meal_code: str
    count: int
    first_at: datetime
    first_terminal: str


def meals_used(guest_ids: Collection[str], day: date) -> dict[str, list[MealUse]]:
    """Return what `guest_ids` used on the business day `day`, by guest; those who used nothing are left out.

    A sale that was voided or refunded together with its entitlement does not count, whenever that was.
    """
    tickets = entitlement_tickets().filter(business_day=day)
    if len(guest_ids) <= MOST_NAMED:
        tickets = tickets.filter(guest__in=guest_ids)
    wanted = set(guest_ids)
    found: dict[str, list[MealUse]] = {}
    for use in _uses(tickets):
        if use.guest_id in wanted:
            found.setdefault(use.guest_id, []).append(use)
    return found


def used_twice(first_day: date, last_day: date) -> list[MealUse]:
    """Return the meals that somebody had more than once at the reduced price: at terminals that did not know of each
    other."""
    tickets = entitlement_tickets().filter(business_day__range=(first_day, last_day))
    return [use for use in _uses(tickets) if use.count > 1]


def entitlement_tickets() -> QuerySet[Ticket]:
    """Return the sales that used an entitlement and did not give it back, by day, guest, meal service and time."""
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


def _uses(tickets: QuerySet[Ticket]) -> Iterator[MealUse]:
    """One after the other; `tickets` are sorted by day, guest, meal and time."""
    use: MealUse | None = None
    fields = ("guest_id", "business_day", "meal_code", "meals_used", "time_utc", "terminal__code")
    for guest_id, day, meal, count, time_utc, terminal in tickets.values_list(*fields):
        if use and (use.guest_id, use.day, use.meal_code) == (guest_id, day, meal):
            use = MealUse(guest_id, day, meal, use.count + count, use.first_at, use.first_terminal)
            continue
        if use:
            yield use
        use = MealUse(guest_id, day, meal, count, time_utc, terminal)
    if use:
        yield use
