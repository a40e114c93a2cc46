"""The first page of the back office: today's figures for whoever may see them."""

from collections import defaultdict
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from sales.money import round_half_up
from server.core.display import house_currency, money
from server.guests.models import Guest
from server.replication.models import PublishRequest
from server.reporting.today import StoreToday, best_sellers, stores_today, terminal_states
from server.spool.models import Quarantine

EARLIEST_HOUR, LATEST_HOUR = 9, 15


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the index page's context what this user may see."""
    user = request.user
    if user.has_perm("sales.view_ticket"):
        context.update(_sales(stores_today(timezone.now())))
    if user.has_perm("guests.view_guest"):
        total_minor = Guest.objects.filter(left=False).aggregate(total=Sum("balance_minor"))["total"] or 0
        context["accounts"] = {"total": money(total_minor), "guests": Guest.objects.filter(left=False).count()}
    if user.has_perm("fleet.view_terminal"):
        context["terminals"] = terminal_states()
    if user.has_perm("spool.view_quarantine"):
        context["quarantined"] = Quarantine.objects.filter(resolved=False).count()
    if user.has_perm("replication.view_publishrequest"):
        context["unpublished"] = PublishRequest.objects.exclude(problem="").select_related("store")
    return context


def _sales(figures: list[StoreToday]) -> dict[str, Any]:
    turnover: dict[str, int] = defaultdict(int)
    for figure in figures:
        turnover[figure.store.currency] += figure.turnover_minor
    count = sum(figure.tickets for figure in figures)
    most_minor = max((figure.turnover_minor for figure in figures), default=0)
    return {
        "turnover": [money(amount, currency) for currency, amount in turnover.items()] or [money(0)],
        "ticket_count": count,
        "average": _average(turnover, count),
        "stores": [
            {
                "figure": figure,
                "turnover": money(figure.turnover_minor, figure.store.currency),
                "share": _percent(figure.turnover_minor, most_minor),
            }
            for figure in sorted(figures, key=lambda figure: -figure.turnover_minor)
        ],
        "hours": _hours(figures),
        "best_sellers": [{**row, "amount": money(row["amount_minor"])} for row in best_sellers(figures)],
    }


def _average(turnover: dict[str, int], count: int) -> str:
    """The average ticket, where all stores sell in one currency."""
    if not count or len(turnover) != 1:
        return "–"
    ((currency, amount_minor),) = turnover.items()
    return money(round_half_up(amount_minor, count), currency)


def _hours(figures: list[StoreToday]) -> list[dict[str, Any]]:
    """One bar an hour, all stores together, from opening time to the last hour sold in."""
    tickets: dict[int, int] = defaultdict(int)
    amounts: dict[int, int] = defaultdict(int)
    for figure in figures:
        for hour, (count, amount_minor) in figure.by_hour.items():
            tickets[hour] += count
            amounts[hour] += amount_minor
    most = max(tickets.values(), default=0)
    hours = range(min([EARLIEST_HOUR, *tickets]), max([LATEST_HOUR, *tickets]) + 1)
    currency = figures[0].store.currency if figures else house_currency()
    return [
        {
            "hour": hour,
            "tickets": tickets[hour],
            "percent": _percent(tickets[hour], most),
            "amount": money(amounts[hour], currency),
        }
        for hour in hours
    ]


def _percent(part: int, whole: int) -> int:
    return 100 * part // whole if whole else 0
