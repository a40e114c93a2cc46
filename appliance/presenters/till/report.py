"""X, Z and the count of a drawer as rows to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from appliance.i18n import Translator, msg
from appliance.presenters.till.words import TENDERS
from appliance.presenters.views import AmountRow
from sales.catalogue import Catalogue
from sales.closing import Closing, PaidBy, Totals
from sales.shift import ShiftClosed

_PAID_BY: Mapping[PaidBy, str] = {
    PaidBy.ACCOUNT: msg("Account"),
    PaidBy.CASH: msg("Cash"),
    PaidBy.CARD: msg("Card"),
    PaidBy.PAYER: msg("Payers"),
}


def count(tr: Translator, closed: ShiftClosed) -> tuple[AmountRow, ...]:
    """What was counted, what should have been there, and the difference."""
    currency = closed.currency
    return (
        AmountRow(tr.say("Counted"), tr.money(closed.counted_minor, currency)),
        AmountRow(tr.say("Float"), tr.money(closed.float_minor, currency)),
        AmountRow(tr.say("Cash of the shift"), tr.money(closed.totals.cash_minor, currency)),
        AmountRow(tr.say("Expected"), tr.money(closed.expected_minor, currency)),
        AmountRow(tr.say("Difference"), tr.money(closed.difference_minor, currency), strong=True),
    )


def totals(
    tr: Translator, figures: Totals, catalogue: Catalogue | None, cashiers: Mapping[str, str]
) -> tuple[AmountRow, ...]:
    """Turnover first, then by service, guest category, payer and means; top-ups and shares apart."""
    return tuple(_rows(tr, figures, catalogue, cashiers))


def closing(
    tr: Translator, report: Closing, catalogue: Catalogue | None, cashiers: Mapping[str, str]
) -> tuple[AmountRow, ...]:
    """The totals of the day, the count, and the turnover since the beginning."""
    currency = report.currency
    return (
        *_rows(tr, report.totals, catalogue, cashiers),
        AmountRow(tr.say("Float"), tr.money(report.float_minor, currency)),
        AmountRow(tr.say("Counted"), tr.money(report.counted_minor, currency)),
        AmountRow(tr.say("Difference"), tr.money(report.difference_minor, currency), strong=True),
        AmountRow(tr.say("Turnover since the beginning"), tr.money(report.perpetual_minor, currency)),
    )


def _rows(
    tr: Translator, figures: Totals, catalogue: Catalogue | None, cashiers: Mapping[str, str]
) -> Iterator[AmountRow]:
    currency = catalogue.store.currency if catalogue else "EUR"
    names = _names(tr, catalogue)

    def money(amount_minor: int) -> str:
        return tr.money(amount_minor, currency)

    yield AmountRow(tr.say("Turnover"), money(figures.turnover_minor), strong=True)
    yield AmountRow(tr.say("Tickets"), tr.number(figures.tickets))
    for row in figures.rows:
        parts = (
            names.get(row.meal_id or "", row.meal_id or ""),
            names.get(row.guest_category_id, row.guest_category_id),
        )
        payer = names.get(f"payer {row.payer_id}", row.payer_id or "")
        label = " · ".join(part for part in (*parts, payer, tr.say(_PAID_BY[row.tender])) if part)
        yield AmountRow(label, money(row.amount_minor))
    for tax in figures.taxes:
        yield AmountRow(tr.say("including VAT {rate}", rate=tr.percent(tax.rate_bp)), money(tax.tax_minor))
    for payer_id, amount_minor in figures.subsidies:
        name = names.get(f"payer {payer_id}", payer_id)
        yield AmountRow(tr.say("Share of {payer}", payer=name), money(amount_minor))
    for tender, amount_minor in figures.top_ups:
        yield AmountRow(tr.say("Top-ups: {means}", means=tr.say(TENDERS[tender])), money(amount_minor))
    for tender, amount_minor in figures.payouts:
        yield AmountRow(tr.say("Payouts: {means}", means=tr.say(TENDERS[tender])), money(amount_minor))
    for label, amount_minor in (
        (tr.say("Discounts"), figures.discounts_minor),
        (tr.say("Voids: {count}", count=figures.voids[0]), figures.voids[1]),
        (tr.say("Refunds: {count}", count=figures.refunds[0]), figures.refunds[1]),
        (tr.say("Cash to the safe"), figures.drops_minor),
        (tr.say("Cash in"), figures.pay_ins_minor),
        (tr.say("Cash out"), figures.pay_outs_minor),
        (tr.say("Cash rounding"), figures.rounding_minor),
    ):
        if amount_minor:
            yield AmountRow(label, money(amount_minor))
    if figures.no_sales:
        yield AmountRow(tr.say("Drawer opened without a sale"), tr.number(figures.no_sales))
    if figures.training:
        yield AmountRow(tr.say("Training tickets"), tr.number(figures.training))
    for cashier_id, tickets, turnover_minor in figures.cashiers:
        label = tr.say("{name}, tickets: {count}", name=cashiers.get(cashier_id, cashier_id), count=tickets)
        yield AmountRow(label, money(turnover_minor))


def _names(tr: Translator, catalogue: Catalogue | None) -> dict[str, str]:
    if catalogue is None:
        return {}
    names = {period.id: tr.pick(period.name) for period in catalogue.service_periods}
    names |= {category.id: tr.pick(category.name) for category in catalogue.guest_categories}
    names |= {f"payer {payer.id}": tr.pick(payer.name) for payer in catalogue.payers}
    return names
