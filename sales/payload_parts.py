"""The parts of a ticket as JSON values, and read from them again."""

from typing import Any

from sales.article import Unit
from sales.authorisation import Authorisation, AuthorisationOutcome
from sales.fields import Fields
from sales.kinds import AdjustmentKind, LineKind
from sales.tax import RatePart, TaxLine
from sales.tender import Tender, TenderKind
from sales.ticket_parts import TicketAdjustment, TicketCharge, TicketLine, TicketMenu, TicketOption, TicketRef


def line_to_json(line: TicketLine) -> dict[str, Any]:
    """Return a line as schema 2 keeps it."""
    return {
        "kind": line.kind.value,
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
        "adjustments": [
            {
                "kind": adjustment.kind.value,
                "id": adjustment.id,
                "name": adjustment.name,
                "amount_minor": adjustment.amount_minor,
                "reason": adjustment.reason,
            }
            for adjustment in line.adjustments
        ],
        "menu": line.menu,
        "amount_minor": line.amount_minor,
        "tax_class_id": line.tax_class_id,
        "rate_bp": line.rate_bp,
    }


def read_line_1(fields: Fields) -> TicketLine:
    """Return a line written under schema 1: an article at its list price."""
    return TicketLine(**_line(fields))


def read_line(fields: Fields) -> TicketLine:
    """Return a line written under schema 2."""
    return TicketLine(
        **_line(fields),
        kind=fields.choice("kind", LineKind),
        adjustments=tuple(adjustment.read(_adjustment) for adjustment in fields.objects("adjustments")),
        menu=fields.optional_integer("menu"),
    )


def _line(fields: Fields) -> dict[str, Any]:
    return {
        "article_id": fields.text("article_id"),
        "plu": fields.optional_integer("plu"),
        "name": fields.text("name"),
        "quantity": fields.integer("quantity"),
        "weight_g": fields.optional_integer("weight_g"),
        "unit": fields.choice("unit", Unit),
        "unit_minor": fields.integer("unit_minor"),
        "base_minor": fields.integer("base_minor"),
        "options": tuple(option.read(_option) for option in fields.objects("options")),
        "amount_minor": fields.integer("amount_minor"),
        "tax_class_id": fields.text("tax_class_id"),
        "rate_bp": fields.integer("rate_bp"),
    }


def _option(fields: Fields) -> TicketOption:
    return TicketOption(fields.text("id"), fields.text("name"), fields.integer("price_minor"))


def _adjustment(fields: Fields) -> TicketAdjustment:
    return TicketAdjustment(
        fields.choice("kind", AdjustmentKind),
        fields.text("id"),
        fields.text("name"),
        fields.integer("amount_minor"),
        fields.text("reason"),
    )


def menu_to_json(menu: TicketMenu) -> dict[str, Any]:
    """Return a set menu as schema 2 keeps it."""
    return {"name": menu.name, "price_minor": menu.price_minor, "saved_minor": menu.saved_minor}


def read_menu(fields: Fields) -> TicketMenu:
    """Return a set menu written under schema 2."""
    return TicketMenu(fields.text("name"), fields.integer("price_minor"), fields.integer("saved_minor"))


def tax_to_json(tax: TaxLine) -> dict[str, Any]:
    """Return the amounts of one rate as every schema keeps them."""
    return {
        "rate_bp": tax.rate_bp,
        "gross_minor": tax.gross_minor,
        "net_minor": tax.net_minor,
        "tax_minor": tax.tax_minor,
    }


def read_tax(fields: Fields) -> TaxLine:
    """Return the amounts of one rate."""
    return TaxLine(
        fields.integer("rate_bp"),
        fields.integer("gross_minor"),
        fields.integer("net_minor"),
        fields.integer("tax_minor"),
    )


def tender_to_json(tender: Tender) -> dict[str, Any]:
    """Return a tender as every schema keeps it."""
    return {"kind": tender.kind.value, "amount_minor": tender.amount_minor, "guest_id": tender.guest_id}


def read_tender(fields: Fields) -> Tender:
    """Return a tender."""
    return Tender(fields.choice("kind", TenderKind), fields.integer("amount_minor"), fields.optional_text("guest_id"))


def charge_to_json(charge: TicketCharge) -> dict[str, Any]:
    """Return what a payer owes as schema 2 keeps it."""
    return {
        "payer_id": charge.payer_id,
        "name": charge.name,
        "tax_class_id": charge.tax_class_id,
        "covers": [{"rate_bp": part.rate_bp, "gross_minor": part.gross_minor} for part in charge.covers],
        "parts": [tax_to_json(part) for part in charge.parts],
    }


def read_charge(fields: Fields) -> TicketCharge:
    """Return what a payer owes, written under schema 2."""
    return TicketCharge(
        payer_id=fields.text("payer_id"),
        name=fields.text("name"),
        covers=tuple(part.read(_cover) for part in fields.objects("covers")),
        parts=tuple(part.read(read_tax) for part in fields.objects("parts")),
        tax_class_id=fields.optional_text("tax_class_id"),
    )


def _cover(fields: Fields) -> RatePart:
    return RatePart(fields.integer("rate_bp"), fields.integer("gross_minor"))


def ref_to_json(ref: TicketRef) -> dict[str, Any]:
    """Return which ticket is meant."""
    return {"terminal": ref.terminal, "epoch": ref.epoch, "number": ref.number}


def read_ref(fields: Fields) -> TicketRef:
    """Return which ticket is meant."""
    return TicketRef(fields.text("terminal"), fields.integer("epoch"), fields.integer("number"))


def authorisation_to_json(authorisation: Authorisation) -> dict[str, Any]:
    """Return what came of asking head office as schema 3 keeps it."""
    return {"request": authorisation.request, "outcome": authorisation.outcome.value}


def read_authorisation(fields: Fields) -> Authorisation:
    """Return what came of asking head office, written under schema 3."""
    return Authorisation(fields.text("request"), fields.choice("outcome", AuthorisationOutcome))
