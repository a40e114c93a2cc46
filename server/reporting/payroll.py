"""Sums for payroll: what each guest of a payer had in a month. No dishes, no times, no single tickets."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Sum

from server.catalog.models import Payer
from server.core.columns import MoneyColumn
from server.core.text import local
from server.guests.models import Guest
from server.sales.models import Ticket, TicketCharge

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula when a name begins with it."""


@dataclass(frozen=True)
class PayrollRow:
    """One guest of one payer in one month, in minor units of `currency`. `meals` are those the payer took a share of."""

    guest_id: str
    guest: str
    payer_code: str
    payer: str
    currency: str
    meals: int
    share_minor: int
    guest_minor: int


def month_of(text: str, today: date) -> date:
    """Return the first day of the month in "2026-11"; for anything else that of `today`."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def month_after(first: date) -> date:
    """Return the first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def payroll(first: date, payer_code: str = "") -> list[PayrollRow]:
    """Return the sums of the month that begins on `first`, by payer and guest; of one payer when its code is given.

    Guests nobody pays for are left out: what they eat is nobody else's business.
    """
    days = {"business_day__gte": first, "business_day__lt": month_after(first)}
    tickets = Ticket.objects.filter(**days, guest__isnull=False).exclude(payer_code="")
    charges = TicketCharge.objects.filter(
        ticket__guest__isnull=False, **{f"ticket__{name}": day for name, day in days.items()}
    )
    if payer_code:
        tickets = tickets.filter(payer_code=payer_code)
        charges = charges.filter(payer_code=payer_code)
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for *key, meals, paid in (
        tickets.order_by()
        .values_list("guest", "payer_code", "currency")
        .annotate(meals=Sum("meals_used"), paid=Sum(F("total_minor") - F("charges_minor")))
    ):
        row = sums[key[0], key[1], key[2]]
        row[0] += meals
        row[2] += paid
    for guest, payer, currency, share in (
        charges.order_by()
        .values_list("ticket__guest", "payer_code", "ticket__currency")
        .annotate(share=Sum("amount_minor"))
    ):
        sums[guest, payer, currency][1] += share
    guests = dict(Guest.objects.filter(pk__in={key[0] for key in sums}).values_list("pk", "name"))
    payers = {code: local(name, code) for code, name in Payer.objects.values_list("code", "name")}
    rows = [
        PayrollRow(guest, guests.get(guest, guest), payer, payers.get(payer, payer), currency, *figures)
        for (guest, payer, currency), figures in sums.items()
    ]
    return sorted(rows, key=lambda row: (row.payer, row.payer_code, row.guest.casefold(), row.guest_id))


def payroll_csv(first: date, rows: Iterable[PayrollRow]) -> str:
    """Return the rows as CSV (RFC 4180) with amounts as decimals with a point."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["month", "guest_id", "guest", "payer_code", "payer", "meals", "payer_share", "guest_part", "currency"]
    )
    decimal = MoneyColumn().render
    for row in rows:
        texts = [_harmless(text) for text in (row.guest_id, row.guest, row.payer_code, row.payer)]
        writer.writerow(
            [f"{first:%Y-%m}", *texts, row.meals, decimal(row.share_minor), decimal(row.guest_minor), row.currency]
        )
    return out.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
