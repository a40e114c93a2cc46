"""The figures of a report on paper: turnover, its rows, tax, what is no turnover, and the drawer."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Protocol

from sales.figures import format_rate
from sales.slip_payment import tender_words
from sales.slip_writer import SlipWriter
from sales.tender import TenderKind
from sales.totals import PaidBy, Totals, TotalsRow


class Names(Protocol):
    """What ids are called; an id that is missing stands for itself."""

    @property
    def meals(self) -> Mapping[str, str]:
        """Meal services by id."""

    @property
    def categories(self) -> Mapping[str, str]:
        """Guest categories by id."""

    @property
    def payers(self) -> Mapping[str, str]:
        """Payers by id."""

    @property
    def cashiers(self) -> Mapping[str, str]:
        """Cashiers by id."""


class TotalsWriter:
    """Writes totals section by section; figures without a currency are in the currency of the turnover."""

    def __init__(self, writer: SlipWriter, totals: Totals, names: Names) -> None:
        self._writer = writer
        self._paper = writer.paper
        self._translate = writer.translate
        self._totals = totals
        self._names = names
        tenders = {PaidBy(kind.value): word for kind, word in tender_words(writer.translate).items()}
        self._paid_by = {**tenders, PaidBy.PAYER: writer.translate("Owed by the payer")}

    def all(self) -> None:
        """Every section but the drawer and the cashiers."""
        self._turnover()
        self._rows()
        self._tenders()
        self._named_amounts(self._translate("Owed by payers"), self._totals.subsidies, self._names.payers)
        self._taxes()
        self._accounts()

    def _figure(self, label: str, amount_minor: int, indent: str = "", *, bold: bool = False) -> None:
        self._paper.pair(label, self._writer.figure(amount_minor), indent=indent, bold=bold)

    def _turnover(self) -> None:
        totals, translate = self._totals, self._translate
        self._writer.rule()
        self._paper.pair(translate("Turnover"), self._writer.money(totals.turnover_minor), bold=True)
        if totals.discounts_minor:
            self._figure(translate("including discounts"), totals.discounts_minor, indent="  ")
        for label, (count, amount_minor) in (
            (translate("including voids"), totals.voids),
            (translate("including refunds"), totals.refunds),
        ):
            if count:
                self._figure(f"{label} ({count})", amount_minor, indent="  ")
        self._paper.pair(translate("Sales"), str(totals.tickets))
        if totals.first_number is not None and totals.last_number is not None:
            self._paper.pair(translate("Ticket numbers"), f"{totals.first_number}-{totals.last_number}")
        if totals.rounding_minor:
            self._figure(translate("Cash rounding"), totals.rounding_minor)
        if totals.training:
            self._paper.pair(translate("Training, not counted"), str(totals.training))

    def _rows(self) -> None:
        """Turnover and rounding by meal service, guest category with payer, and tender, in the order of the names."""
        meals, categories = list(self._names.meals), list(self._names.categories)
        ordered = sorted(
            self._totals.rows,
            key=lambda row: (_place(row.meal_id, meals), _place(row.guest_category_id, categories)),
        )
        for meal_id, of_meal in groupby(ordered, key=lambda row: row.meal_id):
            rows = list(of_meal)
            none = self._translate("Outside of services")
            title = none if meal_id is None else self._names.meals.get(meal_id, meal_id)
            self._writer.rule()
            self._figure(title, sum(row.amount_minor for row in rows), bold=True)
            for guests, of_guests in groupby(rows, key=self._guests):
                self._paper.text(guests, indent=" ")
                for row in of_guests:
                    self._figure(f"{row.tickets} x {self._paid_by[row.tender]}", row.amount_minor, indent="   ")

    def _guests(self, row: TotalsRow) -> str:
        category = self._names.categories.get(row.guest_category_id, row.guest_category_id)
        if row.payer_id is None:
            return category
        return f"{category}, {self._names.payers.get(row.payer_id, row.payer_id)}"

    def _tenders(self) -> None:
        totals, translate = self._totals, self._translate
        self._writer.section(translate("Means of payment"))
        for tender, word in self._paid_by.items():
            if any(row.tender is tender for row in totals.rows):
                self._figure(word, totals.paid_minor(tender))
        total_minor = totals.turnover_minor + totals.rounding_minor
        label = translate("Turnover with rounding") if totals.rounding_minor else translate("Turnover")
        self._figure(label, total_minor, bold=True)

    def _named_amounts(self, title: str, amounts: Iterable[tuple[str, int]], names: Mapping[str, str]) -> None:
        amounts = tuple(amounts)
        if amounts:
            self._writer.section(title)
        for key, amount_minor in amounts:
            self._figure(names.get(key, key), amount_minor)

    def _taxes(self) -> None:
        if not self._totals.taxes:
            return
        translate, figure = self._translate, self._writer.figure
        self._writer.rule()
        self._paper.table(
            (translate("VAT"), translate("Net"), translate("Tax"), translate("Gross")),
            [
                (
                    format_rate(tax.rate_bp, self._writer.language),
                    figure(tax.net_minor),
                    figure(tax.tax_minor),
                    figure(tax.gross_minor),
                )
                for tax in self._totals.taxes
            ]
            + [
                (
                    translate("Total"),
                    figure(sum(tax.net_minor for tax in self._totals.taxes)),
                    figure(sum(tax.tax_minor for tax in self._totals.taxes)),
                    figure(self._totals.turnover_minor),
                )
            ],
        )

    def _accounts(self) -> None:
        """Money onto accounts and off them, which is no turnover."""
        totals, translate = self._totals, self._translate
        if not totals.top_ups and not totals.payouts:
            return
        self._writer.section(translate("Guest accounts, no turnover"))
        words = tender_words(translate)
        for kind, amount_minor in totals.top_ups:
            self._figure(translate("Top-ups: {tender}").format(tender=words[kind]), amount_minor)
        for kind, amount_minor in totals.payouts:
            self._figure(translate("Payouts: {tender}").format(tender=words[kind]), -amount_minor)

    def drawer(self, float_minor: int, counted: tuple[int, int] | None = None) -> None:
        """How the cash that is expected comes about, and (counted, difference) when it was counted. Minor units."""
        totals, translate = self._totals, self._translate
        self._writer.section(translate("Drawer"))
        self._figure(translate("Float"), float_minor)
        self._figure(translate("Sales in cash"), totals.paid_minor(PaidBy.CASH))
        for label, amount_minor in (
            (translate("Top-ups in cash"), dict(totals.top_ups).get(TenderKind.CASH, 0)),
            (translate("Payouts in cash"), -dict(totals.payouts).get(TenderKind.CASH, 0)),
            (translate("Pay-ins"), totals.pay_ins_minor),
            (translate("Pay-outs"), -totals.pay_outs_minor),
            (translate("Drops"), -totals.drops_minor),
        ):
            if amount_minor:
                self._figure(label, amount_minor)
        self._figure(translate("Expected"), float_minor + totals.cash_minor, bold=True)
        if counted is not None:
            self._figure(translate("Counted"), counted[0], bold=True)
            self._figure(translate("Difference"), counted[1], bold=True)
        if totals.no_sales:
            self._paper.pair(translate("Drawer opened without a sale"), str(totals.no_sales))

    def cashiers(self) -> None:
        """Sales and turnover of every cashier."""
        if self._totals.cashiers:
            self._writer.section(self._translate("Cashiers"))
        for cashier_id, sales, turnover_minor in self._totals.cashiers:
            self._figure(f"{self._names.cashiers.get(cashier_id, cashier_id)} ({sales})", turnover_minor)


def _place(key: str | None, order: list[str]) -> tuple[int, str]:
    """Named ones as named, others behind them, none at all last."""
    if key is None:
        return len(order) + 1, ""
    return (order.index(key), "") if key in order else (len(order), key)
