"""Tickets become rows: lines, VAT, payments, what payers owe, the guest's account, the kitchen's order."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sales.account import deltas
from sales.tender import TenderKind
from sales.ticket import Ticket as Sale
from sales.ticket import TicketCharge as Charge
from sales.ticket import from_payload
from server.catalog.models import GuestCategory
from server.core.bulk import insert
from server.guests.models import LedgerEntry
from server.sales.models import ChargeRate, Payment, Ticket, TicketCharge, TicketLine, TicketTax, TrainingCount
from server.spool.kitchen import note_orders
from server.spool.reading import Batch, Kind, Reading


def _write(batch: Batch, readings: Sequence[Reading[Sale]]) -> None:
    categories = dict(GuestCategory.objects.values_list("code", "pk"))
    tickets = insert([_ticket(batch, reading, categories) for reading in readings])
    pairs = list(zip(tickets, (reading.record for reading in readings), strict=True))
    insert([line for ticket, sale in pairs for line in _lines(ticket, sale)])
    insert([tax for ticket, sale in pairs for tax in _taxes(ticket, sale)])
    insert([payment for ticket, sale in pairs for payment in _payments(ticket, sale)])
    charges = [(_charge(ticket, charge), charge) for ticket, sale in pairs for charge in sale.charges]
    insert([row for row, _charge in charges])
    insert([rate for row, charge in charges for rate in _rates(row, charge)])
    batch.ledger += [movement for ticket, sale in pairs for movement in _movements(ticket, sale)]
    batch.guests |= {sale.guest_id for _ticket, sale in pairs if sale.meals_used and sale.guest_id}
    batch.authorisations |= {sale.authorisation.request: ticket.epoch for ticket, sale in pairs if sale.authorisation}
    batch.boards |= {ticket.store_id for ticket in tickets}
    note_orders(pairs)


def _ticket(batch: Batch, reading: Reading[Sale], categories: dict[str, int]) -> Ticket:
    sale = reading.record
    reverses = sale.reverses
    return Ticket(
        **batch.row(reading),
        sold_on=sale.sold_on,
        number=sale.number,
        kind=sale.kind.value,
        reverses_terminal=reverses.terminal if reverses else "",
        reverses_epoch=reverses.epoch if reverses else None,
        reverses_number=reverses.number if reverses else None,
        cashier_code=sale.cashier_id or "",
        shift=sale.shift,
        guest_id=sale.guest_id,
        guest_category_id=categories.get(sale.guest_category_id),
        service=sale.service.value,
        meal_code=sale.meal_id or "",
        payer_code=sale.payer_id or "",
        share_reason=sale.share_reason,
        meals_used=sale.meals_used,
        total_minor=sale.total_minor,
        charges_minor=sale.charged_minor,
        rounding_minor=sale.rounding_minor,
        change_minor=sale.change_minor,
        currency=sale.currency,
        pickup_number=sale.pickup_number,
    )


def _guest_ids(sale: Sale) -> set[str]:
    named = {tender.guest_id for tender in sale.tenders} | {sale.guest_id}
    return {guest_id for guest_id in named if guest_id is not None}


def _lines(ticket: Ticket, sale: Sale) -> list[TicketLine]:
    return [
        TicketLine(
            ticket=ticket,
            position=position,
            kind=line.kind.value,
            article_code=line.article_id or "",
            plu=line.plu,
            name=line.name,
            quantity=line.quantity,
            weight_g=line.weight_g,
            unit=line.unit.value,
            unit_minor=line.unit_minor,
            base_minor=line.base_minor,
            options=[{"id": o.id, "name": o.name, "price_minor": o.price_minor} for o in line.options],
            adjustments=[
                {"kind": a.kind.value, "id": a.id, "name": a.name, "amount_minor": a.amount_minor, "reason": a.reason}
                for a in line.adjustments
            ],
            menu=line.menu,
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


def _charge(ticket: Ticket, charge: Charge) -> TicketCharge:
    return TicketCharge(ticket=ticket, payer_code=charge.payer_id, name=charge.name, amount_minor=charge.amount_minor)


def _rates(row: TicketCharge, charge: Charge) -> list[ChargeRate]:
    rates: dict[int, ChargeRate] = {}

    def at(rate_bp: int) -> ChargeRate:
        return rates.setdefault(rate_bp, ChargeRate(charge=row, rate_bp=rate_bp))

    for cover in charge.covers:
        at(cover.rate_bp).covered_minor += cover.gross_minor
    for part in charge.parts:
        rate = at(part.rate_bp)
        rate.gross_minor += part.gross_minor
        rate.net_minor += part.net_minor
        rate.tax_minor += part.tax_minor
    return list(rates.values())


def _movements(ticket: Ticket, sale: Sale) -> list[LedgerEntry]:
    if not any(tender.kind is TenderKind.ACCOUNT for tender in sale.tenders):
        return []
    kind = LedgerEntry.Kind.PAYMENT if ticket.kind == Ticket.Kind.SALE else LedgerEntry.Kind.REFUND
    return [
        LedgerEntry(
            guest_id=key.removeprefix("account:"),
            amount_minor=delta_minor,
            kind=kind,
            ticket=ticket,
            time_utc=sale.time_utc,
        )
        for key, delta_minor in deltas(sale)
        if key.startswith("account:")
    ]


def _count(batch: Batch, readings: Sequence[Reading[Sale]]) -> None:
    counts: Counter[tuple[int, date, int]] = Counter(
        (reading.entry.epoch, reading.record.business_day, reading.record.shift or 0) for reading in readings
    )
    for (epoch, day, shift), count in sorted(counts.items()):
        TrainingCount.add(batch.terminal, epoch, day, shift, count)


def _is_training(sale: Sale) -> str:
    return "" if sale.training else "a sale that counts, in an entry of kind 'training'"


def _is_no_training(sale: Sale) -> str:
    return "a training sale, in an entry of kind 'ticket'" if sale.training else ""


TICKET: Kind[Any] = Kind(from_payload, _write, _guest_ids, _is_no_training)
TRAINING: Kind[Any] = Kind(from_payload, _count, problem=_is_training)
