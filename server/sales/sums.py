"""The proof in SQL: what guests paid and what payers owe is what tickets say, at every VAT rate, to the cent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from server.sales.models import ChargeRate, Payment, Ticket, TicketCharge, TicketLine, TicketTax


@dataclass(frozen=True)
class RateSums:
    """All tickets at one VAT rate, in minor units of `currency`.

    `sold_minor` is what lines say; guests paid that less `covered_minor`; payers owe `owed_minor` at this rate, which
    differs from what they cover where a payer has its own VAT rule. `stated_minor` is what the VAT lines of the tickets say.
    """

    currency: str
    rate_bp: int
    sold_minor: int
    covered_minor: int
    owed_minor: int
    stated_minor: int
    net_minor: int
    tax_minor: int

    @property
    def guests_minor(self) -> int:
        """What guests owed at this rate."""
        return self.sold_minor - self.covered_minor

    @property
    def difference_minor(self) -> int:
        """Guests' part plus payers' debts, less the tickets: 0 where everything agrees."""
        return self.guests_minor + self.owed_minor - self.stated_minor

    @property
    def sound(self) -> bool:
        """Whether everything agrees at this rate."""
        return self.difference_minor == 0 and self.net_minor + self.tax_minor == self.stated_minor


@dataclass(frozen=True)
class PaymentSums:
    """What guests had to pay in one currency, over all rates, and what they paid; minor units."""

    currency: str
    tickets: int
    to_pay_minor: int
    tendered_minor: int
    change_minor: int
    rounding_minor: int

    @property
    def paid_minor(self) -> int:
        """What was kept of the tenders, without the rounding of cash."""
        return self.tendered_minor - self.change_minor - self.rounding_minor

    @property
    def difference_minor(self) -> int:
        """Paid less to pay: 0 where everything agrees."""
        return self.paid_minor - self.to_pay_minor


def rate_sums(first_day: date | None = None, last_day: date | None = None) -> list[RateSums]:
    """Return the sums of all tickets of the business days (None: no limit), by currency and rate."""
    days = (first_day, last_day)
    sold = _by_rate(TicketLine.objects.filter(_within("ticket", *days)), "ticket", sold="amount_minor")
    charged = _by_rate(
        ChargeRate.objects.filter(_within("charge__ticket", *days)),
        "charge__ticket",
        covered="covered_minor",
        owed="gross_minor",
    )
    stated = _by_rate(
        TicketTax.objects.filter(_within("ticket", *days)),
        "ticket",
        stated="gross_minor",
        net="net_minor",
        tax="tax_minor",
    )
    nothing: dict[str, int] = {}
    found = []
    for key in sorted({*sold, *charged, *stated}):
        row = {**sold.get(key, nothing), **charged.get(key, nothing), **stated.get(key, nothing)}
        names = ("sold", "covered", "owed", "stated", "net", "tax")
        found.append(RateSums(*key, *(row.get(name, 0) for name in names)))
    return found


def payment_sums(first_day: date | None = None, last_day: date | None = None) -> list[PaymentSums]:
    """Return what guests had to pay and paid on the business days (None: no limit), by currency."""
    tendered = dict(
        Payment.objects.filter(_within("ticket", first_day, last_day))
        .order_by()
        .values_list("ticket__currency")
        .annotate(sum=Sum("amount_minor"))
    )
    rows = (
        Ticket.objects.filter(_within("", first_day, last_day))
        .order_by("currency")
        .values_list("currency")
        .annotate(
            count=Count("pk"),
            to_pay=Sum(F("total_minor") - F("charges_minor")),
            change=Sum("change_minor"),
            rounding=Sum("rounding_minor"),
        )
    )
    return [
        PaymentSums(currency, count, to_pay, tendered.get(currency, 0), change, rounding)
        for currency, count, to_pay, change, rounding in rows
    ]


def unsound_tickets(first_day: date | None = None, last_day: date | None = None) -> QuerySet[Ticket]:
    """Return the tickets that do not agree within themselves: errors of two tickets may cancel out in sums."""
    paid = F("paid") - F("change_minor") - F("rounding_minor")
    return (
        Ticket.objects.filter(_within("", first_day, last_day))
        .annotate(
            lines_minor=_sum(TicketLine.objects.all(), "ticket", "amount_minor"),
            stated=_sum(TicketTax.objects.all(), "ticket", "gross_minor"),
            paid=_sum(Payment.objects.all(), "ticket", "amount_minor"),
            charged=_sum(TicketCharge.objects.all(), "ticket", "amount_minor"),
            covered=_sum(ChargeRate.objects.all(), "charge__ticket", "covered_minor"),
            owed=_sum(ChargeRate.objects.all(), "charge__ticket", "gross_minor"),
        )
        .exclude(
            lines_minor=F("total_minor"),
            stated=F("total_minor"),
            charged=F("charges_minor"),
            covered=F("charges_minor"),
            owed=F("charges_minor"),
            total_minor=paid + F("charges_minor"),
        )
    )


def _sum(rows: QuerySet, ticket: str, field: str) -> Coalesce:
    sums = rows.filter(**{ticket: OuterRef("pk")}).order_by().values(ticket).annotate(sum=Sum(field)).values("sum")
    return Coalesce(Subquery(sums), 0)


def _by_rate(rows: QuerySet, ticket: str, **fields: str) -> dict[tuple[str, int], dict[str, int]]:
    """Return (currency, rate) -> the sums of `fields` under their names."""

    def pairs() -> Iterator[tuple[tuple[str, int], dict[str, int]]]:
        sums = {name: Sum(field) for name, field in fields.items()}
        for currency, rate_bp, *values in (
            rows.order_by().values_list(f"{ticket}__currency", "rate_bp").annotate(**sums)
        ):
            yield (currency, rate_bp), dict(zip(fields, values, strict=True))

    return dict(pairs())


def _within(ticket: str, first_day: date | None, last_day: date | None) -> Q:
    day = f"{ticket}__business_day" if ticket else "business_day"
    found = Q()
    if first_day:
        found &= Q(**{f"{day}__gte": first_day})
    if last_day:
        found &= Q(**{f"{day}__lte": last_day})
    return found
