"""From a basket to a ticket, and from a ticket to the payload a journal keeps."""

from collections.abc import Iterable
from datetime import date, datetime

from sales.basket import Basket, BasketLine
from sales.tender import Tender, settle
from sales.text import pick
from sales.ticket_payload import PayloadError, from_payload, to_payload
from sales.ticket_record import Ticket, TicketError, TicketLine, TicketOption

__all__ = [
    "PayloadError",
    "Ticket",
    "TicketError",
    "TicketLine",
    "TicketOption",
    "from_payload",
    "make_ticket",
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
    guest_id: str | None,
    tenders: Iterable[Tender],
    pickup_number: int,
) -> Ticket:
    """Return the ticket that sells `basket` for `tenders`; names of articles and options are taken in `language`.

    Cash is rounded to the smallest coin of the catalogue, and what was given too much is the change. Raises `TicketError`
    for an empty basket, a time that is not UTC or a business day other than the basket's, and `TenderError` when the
    tenders do not pay the total.
    """
    catalogue = basket.catalogue
    if business_day != basket.on:
        raise TicketError(f"the basket was priced for {basket.on}, the ticket is for {business_day}")
    tenders = tuple(tenders)
    settlement = settle(basket.total_minor, tenders, catalogue.cash_rounding_minor)
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
        guest_id=guest_id,
        guest_category_id=basket.guest_category_id,
        lines=tuple(_sold(line, language) for line in basket.lines),
        taxes=basket.taxes(),
        tenders=tenders,
        total_minor=basket.total_minor,
        rounding_minor=settlement.rounding_minor,
        change_minor=settlement.change_minor,
        pickup_number=pickup_number,
    )


def _sold(line: BasketLine, language: str) -> TicketLine:
    return TicketLine(
        article_id=line.article.id,
        plu=line.article.plu,
        name=pick(line.article.name, language),
        quantity=line.quantity,
        weight_g=line.weight_g,
        unit=line.article.unit,
        unit_minor=line.unit_minor,
        options=tuple(
            TicketOption(option.id, pick(option.name, language), option.price_minor) for option in line.options
        ),
        amount_minor=line.amount_minor,
        tax_class_id=line.article.tax_class_id,
        rate_bp=line.rate_bp,
        base_minor=line.base_minor,
    )
