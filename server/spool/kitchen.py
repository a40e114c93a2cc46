"""Orders for the kitchen and what is sold out. Terminals tell of both in any order; the times they give decide."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sales import availability, order_state
from sales.availability import Availability
from sales.order_state import OrderState
from sales.ticket import Ticket as Sale
from server.catalog.models import Article, Store
from server.menus.models import MenuEntry
from server.replication.publishing import request_publication
from server.sales.models import AvailabilityMark, KitchenOrder, OrderChange, Ticket
from server.spool.reading import Batch, Kind, Reading

ORDER_KEY = ["terminal_code", "epoch", "number"]
MARK_KEY = ["store", "business_day", "article_code"]


def note_orders(pairs: Sequence[tuple[Ticket, Sale]]) -> None:
    """Add an order for every sale of something to prepare, and cancel those that a void takes back."""
    sold = {line.article_id for _ticket, sale in pairs for line in sale.lines}
    to_prepare = set(Article.objects.filter(kitchen=True, code__in=sold).values_list("code", flat=True))
    new, cancelled = [], []
    for ticket, sale in pairs:
        if not any(line.article_id in to_prepare for line in sale.lines):
            continue
        if ticket.kind == Ticket.Kind.SALE:
            new.append(_order(ticket, sale))
        elif ticket.kind == Ticket.Kind.VOID:
            cancelled.append(_cancelled(ticket))
    _put(new, ["pickup_number", "store", "business_day", "ticket", "ordered_at"])
    _put(cancelled, ["cancelled"])


def _order(ticket: Ticket, sale: Sale) -> KitchenOrder:
    return KitchenOrder(
        terminal_code=sale.terminal,
        epoch=ticket.epoch,
        number=sale.number,
        pickup_number=sale.pickup_number,
        store_id=ticket.store_id,
        business_day=sale.business_day,
        ticket=ticket,
        ordered_at=sale.time_utc,
    )


def _cancelled(void: Ticket) -> KitchenOrder:
    return KitchenOrder(
        terminal_code=void.reverses_terminal,
        epoch=void.reverses_epoch,
        number=void.reverses_number,
        store_id=void.store_id,
        business_day=void.business_day,
        cancelled=True,
    )


def _put(orders: Iterable[KitchenOrder], fields: list[str]) -> None:
    """Add orders; of those that are there already set only `fields`. One statement cannot name an order twice."""
    once = {(order.terminal_code, order.epoch, order.number): order for order in orders}
    KitchenOrder.objects.bulk_create(
        [once[key] for key in sorted(once)], update_conflicts=True, unique_fields=ORDER_KEY, update_fields=fields
    )


def _write_states(batch: Batch, readings: Sequence[Reading[OrderState]]) -> None:
    orders = [
        KitchenOrder(
            terminal_code=reading.record.of.terminal,
            epoch=reading.record.of.epoch,
            number=reading.record.of.number,
            pickup_number=reading.record.pickup_number,
            store_id=batch.stores[reading.record.store],
            business_day=reading.record.business_day,
        )
        for reading in readings
    ]
    # What the ticket says of an order counts more than what is repeated here.
    _put(orders, ["terminal_code"])
    rows = {
        (row.terminal_code, row.epoch, row.number): row
        for row in KitchenOrder.objects.filter(number__in={order.number for order in orders})
    }
    named = [rows[order.terminal_code, order.epoch, order.number] for order in orders]
    OrderChange.objects.bulk_create(
        [
            OrderChange(**batch.row(reading), order=order, state=reading.record.state.value)
            for reading, order in zip(readings, named, strict=True)
        ]
    )
    changed = list(
        KitchenOrder.objects.filter(pk__in={order.pk for order in named}).prefetch_related("changes").order_by("pk")
    )
    for order in changed:
        order.follow(order.changes.all())
    KitchenOrder.objects.bulk_update(changed, ["state", "ready_at", "collected_at"])
    batch.boards |= {order.store_id for order in changed}


def _write_availability(batch: Batch, readings: Sequence[Reading[Availability]]) -> None:
    latest: dict[tuple[int, date, str], AvailabilityMark] = {}
    for reading in readings:
        mark = _mark(batch, reading)
        key = (mark.store_id, mark.business_day, mark.article_code)
        if key not in latest or mark.is_later_than(latest[key]):
            latest[key] = mark
    known = {
        (row.store_id, row.business_day, row.article_code): row
        for row in AvailabilityMark.objects.filter(
            article_code__in={code for _store, _day, code in latest}, business_day__in={day for _s, day, _c in latest}
        )
    }
    news = [mark for key, mark in sorted(latest.items()) if key not in known or mark.is_later_than(known[key])]
    AvailabilityMark.objects.bulk_create(
        news,
        update_conflicts=True,
        unique_fields=MARK_KEY,
        update_fields=["sold_out", "time_utc", "terminal_code", "epoch", "seq", "cashier_code"],
    )
    changed = {mark.store_id for mark in news if _on_the_menu(mark)}
    batch.boards |= changed
    if changed:
        request_publication(Store.objects.filter(pk__in=changed))


def _mark(batch: Batch, reading: Reading[Availability]) -> AvailabilityMark:
    entry, record = reading.entry, reading.record
    return AvailabilityMark(
        store_id=batch.stores[record.store],
        business_day=record.business_day,
        article_code=record.article_id,
        sold_out=record.sold_out,
        time_utc=record.time_utc,
        terminal_code=entry.terminal,
        epoch=entry.epoch,
        seq=entry.seq,
        cashier_code=record.cashier_id or "",
    )


def _on_the_menu(mark: AvailabilityMark) -> bool:
    """Mark the article on the menu of its day; returns whether that changed anything.

    An article on sale every day gets an entry for the day, which says nothing but that it is sold out.
    """
    entries = MenuEntry.objects.filter(store=mark.store_id, date=mark.business_day, article__code=mark.article_code)
    if entries.exists():
        return bool(entries.exclude(sold_out=mark.sold_out).update(sold_out=mark.sold_out))
    article = Article.objects.filter(code=mark.article_code, everyday=True).first()
    if article is None or not mark.sold_out:
        return False
    MenuEntry.objects.create(store_id=mark.store_id, date=mark.business_day, article=article, sold_out=True)
    return True


AVAILABILITY: Kind[Any] = Kind(availability.from_payload, _write_availability)
ORDER_STATE: Kind[Any] = Kind(order_state.from_payload, _write_states)
