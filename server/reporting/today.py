"""Today's figures, store by store: each store by its own clock, amounts in minor units of its own currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour

from server.catalog.models import Store
from server.fleet.models import Terminal
from server.sales.models import Ticket, TicketLine
from server.spool.models import Quarantine


@dataclass(frozen=True)
class StoreToday:
    """What a store has sold on its business day: `tickets` counts sales, turnover is less what was taken back."""

    store: Store
    day: date
    tickets: int
    turnover_minor: int
    last_ticket: datetime | None
    by_hour: dict[int, tuple[int, int]]
    """Local hour -> (tickets, turnover)."""


def stores_today(now: datetime) -> list[StoreToday]:
    """Return the figures of every store for the day it is there at `now`."""
    return [_store(store, now) for store in Store.objects.order_by("name")]


def _store(store: Store, now: datetime) -> StoreToday:
    zone = ZoneInfo(store.timezone)
    day = now.astimezone(zone).date()
    tickets = Ticket.objects.filter(store=store, business_day=day)
    sales = Count("pk", filter=Q(kind=Ticket.Kind.SALE))
    sums = tickets.aggregate(count=sales, turnover=Sum("total_minor"), last=Max("time_utc"))
    hours = (
        tickets.order_by()
        .annotate(hour=ExtractHour("time_utc", tzinfo=zone))
        .values_list("hour")
        .annotate(count=sales, turnover=Sum("total_minor"))
    )
    return StoreToday(
        store,
        day,
        sums["count"],
        sums["turnover"] or 0,
        sums["last"],
        {hour: (count, turnover) for hour, count, turnover in hours},
    )


def best_sellers(figures: Iterable[StoreToday], limit: int = 8) -> QuerySet[TicketLine, dict[str, object]]:
    """Return (code, name, sold, amount) of the articles that brought most tickets lines today."""
    days = {figure.day for figure in figures}
    return (
        TicketLine.objects.filter(ticket__business_day__in=days, kind=TicketLine.Kind.ARTICLE)
        .order_by()
        .values("article_code")
        .annotate(name=Max("name"), sold=Sum("quantity"), amount_minor=Sum("amount_minor"))
        .order_by("-sold", "article_code")[:limit]
    )


@dataclass(frozen=True)
class TerminalState:
    """How a terminal stands."""

    terminal: Terminal
    state: str
    """online, offline or alarm."""
    upto: int
    unsent: int
    quarantined: int
    alarm: str


def terminal_states() -> list[TerminalState]:
    """Return the state of every terminal in service, those with an alarm first, then those not connected."""
    waiting = dict(
        Quarantine.objects.filter(resolved=False)
        .order_by()
        .values_list("terminal")
        .annotate(count=Count("pk"))
        .values_list("terminal", "count")
    )
    states = []
    for terminal in Terminal.objects.filter(active=True).select_related("store").prefetch_related("enrolments"):
        enrolment = terminal.enrolment
        alarm = enrolment.alarm if enrolment else ""
        states.append(
            TerminalState(
                terminal,
                "alarm" if alarm else "online" if terminal.online else "offline",
                enrolment.upto if enrolment else 0,
                enrolment.unsent if enrolment else 0,
                waiting.get(terminal.code, 0),
                alarm,
            )
        )
    return sorted(states, key=lambda row: (("alarm", "offline", "online").index(row.state), row.terminal.code))
