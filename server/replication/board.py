"""The board: what is left of today's menu and how far today's orders are, for every terminal of a store."""

from collections.abc import Collection
from datetime import UTC, date
from typing import Any

from django.utils import timezone

from journal.keys import sign_document
from mqtt_bridge.wire import BOARD_CONTEXT
from server.catalog.models import Article, Store
from server.core.keys import HeadOfficeKeys
from server.core.models import counter_value
from server.core.moment import snapshot
from server.fleet.models import Enrolment
from server.menus.models import MenuEntry
from server.replication.board_version import board_counter
from server.sales.models import KitchenOrder
from server.sales.portions import portions_sold

SHOWN = (KitchenOrder.State.OPEN, KitchenOrder.State.READY)


def board_documents(
    store_id: int, enrolment_ids: Collection[int], keys: HeadOfficeKeys
) -> dict[int, tuple[str, str, dict[str, Any]]]:
    """Return for each enrolment (shard, terminal, signed board document) of one moment.

    Each carries the (epoch, upto) of its terminal: a terminal lays its own entries above that mark over it.
    """
    with snapshot():
        store = Store.objects.get(pk=store_id)
        day = store.today()
        version = counter_value(board_counter(store_id))
        availability = _availability(store, day)
        orders = _orders(store, day)
        enrolments = list(Enrolment.objects.filter(pk__in=enrolment_ids).select_related("terminal"))
    as_of = _utc(timezone.now())
    found = {}
    for enrolment in enrolments:
        document = {
            "v": 1,
            "terminal": enrolment.terminal.code,
            "epoch": enrolment.epoch,
            "upto": enrolment.upto,
            "version": version,
            "as_of": as_of,
            "business_day": day.isoformat(),
            "availability": availability,
            "orders": orders,
        }
        signed = sign_document(keys.ack, BOARD_CONTEXT, document)
        found[enrolment.pk] = (enrolment.terminal.shard, enrolment.terminal.code, signed)
    return found


def _availability(store: Store, day: date) -> list[dict[str, Any]]:
    entries = MenuEntry.objects.filter(store=store, date=day).select_related("article").order_by("article__code")
    sold = portions_sold(store.pk, day)
    return [
        {
            "article": entry.article.code,
            "sold_out": entry.sold_out,
            "left": None
            if entry.planned_portions is None
            else max(0, entry.planned_portions - sold.get(entry.article.code, 0)),
        }
        for entry in entries
    ]


def _orders(store: Store, day: date) -> list[dict[str, Any]]:
    orders = (
        KitchenOrder.objects.filter(store=store, business_day=day, state__in=SHOWN, cancelled=False)
        .exclude(ticket=None)
        .select_related("ticket")
        .prefetch_related("ticket__lines")
        .order_by("ordered_at", "pk")
    )
    lines = {order.pk: [line for line in order.ticket.lines.all() if line.kind == "article"] for order in orders}
    codes = {line.article_code for several in lines.values() for line in several}
    to_prepare = set(Article.objects.filter(kitchen=True, code__in=codes).values_list("code", flat=True))
    return [
        {
            "terminal": order.terminal_code,
            "epoch": order.epoch,
            "number": order.number,
            "pickup_number": order.pickup_number,
            "state": order.state,
            "at": _utc(order.ticket.time_utc),
            "service": order.ticket.service,
            "lines": [
                {
                    "quantity": line.quantity,
                    "name": line.name,
                    "detail": ", ".join(option["name"] for option in line.options),
                    "kitchen": line.article_code in to_prepare,
                }
                for line in lines[order.pk]
            ],
        }
        for order in orders
    ]


def _utc(moment: Any) -> str:
    return str(moment.astimezone(UTC).isoformat(timespec="milliseconds")).replace("+00:00", "Z")
