"""A store's day by meal service: sold and left, turnover, what payers owe, top-ups, each till. Minor units throughout."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet, Sum

from server.catalog.models import Article, Store
from server.core.text import local
from server.menus.models import MenuEntry
from server.sales.models import (
    AccountMovement,
    AvailabilityMark,
    CashierChange,
    Shift,
    Ticket,
    TicketCharge,
    TicketLine,
    TrainingCount,
)
from server.sales.portions import portions_sold


@dataclass(frozen=True)
class ArticlePortions:
    """How an article of the day stands. `planned` and `left` are None where nobody planned a number."""

    article_code: str
    name: str
    planned: int | None
    sold: int
    sold_out: bool

    @property
    def left(self) -> int | None:
        """Portions left, never below none."""
        return None if self.planned is None else max(0, self.planned - self.sold)


@dataclass(frozen=True)
class MealTurnover:
    """What a meal service brought in one category of articles; empty codes: outside of any service, admission fees."""

    meal_code: str
    category_code: str
    quantity: int
    amount_minor: int


@dataclass(frozen=True)
class MealTickets:
    """The tickets of a meal service."""

    meal_code: str
    tickets: int
    turnover_minor: int
    charges_minor: int


@dataclass(frozen=True)
class PayerShare:
    """What a payer owes of the day's tickets."""

    payer_code: str
    name: str
    tickets: int
    amount_minor: int


@dataclass(frozen=True)
class TopUps:
    """Money onto accounts and off them by one means of payment; neither is turnover."""

    tender: str
    top_ups_minor: int
    payouts_minor: int


@dataclass(frozen=True)
class TillDay:
    """What one terminal did. `open_shift` is open now; `cashier_code` is who signed in last and did not sign out."""

    terminal_code: str
    tickets: int
    turnover_minor: int
    voids: int
    refunds: int
    last_ticket: datetime | None
    training: int
    open_shift: int | None
    cashier_code: str


def portions(store: Store, day: date) -> list[ArticlePortions]:
    """Return what is on the menu of `day` in its order, then everything else that was sold or marked sold out."""
    sold = portions_sold(store.pk, day)
    marks = dict(AvailabilityMark.objects.filter(store=store, business_day=day).values_list("article_code", "sold_out"))
    found = []
    for entry in MenuEntry.objects.filter(store=store, date=day).select_related("article").order_by("position", "pk"):
        code = entry.article.code
        marks.pop(code, None)
        found.append(
            ArticlePortions(
                code, local(entry.article.name, code), entry.planned_portions, sold.pop(code, 0), entry.sold_out
            )
        )
    others = sorted({*sold, *(code for code, sold_out in marks.items() if sold_out)})
    names = dict(Article.objects.filter(code__in=others).values_list("code", "name"))
    rest = [
        ArticlePortions(code, local(names.get(code, {}), code), None, sold.get(code, 0), marks.get(code, False))
        for code in others
    ]
    return found + sorted(rest, key=lambda row: (-row.sold, row.name))


def turnover_by_category(store: Store, first_day: date, last_day: date) -> list[MealTurnover]:
    """Return turnover by meal service and category of articles; admission fees have no category."""
    lines = (
        TicketLine.objects.filter(_tickets("ticket__", store, first_day, last_day))
        .order_by()
        .values_list("ticket__meal_code", "kind", "article_code")
        .annotate(quantity=Sum("quantity"), amount=Sum("amount_minor"))
    )
    categories = dict(Article.objects.values_list("code", "category__code"))
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for meal_code, kind, article_code, quantity, amount_minor in lines:
        category = categories.get(article_code, "") if kind == TicketLine.Kind.ARTICLE else ""
        row = sums[meal_code, category]
        row[0] += quantity
        row[1] += amount_minor
    return [MealTurnover(*key, *row) for key, row in sorted(sums.items())]


def tickets_by_meal(store: Store, first_day: date, last_day: date) -> list[MealTickets]:
    """Return the sums of the tickets of each meal service."""
    rows = (
        Ticket.objects.filter(_tickets("", store, first_day, last_day))
        .order_by("meal_code")
        .values_list("meal_code")
        .annotate(count=_sales(), turnover=Sum("total_minor"), charges=Sum("charges_minor"))
    )
    return [MealTickets(*row) for row in rows]


def shares_by_payer(store: Store, first_day: date, last_day: date) -> list[PayerShare]:
    """Return what payers owe, the largest first."""
    rows = (
        TicketCharge.objects.filter(_tickets("ticket__", store, first_day, last_day))
        .order_by()
        .values_list("payer_code")
        .annotate(
            name=Max("name"),
            count=Count("ticket", filter=Q(ticket__kind=Ticket.Kind.SALE), distinct=True),
            amount=Sum("amount_minor"),
        )
    )
    return sorted((PayerShare(*row) for row in rows), key=lambda row: (-row.amount_minor, row.payer_code))


def top_ups(store: Store, first_day: date, last_day: date) -> list[TopUps]:
    """Return what was paid into accounts at tills and out of them, by means of payment."""
    rows = (
        AccountMovement.objects.filter(_tickets("", store, first_day, last_day))
        .order_by("tender")
        .values_list("tender")
        .annotate(
            top_ups=Sum("amount_minor", filter=Q(kind=AccountMovement.Kind.TOP_UP), default=0),
            payouts=Sum("amount_minor", filter=Q(kind=AccountMovement.Kind.PAYOUT), default=0),
        )
    )
    return [TopUps(*row) for row in rows]


def tills(store: Store, day: date) -> list[TillDay]:
    """Return what each terminal did on a day, by its code; those that did nothing are left out."""
    training = dict(
        TrainingCount.objects.filter(terminal__store=store, business_day=day)
        .order_by()
        .values_list("terminal__code")
        .annotate(sum=Sum("count"))
    )
    in_order = ("terminal__code", "epoch")
    open_shifts = dict(
        Shift.objects.filter(store=store, opened_at__isnull=False, closed_at__isnull=True)
        .order_by(*in_order, "number")
        .values_list("terminal__code", "number")
    )
    cashiers = dict(
        CashierChange.objects.filter(store=store, business_day=day)
        .order_by(*in_order, "seq")
        .values_list("terminal__code", "cashier_code")
    )
    rows = {code: sums for code, *sums in _till_rows(store, day)}
    return [
        TillDay(
            code,
            *rows.get(code, (0, 0, 0, 0, None)),
            training.get(code, 0),
            open_shifts.get(code),
            cashiers.get(code, ""),
        )
        for code in sorted({*rows, *training, *open_shifts, *cashiers})
    ]


def _till_rows(store: Store, day: date) -> QuerySet:
    return (
        Ticket.objects.filter(store=store, business_day=day)
        .order_by()
        .values_list("terminal__code")
        .annotate(
            count=_sales(),
            turnover=Sum("total_minor"),
            voids=Count("pk", filter=Q(kind=Ticket.Kind.VOID)),
            refunds=Count("pk", filter=Q(kind=Ticket.Kind.REFUND)),
            last=Max("time_utc"),
        )
    )


def _sales() -> Count:
    return Count("pk", filter=Q(kind=Ticket.Kind.SALE))


def _tickets(path: str, store: Store, first_day: date, last_day: date) -> Q:
    return Q(**{f"{path}store": store, f"{path}business_day__range": (first_day, last_day)})
