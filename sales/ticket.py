"""From a basket to a ticket, and from a ticket to the payload a journal keeps."""

from collections.abc import Iterable
from datetime import date, datetime

from sales.article import Unit
from sales.authorisation import Authorisation, AuthorisationOutcome
from sales.basket import Basket
from sales.bill import Adjustment, BillLine, Charge
from sales.funding import FEE_ARTICLE_ID, ShareReason
from sales.kinds import AdjustmentKind, LineKind, TicketKind
from sales.reversal import Remaining, make_reversal, remaining
from sales.tender import Tender, settle
from sales.text import pick
from sales.ticket_payload import PayloadError, from_payload, to_payload
from sales.ticket_record import (
    Ticket,
    TicketAdjustment,
    TicketCharge,
    TicketError,
    TicketLine,
    TicketMenu,
    TicketOption,
    TicketRef,
)

__all__ = [
    "AdjustmentKind",
    "Authorisation",
    "AuthorisationOutcome",
    "LineKind",
    "PayloadError",
    "Remaining",
    "Ticket",
    "TicketAdjustment",
    "TicketCharge",
    "TicketError",
    "TicketKind",
    "TicketLine",
    "TicketMenu",
    "TicketOption",
    "TicketRef",
    "from_payload",
    "make_reversal",
    "make_ticket",
    "remaining",
    "to_payload",
]


def make_ticket(
    basket: Basket,
    *,
    terminal: str,
    number: int,
    time_utc: datetime,
    business_day: date,
    language: str,
    guest_id: str | None = None,
    tenders: Iterable[Tender],
    pickup_number: int | None,
    cashier_id: str | None = None,
    shift: int | None = None,
    training: bool = False,
    authorisation: Authorisation | None = None,
) -> Ticket:
    """Return the ticket that sells `basket` for `tenders`; names are taken in `language`.

    The tenders pay what is left to the guest, `basket.to_pay_minor`. Cash is rounded to the smallest coin of the catalogue,
    and what was given too much is the change. `guest_id` None means the basket's diner. `shift` is the cashier's, from 1.
    A `training` ticket is a ticket in everything but its deltas. `authorisation` is what head office said to it, None where it
    was not asked.

    Raises `TicketError` for an empty basket, another guest than the diner, a time that is not UTC or a business day other
    than the basket's, and `TenderError` when the tenders do not pay.
    """
    catalogue, diner, bill = basket.catalogue, basket.diner, basket.bill
    if business_day != basket.on:
        raise TicketError(f"the basket was priced for {basket.on}, the ticket is for {business_day}")
    if guest_id is not None and diner.guest_id not in (None, guest_id):
        raise TicketError(f"the basket was priced for guest {diner.guest_id}, the ticket is for {guest_id}")
    tenders = tuple(tenders)
    settlement = settle(bill.to_pay_minor, tenders, catalogue.cash_rounding_minor)
    return Ticket(
        terminal=terminal,
        store=catalogue.store.id,
        number=number,
        time_utc=time_utc,
        business_day=business_day,
        currency=catalogue.store.currency,
        catalogue_revision=catalogue.revision,
        service=basket.service,
        language=language,
        guest_id=guest_id or diner.guest_id,
        guest_category_id=diner.guest_category_id,
        lines=tuple(_sold(line, language) for line in bill.lines),
        taxes=bill.taxes,
        tenders=tenders,
        total_minor=bill.total_minor,
        rounding_minor=settlement.rounding_minor,
        change_minor=settlement.change_minor,
        pickup_number=pickup_number,
        cashier_id=cashier_id,
        shift=shift,
        training=training,
        meal_id=basket.meal_id,
        payer_id=diner.payer_id,
        charges=tuple(_owed(charge, language) for charge in bill.charges),
        share_reason=bill.funding.reason.value,
        meals_used=1 if bill.funding.reason is ShareReason.APPLIED else 0,
        menus=tuple(
            TicketMenu(pick(menu.set_menu.name, language), menu.price_minor, menu.saved_minor) for menu in bill.menus
        ),
        authorisation=authorisation,
    )


def _sold(line: BillLine, language: str) -> TicketLine:
    article = line.article
    return TicketLine(
        article_id=FEE_ARTICLE_ID if article is None else article.id,
        plu=None if article is None else article.plu,
        name=pick(line.name, language),
        quantity=line.quantity,
        weight_g=line.weight_g,
        unit=Unit.PIECE if article is None else article.unit,
        unit_minor=line.unit_minor,
        options=tuple(
            TicketOption(option.id, pick(option.name, language), option.price_minor) for option in line.options
        ),
        amount_minor=line.amount_minor,
        tax_class_id=line.tax_class_id,
        rate_bp=line.rate_bp,
        base_minor=line.base_minor,
        kind=line.kind,
        adjustments=tuple(_changed(adjustment, language) for adjustment in line.adjustments),
        menu=line.menu,
    )


def _changed(adjustment: Adjustment, language: str) -> TicketAdjustment:
    name = pick(adjustment.name, language)
    return TicketAdjustment(adjustment.kind, adjustment.id, name, adjustment.amount_minor, adjustment.reason)


def _owed(charge: Charge, language: str) -> TicketCharge:
    payer = charge.payer
    return TicketCharge(payer.id, pick(payer.name, language), charge.covers, charge.parts, payer.tax_class_id)
