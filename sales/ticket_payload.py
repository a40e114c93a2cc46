"""A ticket as canonical JSON. Schemas 1 to 3 stay readable forever; another set of fields gets another number."""

from dataclasses import replace
from typing import Any

from sales.fields import Fields, PayloadError, time_text
from sales.kinds import TicketKind
from sales.payload_parts import (
    authorisation_to_json,
    charge_to_json,
    line_to_json,
    menu_to_json,
    read_authorisation,
    read_charge,
    read_line,
    read_line_1,
    read_menu,
    read_ref,
    read_tax,
    read_tender,
    ref_to_json,
    tax_to_json,
    tender_to_json,
)
from sales.tax import Service
from sales.ticket_record import Ticket

__all__ = ["SCHEMA", "PayloadError", "from_payload", "to_payload"]

SCHEMA = 3


def to_payload(ticket: Ticket) -> dict[str, Any]:
    """Return the ticket as JSON values: strings, whole numbers, true, false, null, lists and objects; never a float."""
    return {
        "schema": SCHEMA,
        "kind": ticket.kind.value,
        "terminal": ticket.terminal,
        "store": ticket.store,
        "number": ticket.number,
        "reverses": None if ticket.reverses is None else ref_to_json(ticket.reverses),
        "reverses_day": None if ticket.reverses_day is None else ticket.reverses_day.isoformat(),
        "time_utc": time_text(ticket.time_utc),
        "business_day": ticket.business_day.isoformat(),
        "currency": ticket.currency,
        "catalogue_revision": ticket.catalogue_revision,
        "service": ticket.service.value,
        "meal_id": ticket.meal_id,
        "language": ticket.language,
        "cashier_id": ticket.cashier_id,
        "shift": ticket.shift,
        "training": ticket.training,
        "guest_id": ticket.guest_id,
        "guest_category_id": ticket.guest_category_id,
        "payer_id": ticket.payer_id,
        "lines": [line_to_json(line) for line in ticket.lines],
        "menus": [menu_to_json(menu) for menu in ticket.menus],
        "taxes": [tax_to_json(tax) for tax in ticket.taxes],
        "charges": [charge_to_json(charge) for charge in ticket.charges],
        "share_reason": ticket.share_reason,
        "meals_used": ticket.meals_used,
        "tenders": [tender_to_json(tender) for tender in ticket.tenders],
        "total_minor": ticket.total_minor,
        "rounding_minor": ticket.rounding_minor,
        "change_minor": ticket.change_minor,
        "pickup_number": ticket.pickup_number,
        "authorisation": None if ticket.authorisation is None else authorisation_to_json(ticket.authorisation),
    }


def from_payload(payload: object) -> Ticket:
    """Return the ticket written by `to_payload`, now or by any earlier release.

    Raises `PayloadError` naming the field when one is missing, of the wrong kind or unknown, and when the figures do
    not agree.
    """
    fields = Fields(payload)
    schema = fields.integer("schema")
    if schema == 1:
        return fields.read(_read_1)
    if schema == 2:
        return fields.read(_read_2)
    if schema == SCHEMA:
        return fields.read(_read_3)
    raise PayloadError("schema", f"this release reads schemas 1 to {SCHEMA}, not {schema}")


def _read_1(fields: Fields) -> Ticket:
    return Ticket(
        terminal=fields.text("terminal"),
        store=fields.text("store"),
        number=fields.integer("number"),
        time_utc=fields.time("time_utc"),
        business_day=fields.day("business_day"),
        currency=fields.text("currency"),
        catalogue_revision=fields.integer("catalogue_revision"),
        service=fields.choice("service", Service),
        language=fields.text("language"),
        guest_id=fields.optional_text("guest_id"),
        guest_category_id=fields.text("guest_category_id"),
        lines=tuple(line.read(read_line_1) for line in fields.objects("lines")),
        taxes=tuple(tax.read(read_tax) for tax in fields.objects("taxes")),
        tenders=tuple(tender.read(read_tender) for tender in fields.objects("tenders")),
        total_minor=fields.integer("total_minor"),
        rounding_minor=fields.integer("rounding_minor"),
        change_minor=fields.integer("change_minor"),
        pickup_number=fields.integer("pickup_number"),
    )


def _read_2(fields: Fields) -> Ticket:
    reverses = fields.optional_object("reverses")
    return Ticket(
        kind=fields.choice("kind", TicketKind),
        terminal=fields.text("terminal"),
        store=fields.text("store"),
        number=fields.integer("number"),
        reverses=None if reverses is None else reverses.read(read_ref),
        reverses_day=None if fields.optional_text("reverses_day") is None else fields.day("reverses_day"),
        time_utc=fields.time("time_utc"),
        business_day=fields.day("business_day"),
        currency=fields.text("currency"),
        catalogue_revision=fields.integer("catalogue_revision"),
        service=fields.choice("service", Service),
        meal_id=fields.optional_text("meal_id"),
        language=fields.text("language"),
        cashier_id=fields.optional_text("cashier_id"),
        shift=fields.optional_integer("shift"),
        training=fields.flag("training"),
        guest_id=fields.optional_text("guest_id"),
        guest_category_id=fields.text("guest_category_id"),
        payer_id=fields.optional_text("payer_id"),
        lines=tuple(line.read(read_line) for line in fields.objects("lines")),
        menus=tuple(menu.read(read_menu) for menu in fields.objects("menus")),
        taxes=tuple(tax.read(read_tax) for tax in fields.objects("taxes")),
        charges=tuple(charge.read(read_charge) for charge in fields.objects("charges")),
        share_reason=fields.text("share_reason"),
        meals_used=fields.integer("meals_used"),
        tenders=tuple(tender.read(read_tender) for tender in fields.objects("tenders")),
        total_minor=fields.integer("total_minor"),
        rounding_minor=fields.integer("rounding_minor"),
        change_minor=fields.integer("change_minor"),
        pickup_number=fields.optional_integer("pickup_number"),
    )


def _read_3(fields: Fields) -> Ticket:
    authorisation = fields.optional_object("authorisation")
    asked = None if authorisation is None else authorisation.read(read_authorisation)
    return replace(_read_2(fields), authorisation=asked)
