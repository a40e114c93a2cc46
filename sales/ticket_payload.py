"""A ticket as canonical JSON. Schema 1 stays readable forever; another set of fields gets another number."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sales.catalogue import Unit
from sales.errors import SalesError
from sales.fields import Fields, PayloadError
from sales.tax import Service, TaxLine
from sales.tender import Tender, TenderKind
from sales.ticket_record import Ticket, TicketLine, TicketOption

__all__ = ["SCHEMA", "PayloadError", "from_payload", "to_payload"]

SCHEMA = 1
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
_TIME_SHAPE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DAY_SHAPE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_R = TypeVar("_R")


def to_payload(ticket: Ticket) -> dict[str, Any]:
    """Return the ticket as JSON values: strings, whole numbers, null, lists and objects; never a float."""
    return {
        "schema": SCHEMA,
        "terminal": ticket.terminal,
        "store": ticket.store,
        "number": ticket.number,
        "time_utc": ticket.time_utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z",
        "business_day": ticket.business_day.isoformat(),
        "currency": ticket.currency,
        "catalogue_revision": ticket.catalogue_revision,
        "service": ticket.service.value,
        "language": ticket.language,
        "guest_id": ticket.guest_id,
        "guest_category_id": ticket.guest_category_id,
        "lines": [_line_to_json(line) for line in ticket.lines],
        "taxes": [
            {
                "rate_bp": tax.rate_bp,
                "gross_minor": tax.gross_minor,
                "net_minor": tax.net_minor,
                "tax_minor": tax.tax_minor,
            }
            for tax in ticket.taxes
        ],
        "tenders": [
            {"kind": tender.kind.value, "amount_minor": tender.amount_minor, "guest_id": tender.guest_id}
            for tender in ticket.tenders
        ],
        "total_minor": ticket.total_minor,
        "rounding_minor": ticket.rounding_minor,
        "change_minor": ticket.change_minor,
        "pickup_number": ticket.pickup_number,
    }


def _line_to_json(line: TicketLine) -> dict[str, Any]:
    return {
        "article_id": line.article_id,
        "plu": line.plu,
        "name": line.name,
        "quantity": line.quantity,
        "weight_g": line.weight_g,
        "unit": line.unit.value,
        "unit_minor": line.unit_minor,
        "base_minor": line.base_minor,
        "options": [
            {"id": option.id, "name": option.name, "price_minor": option.price_minor} for option in line.options
        ],
        "amount_minor": line.amount_minor,
        "tax_class_id": line.tax_class_id,
        "rate_bp": line.rate_bp,
    }


def from_payload(payload: object) -> Ticket:
    """Return the ticket written by `to_payload`, now or by any earlier release.

    Raises `PayloadError` naming the field when one is missing, of the wrong kind or unknown, and when the figures do
    not agree.
    """
    fields = Fields(payload)
    schema = fields.integer("schema")
    if schema != SCHEMA:
        raise PayloadError("schema", f"this release reads schema {SCHEMA}, not {schema}")
    return _checked(fields, _read_ticket)


def _checked(fields: Fields, read: Callable[[Fields], _R]) -> _R:
    try:
        result = read(fields)
    except PayloadError:
        raise
    except SalesError as error:
        raise PayloadError(fields.where, str(error)) from error
    fields.finish()
    return result


def _read_ticket(fields: Fields) -> Ticket:
    return Ticket(
        terminal=fields.text("terminal"),
        store=fields.text("store"),
        number=fields.integer("number"),
        time_utc=_time(fields, "time_utc"),
        business_day=_day(fields, "business_day"),
        currency=fields.text("currency"),
        catalogue_revision=fields.integer("catalogue_revision"),
        service=fields.choice("service", Service),
        language=fields.text("language"),
        guest_id=fields.optional_text("guest_id"),
        guest_category_id=fields.text("guest_category_id"),
        lines=tuple(_checked(line, _read_line) for line in fields.objects("lines")),
        taxes=tuple(_checked(tax, _read_tax) for tax in fields.objects("taxes")),
        tenders=tuple(_checked(tender, _read_tender) for tender in fields.objects("tenders")),
        total_minor=fields.integer("total_minor"),
        rounding_minor=fields.integer("rounding_minor"),
        change_minor=fields.integer("change_minor"),
        pickup_number=fields.integer("pickup_number"),
    )


def _read_line(fields: Fields) -> TicketLine:
    return TicketLine(
        article_id=fields.text("article_id"),
        plu=fields.optional_integer("plu"),
        name=fields.text("name"),
        quantity=fields.integer("quantity"),
        weight_g=fields.optional_integer("weight_g"),
        unit=fields.choice("unit", Unit),
        unit_minor=fields.integer("unit_minor"),
        base_minor=fields.integer("base_minor"),
        options=tuple(_checked(option, _read_option) for option in fields.objects("options")),
        amount_minor=fields.integer("amount_minor"),
        tax_class_id=fields.text("tax_class_id"),
        rate_bp=fields.integer("rate_bp"),
    )


def _read_option(fields: Fields) -> TicketOption:
    return TicketOption(fields.text("id"), fields.text("name"), fields.integer("price_minor"))


def _read_tax(fields: Fields) -> TaxLine:
    return TaxLine(
        fields.integer("rate_bp"),
        fields.integer("gross_minor"),
        fields.integer("net_minor"),
        fields.integer("tax_minor"),
    )


def _read_tender(fields: Fields) -> Tender:
    return Tender(fields.choice("kind", TenderKind), fields.integer("amount_minor"), fields.optional_text("guest_id"))


def _time(fields: Fields, name: str) -> datetime:
    value = fields.text(name)
    try:
        if _TIME_SHAPE.fullmatch(value):
            return datetime.strptime(value, _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise PayloadError(fields.path(name), f"{value!r} is no time: {error}") from error
    raise PayloadError(fields.path(name), f"must look like 2026-11-21T11:28:03.123456Z, not {value!r}")


def _day(fields: Fields, name: str) -> date:
    value = fields.text(name)
    try:
        if _DAY_SHAPE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError as error:
        raise PayloadError(fields.path(name), f"{value!r} is no day: {error}") from error
    raise PayloadError(fields.path(name), f"must look like 2026-11-21, not {value!r}")
