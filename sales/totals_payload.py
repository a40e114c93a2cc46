"""Totals as JSON values, within the payload of the record that holds them."""

from collections.abc import Iterable
from typing import Any

from sales.fields import Fields, PayloadError
from sales.payload_parts import read_tax, tax_to_json
from sales.tender import TenderKind
from sales.totals import PaidBy, Totals, TotalsRow

_FIGURES = (
    "tickets",
    "turnover_minor",
    "rounding_minor",
    "discounts_minor",
    "drops_minor",
    "pay_ins_minor",
    "pay_outs_minor",
    "no_sales",
    "training",
)


def totals_to_json(totals: Totals) -> dict[str, Any]:
    """Return the totals as JSON values; `cash_minor` is there for whoever reads the payload."""
    return {
        **{name: getattr(totals, name) for name in _FIGURES},
        "rows": [
            {
                "meal_id": row.meal_id,
                "guest_category_id": row.guest_category_id,
                "payer_id": row.payer_id,
                "tender": row.tender.value,
                "tickets": row.tickets,
                "amount_minor": row.amount_minor,
            }
            for row in totals.rows
        ],
        "taxes": [tax_to_json(tax) for tax in totals.taxes],
        "subsidies": [{"payer_id": who, "amount_minor": amount_minor} for who, amount_minor in totals.subsidies],
        "top_ups": _moved_to_json(totals.top_ups),
        "payouts": _moved_to_json(totals.payouts),
        "voids": {"count": totals.voids[0], "amount_minor": totals.voids[1]},
        "refunds": {"count": totals.refunds[0], "amount_minor": totals.refunds[1]},
        "cashiers": [
            {"cashier_id": who, "tickets": tickets, "turnover_minor": turnover_minor}
            for who, tickets, turnover_minor in totals.cashiers
        ],
        "first_number": totals.first_number,
        "last_number": totals.last_number,
        "cash_minor": totals.cash_minor,
    }


def _moved_to_json(moved: Iterable[tuple[TenderKind, int]]) -> list[dict[str, Any]]:
    return [{"tender": tender.value, "amount_minor": amount_minor} for tender, amount_minor in moved]


def read_totals(fields: Fields) -> Totals:
    """Return totals written by `totals_to_json`; raises `PayloadError` naming the field that does not fit."""
    totals = Totals(
        **{name: fields.integer(name) for name in _FIGURES},
        rows=tuple(row.read(_row) for row in fields.objects("rows")),
        taxes=tuple(tax.read(read_tax) for tax in fields.objects("taxes")),
        subsidies=tuple(entry.read(_subsidy) for entry in fields.objects("subsidies")),
        top_ups=tuple(entry.read(_moved) for entry in fields.objects("top_ups")),
        payouts=tuple(entry.read(_moved) for entry in fields.objects("payouts")),
        voids=fields.object("voids").read(_counted),
        refunds=fields.object("refunds").read(_counted),
        cashiers=tuple(entry.read(_cashier) for entry in fields.objects("cashiers")),
        first_number=fields.optional_integer("first_number"),
        last_number=fields.optional_integer("last_number"),
    )
    stated_minor = fields.integer("cash_minor")
    if stated_minor != totals.cash_minor:
        raise PayloadError(fields.path("cash_minor"), f"is {stated_minor}, the figures make {totals.cash_minor}")
    return totals


def _row(fields: Fields) -> TotalsRow:
    return TotalsRow(
        fields.optional_text("meal_id"),
        fields.text("guest_category_id"),
        fields.optional_text("payer_id"),
        fields.choice("tender", PaidBy),
        fields.integer("tickets"),
        fields.integer("amount_minor"),
    )


def _subsidy(fields: Fields) -> tuple[str, int]:
    return fields.text("payer_id"), fields.integer("amount_minor")


def _moved(fields: Fields) -> tuple[TenderKind, int]:
    return fields.choice("tender", TenderKind), fields.integer("amount_minor")


def _counted(fields: Fields) -> tuple[int, int]:
    return fields.integer("count"), fields.integer("amount_minor")


def _cashier(fields: Fields) -> tuple[str, int, int]:
    return fields.text("cashier_id"), fields.integer("tickets"), fields.integer("turnover_minor")
