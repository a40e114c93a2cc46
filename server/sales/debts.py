"""What payers owe for a period: the sum of the charges on tickets, by VAT rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Sum

from server.sales.models import ChargeRate


@dataclass(frozen=True)
class Debt:
    """What a payer owes at one VAT rate, in minor units of `currency`; `name` as on the slips."""

    payer_code: str
    name: str
    currency: str
    rate_bp: int
    gross_minor: int
    net_minor: int
    tax_minor: int


def debts(first_day: date, last_day: date, stores: Iterable[int] | None = None, payer_code: str = "") -> list[Debt]:
    """Return the debts of the business days from `first_day` to `last_day`, by payer and VAT rate.

    `stores` are primary keys, None for all; `payer_code` limits it to one payer. What was taken back is taken off. Net and
    VAT are the sums of those of the tickets.
    """
    rates = ChargeRate.objects.filter(charge__ticket__business_day__range=(first_day, last_day))
    if stores is not None:
        rates = rates.filter(charge__ticket__store__in=list(stores))
    if payer_code:
        rates = rates.filter(charge__payer_code=payer_code)
    rows = (
        rates.order_by()
        .values_list("charge__payer_code", "charge__ticket__currency", "rate_bp")
        .annotate(name=Max("charge__name"), gross=Sum("gross_minor"), net=Sum("net_minor"), tax=Sum("tax_minor"))
        .order_by("charge__payer_code", "charge__ticket__currency", "rate_bp")
    )
    return [
        Debt(payer, name, currency, rate_bp, gross, net, tax)
        for payer, currency, rate_bp, name, gross, net, tax in rows
        if (gross, net, tax) != (0, 0, 0)
    ]
