"""The first page of the back office: the live page of a store, and what waits for somebody."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from server.catalog.models import Store
from server.core.display import money
from server.replication.models import PublishRequest
from server.reporting.double_use import DAYS_SHOWN, unseen
from server.reporting.live import live, pick_store, sight_of
from server.reporting.today import stores_today
from server.spool.models import Quarantine


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the index page's context what this user may see."""
    context.update(live_context(request, timezone.now()))
    return context


def live_context(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return everything the live page shows to the user of `request` of the store named in its `store` parameter."""
    user, sight = request.user, sight_of(request.user)
    context: dict[str, Any] = {"sight": sight, "store": None}
    store = pick_store(request.GET.get("store", ""))
    if sight and store:
        context.update(live(sight, store, now))
        context["refresh"] = urlencode({"store": store.code})
        context["stores"] = list(Store.objects.order_by("name"))
        if sight.money and len(context["stores"]) > 1:
            context.update(_house(now))
    if user.has_perm("spool.view_quarantine"):
        context["quarantined"] = Quarantine.objects.filter(resolved=False).count()
    if user.has_perm("reporting.view_doubleuse"):
        today = timezone.localdate(now)
        context["twice"] = unseen(today - timedelta(days=DAYS_SHOWN - 1), today)
    if user.has_perm("replication.view_publishrequest"):
        context["unpublished"] = PublishRequest.objects.exclude(problem="").select_related("store")
    return context


def _house(now: datetime) -> dict[str, Any]:
    """All stores side by side, each on its own day."""
    figures = stores_today(now)
    turnover: dict[str, int] = defaultdict(int)
    for figure in figures:
        turnover[figure.store.currency] += figure.turnover_minor
    most_minor = max((figure.turnover_minor for figure in figures), default=0)
    return {
        "house_turnover": [money(amount, currency) for currency, amount in turnover.items()],
        "by_store": [
            {
                "store": figure.store,
                "tickets": figure.tickets,
                "last": figure.last_ticket,
                "turnover": money(figure.turnover_minor, figure.store.currency),
                "percent": 100 * max(0, figure.turnover_minor) // most_minor if most_minor > 0 else 0,
            }
            for figure in sorted(figures, key=lambda figure: -figure.turnover_minor)
        ],
    }
