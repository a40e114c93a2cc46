"""Entitlements that were used more than once: at terminals that could not know of each other. Nothing is taken back."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum

from sales.authorisation import AuthorisationOutcome
from server.catalog.models import ServicePeriod
from server.guests.models import Guest
from server.reporting.models import DoubleUse
from server.sales.meals import MOST_NAMED, entitlement_tickets
from server.sales.models import Ticket

DAYS_SHOWN = 31
"""How far back people look at once."""

Key = tuple[date, str, str]
"""Business day, guest id, code of the meal service."""


@dataclass(frozen=True)
class Use:
    """One of the meals. `local`: the terminal could not ask head office when it sold it."""

    ticket: Ticket
    local: bool


@dataclass(frozen=True)
class Found:
    """A guest who had a meal with the entitlement of one service `count` times, and who has seen that, if anybody."""

    guest: Guest
    day: date
    meal_code: str
    meal: str
    count: int
    uses: tuple[Use, ...]
    seen_by: str = ""
    seen_at: datetime | None = None

    @property
    def too_much_minor(self) -> int:
        """What payers owe of all but the first, in minor units."""
        return sum(use.ticket.charges_minor for use in self.uses[1:])


def double_uses(first_day: date, last_day: date) -> list[Found]:
    """Return what was used more than once on these business days: what nobody has seen first, then the newest first."""
    counts = _counts(first_day, last_day)
    seen = _seen(first_day, last_day)
    guests = Guest.objects.in_bulk({guest for _day, guest, _meal in counts})
    names = {(row.store_id, row.code): str(row) for row in ServicePeriod.objects.all()}
    uses: dict[Key, list[Use]] = defaultdict(list)
    tickets = entitlement_tickets().filter(business_day__in={day for day, _guest, _meal in counts})
    if len(guests) <= MOST_NAMED:
        tickets = tickets.filter(guest__in=guests)
    for ticket in tickets.select_related("terminal", "store"):
        key = (ticket.business_day, str(ticket.guest_id), ticket.meal_code)
        if key in counts:
            uses[key].append(Use(ticket, was_local(ticket)))
    found = []
    for (day, guest, meal), count in counts.items():
        looked = seen.get((day, guest, meal))
        known = looked is not None and looked.count >= count
        of_meal = tuple(uses[day, guest, meal])
        found.append(
            Found(
                guest=guests[guest],
                day=day,
                meal_code=meal,
                meal=names.get((of_meal[0].ticket.store_id, meal), meal) if of_meal else meal,
                count=count,
                uses=of_meal,
                seen_by=looked.seen_by if looked and known else "",
                seen_at=looked.seen_at if looked and known else None,
            )
        )
    return sorted(found, key=lambda row: (row.seen_at is not None, -row.day.toordinal(), row.guest.name, row.meal_code))


def unseen(first_day: date, last_day: date) -> int:
    """Return how many of them nobody has seen yet."""
    seen = _seen(first_day, last_day)
    return sum(key not in seen or seen[key].count < count for key, count in _counts(first_day, last_day).items())


def mark_seen(guest_id: str, day: date, meal_code: str, by: str) -> bool:
    """Note that somebody has seen it, as it stands now. Returns whether there was anything to see."""
    count = _counts(day, day).get((day, guest_id, meal_code))
    if count is None:
        return False
    DoubleUse.objects.create(guest_id=guest_id, business_day=day, meal_code=meal_code, count=count, seen_by=by[:150])
    return True


def was_local(ticket: Ticket) -> bool:
    """Whether the terminal sold the ticket without an answer from head office."""
    authorisation = ticket.payload.get("authorisation") if isinstance(ticket.payload, dict) else None
    return isinstance(authorisation, dict) and authorisation.get("outcome") == AuthorisationOutcome.LOCAL


def _counts(first_day: date, last_day: date) -> dict[Key, int]:
    """How often each was used, where that is more than once."""
    # An index alone answers where there are two tickets at all; few are, so only those are read.
    touched = Ticket.objects.exclude(meals_used=0).filter(
        business_day__range=(first_day, last_day), guest__isnull=False
    )
    suspects = _by_meal(touched).annotate(count=Count("pk")).filter(count__gt=1)
    days = {day for day, _guest, _meal, _count in suspects}
    guests = {guest for _day, guest, _meal, _count in suspects}
    kept = entitlement_tickets().filter(business_day__in=days)
    if len(guests) <= MOST_NAMED:
        kept = kept.filter(guest__in=guests)
    rows = _by_meal(kept).annotate(count=Sum("meals_used")).filter(count__gt=1)
    return {(day, guest, meal): count for day, guest, meal, count in rows}


def _by_meal(tickets: QuerySet[Ticket]) -> QuerySet[Ticket, tuple[Any, ...]]:
    return tickets.order_by().values_list("business_day", "guest", "meal_code")


def _seen(first_day: date, last_day: date) -> dict[Key, DoubleUse]:
    """The look at the most meals of each, since a third one has not been seen with the second."""
    rows = DoubleUse.objects.filter(business_day__range=(first_day, last_day)).order_by("count", "seen_at")
    return {(row.business_day, row.guest_id, row.meal_code): row for row in rows}
