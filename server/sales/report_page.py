"""Z reports and shift counts to read: as on paper, by service, guests, payer and tender, and added up anew."""

from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sales import closing
from sales.slip import WIDTHS, SlipLayout
from sales.slip_report import ReportNames, ReportPaper, render_z
from sales.totals import PaidBy, Totals
from server.catalog.models import GuestCategory, Payer, ServicePeriod, Store
from server.core.display import money
from server.guests.models import Cashier
from server.sales.closings import Checked, checked_report, checked_shift, closing_totals
from server.sales.models import Closing, Shift
from server.sales.slip_page import slip_sheet
from server.sales.slip_words import slip_words


def names_of(store: Store) -> ReportNames:
    """Return what ids in reports of a store are called, in the language of whoever looks."""
    return ReportNames(
        meals={row.code: str(row) for row in ServicePeriod.objects.filter(store=store).order_by("start")},
        categories={row.code: str(row) for row in GuestCategory.objects.order_by("code")},
        payers={row.code: str(row) for row in Payer.objects.order_by("code")},
        cashiers=dict(Cashier.objects.values_list("code", "name")),
    )


def z_sheet(row: Closing) -> SafeString:
    """Return the Z report as it is printed, in the language of whoever looks."""
    language = (get_language() or "en").split("-")[0]
    paper = ReportPaper(
        store_name=row.store.name,
        layout=SlipLayout(columns=max(WIDTHS), feed_lines=0),
        translate=slip_words(language),
        language=language,
        timezone=ZoneInfo(row.store.timezone),
        names=names_of(row.store),
    )
    return slip_sheet(render_z(paper, closing.from_payload(row.payload)))


def figures(row: Closing | Shift) -> SafeString:
    """Return the totals of a Z report or a counted shift as a table, with what is no turnover apart from it."""
    totals = closing_totals(row.totals)
    names = names_of(row.store)

    def amount(minor: int | None) -> str:
        return money(minor, row.currency)

    expected = row.float_minor + totals.cash_minor if row.float_minor is not None else None
    context = {
        "tenders": [_tender(kind) for kind in PaidBy],
        "meals": _matrix(totals, names, row.currency),
        "sums": [amount(totals.paid_minor(kind)) for kind in PaidBy],
        "turnover": amount(totals.turnover_minor + totals.rounding_minor),
        "rounding": amount(totals.rounding_minor) if totals.rounding_minor else "",
        "plain_turnover": amount(totals.turnover_minor),
        "payers": [(names.payers.get(code, code), amount(minor)) for code, minor in totals.subsidies],
        "top_ups": [(_tender(PaidBy(kind.value)), amount(minor)) for kind, minor in totals.top_ups],
        "payouts": [(_tender(PaidBy(kind.value)), amount(minor)) for kind, minor in totals.payouts],
        "taken_back": [
            (_("voids"), totals.voids[0], amount(totals.voids[1])),
            (_("refunds"), totals.refunds[0], amount(totals.refunds[1])),
        ],
        "discounts": amount(totals.discounts_minor),
        "drawer": [
            (_("float"), amount(row.float_minor)),
            (_("cash sales, top-ups and payouts"), amount(_cash(totals))),
            (_("pay-ins"), amount(totals.pay_ins_minor)),
            (_("pay-outs"), amount(-totals.pay_outs_minor)),
            (_("drops"), amount(-totals.drops_minor)),
        ],
        "expected": amount(expected),
        "counted": amount(row.counted_minor),
        "difference": amount(row.difference_minor),
        "off": bool(row.difference_minor),
        "cashiers": [(names.cashier(code), sales, amount(minor)) for code, sales, minor in totals.cashiers],
    }
    return mark_safe(render_to_string("sales/figures.html", context))  # noqa: S308


def _cash(totals: Totals) -> int:
    """What cash the drawer took in and gave out by selling, topping up and paying out."""
    return totals.cash_minor - totals.pay_ins_minor + totals.pay_outs_minor + totals.drops_minor


def _tender(kind: PaidBy) -> str:
    return {
        PaidBy.ACCOUNT: _("account"),
        PaidBy.CASH: _("cash"),
        PaidBy.CARD: _("card"),
        PaidBy.PAYER: _("payer owes"),
    }[kind]


def _matrix(totals: Totals, names: ReportNames, currency: str) -> list[dict[str, Any]]:
    """Return for each meal service its rows, guests x tenders, and its sum."""
    by_meal: dict[str | None, dict[tuple[str, str | None], dict[PaidBy, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in totals.rows:
        by_meal[row.meal_id][row.guest_category_id, row.payer_id][row.tender] = row.amount_minor
    order = [meal for meal in names.meals if meal in by_meal]
    order += [meal for meal in by_meal if meal is not None and meal not in names.meals]
    found = []
    for meal in [*order, *([None] if None in by_meal else [])]:
        rows = [
            {
                "category": names.categories.get(category, category),
                "payer": names.payers.get(payer, payer) if payer else "",
                "cells": [money(paid[kind], currency) if paid.get(kind) else "–" for kind in PaidBy],
                "sum": money(sum(paid.values()), currency),
            }
            for (category, payer), paid in by_meal[meal].items()
        ]
        total = sum(minor for paid in by_meal[meal].values() for minor in paid.values())
        name = _("Outside meal services") if meal is None else names.meals.get(meal, meal)
        found.append({"name": name, "rows": rows, "sum": money(total, currency)})
    return found


def check_words(row: Closing | Shift) -> SafeString:
    """Say whether a report agrees with what it reports, as a line of the page."""
    if isinstance(row, Closing):
        checked: Checked = checked_report(row)
        good = _("Sum of its shifts = Z report = tickets and movements held here.")
    else:
        checked = checked_shift(row)
        good = _("Agrees with the tickets and movements held here.")
    context = {"good": good, "difference": checked.difference}
    return mark_safe(render_to_string("sales/check.html", context))  # noqa: S308
