"""Today's figures, store by store: each store by its own clock, amounts in minor units of its own currency."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, Sum

from server.catalog.models import Store
from server.sales.models import Ticket


@dataclass(frozen=True)
class StoreToday:
    """What a store has sold on its business day: `tickets` counts sales, turnover is less what was taken back."""

    store: Store
    day: date
    tickets: int
    turnover_minor: int
    last_ticket: datetime | None


def stores_today(now: datetime) -> list[StoreToday]:
    """Return the figures of every store for the day it is there at `now`."""
    return [_store(store, now) for store in Store.objects.order_by("name")]


def _store(store: Store, now: datetime) -> StoreToday:
    day = now.astimezone(ZoneInfo(store.timezone)).date()
    tickets = Ticket.objects.filter(store=store, business_day=day)
    sales = Count("pk", filter=Q(kind=Ticket.Kind.SALE))
    sums = tickets.aggregate(count=sales, turnover=Sum("total_minor"), last=Max("time_utc"))
    return StoreToday(
        store,
        day,
        sums["count"],
        sums["turnover"] or 0,
        sums["last"],
    )
