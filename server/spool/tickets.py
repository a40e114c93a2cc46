"""What a verified journal entry means for head office: a ticket becomes rows, everything else is kept as it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DataError, IntegrityError

from journal.entry import Entry
from sales.account import deltas
from sales.errors import SalesError
from sales.tender import TenderKind
from sales.ticket import Ticket as Sale
from sales.ticket import from_payload
from server.catalog.models import GuestCategory, Store
from server.fleet.models import Terminal
from server.guests.ledger import post
from server.guests.models import Guest, LedgerEntry
from server.sales.models import Payment, Ticket, TicketLine, TicketTax

TICKET = "ticket"
WITHOUT_ROWS = frozenset({"open"})
"""Kinds of entries that need no more than being kept."""

BAD_VALUES = (DataError, IntegrityError, ValueError, OverflowError)
"""What a database makes of values it cannot hold; a database that is gone raises OperationalError instead."""


class Unreadable(Exception):
    """An entry is genuine, and head office cannot take it in; the message says why."""


@dataclass(frozen=True)
class Reading:
    """A ticket entry, read."""

    entry: Entry
    sale: Sale


def read(entry: Entry) -> Reading | None:
    """Return the ticket of an entry, None for a kind without rows. Raises Unreadable."""
    if entry.kind in WITHOUT_ROWS:
        return None
    if entry.kind != TICKET:
        raise Unreadable(f"kind {entry.kind!r} is not known to this release")
    try:
        sale = from_payload(entry.payload)
    except SalesError as error:
        raise Unreadable(f"payload: {error}") from error
    if sale.terminal != entry.terminal:
        raise Unreadable(f"payload: terminal {sale.terminal!r} in an entry of {entry.terminal!r}")
    return Reading(entry, sale)


class Ingest:
    """Writes tickets of one terminal; knows the guests, categories and stores a batch of them names."""

    def __init__(self, terminal: Terminal, readings: Sequence[Reading]) -> None:
        named = {guest_id for reading in readings for guest_id in _guest_ids(reading.sale)}
        self._terminal = terminal
        self._guests = set(Guest.objects.filter(pk__in=named).values_list("pk", flat=True))
        self._categories = dict(GuestCategory.objects.values_list("code", "pk"))
        self._stores = dict(Store.objects.filter(company=terminal.store.company_id).values_list("code", "pk"))

    def check(self, reading: Reading) -> None:
        """Raises Unreadable when the ticket names a guest or store head office does not know."""
        if reading.sale.store not in self._stores:
            raise Unreadable(f"store {reading.sale.store!r} is not known in this terminal's company")
        for guest_id in sorted(_guest_ids(reading.sale) - self._guests):
            raise Unreadable(f"guest {guest_id} is not known")

    def write(self, readings: Sequence[Reading]) -> None:
        """Add the tickets with lines, taxes and payments, and move the accounts. Call `check` on each before."""
        tickets = Ticket.objects.bulk_create([self._ticket(reading) for reading in readings])
        pairs = list(zip(tickets, (reading.sale for reading in readings), strict=True))
        TicketLine.objects.bulk_create([line for ticket, sale in pairs for line in _lines(ticket, sale)])
        TicketTax.objects.bulk_create([tax for ticket, sale in pairs for tax in _taxes(ticket, sale)])
        Payment.objects.bulk_create([payment for ticket, sale in pairs for payment in _payments(ticket, sale)])
        post([movement for ticket, sale in pairs for movement in _movements(ticket, sale)])

    def _ticket(self, reading: Reading) -> Ticket:
        entry, sale = reading.entry, reading.sale
        return Ticket(
            terminal=self._terminal,
            epoch=entry.epoch,
            seq=entry.seq,
            number=sale.number,
            store_id=self._stores[sale.store],
            business_day=sale.business_day,
            time_utc=sale.time_utc,
            guest_id=sale.guest_id,
            guest_category_id=self._categories.get(sale.guest_category_id),
            service=sale.service.value,
            total_minor=sale.total_minor,
            rounding_minor=sale.rounding_minor,
            change_minor=sale.change_minor,
            currency=sale.currency,
            pickup_number=sale.pickup_number,
            payload=entry.payload,
            hash=entry.hash,
        )


def _guest_ids(sale: Sale) -> set[str]:
    named = {tender.guest_id for tender in sale.tenders} | {sale.guest_id}
    return {guest_id for guest_id in named if guest_id is not None}


def _lines(ticket: Ticket, sale: Sale) -> list[TicketLine]:
    return [
        TicketLine(
            ticket=ticket,
            position=position,
            article_code=line.article_id,
            plu=line.plu,
            name=line.name,
            quantity=line.quantity,
            weight_g=line.weight_g,
            unit=line.unit.value,
            unit_minor=line.unit_minor,
            base_minor=line.base_minor,
            options=[{"id": o.id, "name": o.name, "price_minor": o.price_minor} for o in line.options],
            amount_minor=line.amount_minor,
            tax_class_code=line.tax_class_id,
            rate_bp=line.rate_bp,
        )
        for position, line in enumerate(sale.lines, start=1)
    ]


def _taxes(ticket: Ticket, sale: Sale) -> list[TicketTax]:
    return [
        TicketTax(
            ticket=ticket,
            rate_bp=tax.rate_bp,
            gross_minor=tax.gross_minor,
            net_minor=tax.net_minor,
            tax_minor=tax.tax_minor,
        )
        for tax in sale.taxes
    ]


def _payments(ticket: Ticket, sale: Sale) -> list[Payment]:
    return [
        Payment(ticket=ticket, kind=tender.kind.value, amount_minor=tender.amount_minor, guest_id=tender.guest_id)
        for tender in sale.tenders
    ]


def _movements(ticket: Ticket, sale: Sale) -> list[LedgerEntry]:
    if not any(tender.kind is TenderKind.ACCOUNT for tender in sale.tenders):
        return []
    return [
        LedgerEntry(
            guest_id=key.removeprefix("account:"),
            amount_minor=delta_minor,
            kind=LedgerEntry.Kind.PAYMENT,
            ticket=ticket,
            time_utc=sale.time_utc,
        )
        for key, delta_minor in deltas(sale)
        if key.startswith("account:")
    ]
