"""What a manager watches during lunch: one store, today. Every figure is ready to be shown; amounts stay apart by kind."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Sum, Value, When
from django.db.models.functions import ExtractHour, ExtractMinute
from django.utils.translation import gettext as _

from server.catalog.models import Article, GuestCategory, Payer, ServicePeriod, Store
from server.core.display import money
from server.core.text import local
from server.fleet.models import Terminal
from server.fleet.status import statuses, sums
from server.guests.models import Cashier
from server.reporting import service
from server.reporting.chart import Span, quarter, turnover_chart
from server.sales.models import Ticket, TicketLine

FEW_LEFT = 5
FEW_LEFT_PERCENT = 10
ALSO_SOLD = 8


@dataclass(frozen=True)
class Sight:
    """Which parts of the page somebody may see."""

    money: bool
    portions: bool
    tills: bool

    def __bool__(self) -> bool:
        return self.money or self.portions or self.tills


def sight_of(user: AbstractBaseUser | AnonymousUser) -> Sight:
    """Return what `user` may see: money with the tickets, portions with the menus, tills with the terminals."""
    tickets = user.has_perm("sales.view_ticket")
    return Sight(tickets, tickets or user.has_perm("menus.view_menuentry"), user.has_perm("fleet.view_terminal"))


def pick_store(code: str) -> Store | None:
    """Return the store with that code, else the one that sold last, else the first; None where there is none."""
    stores = Store.objects.order_by("name")
    chosen = stores.filter(code=code).first() if code else None
    if chosen:
        return chosen
    newest = Ticket.objects.order_by("-time_utc").values_list("store", flat=True).first()
    return stores.filter(pk=newest).first() or stores.first()


def live(sight: Sight, store: Store, now: datetime) -> dict[str, Any]:
    """Return the context of the page for `store` at `now`."""
    zone = ZoneInfo(store.timezone)
    here = now.astimezone(zone)
    day = here.date()
    context: dict[str, Any] = {"sight": sight, "store": store, "day": day, "as_of": f"{here:%H:%M:%S}"}
    if sight.portions:
        context |= _portions(store, day)
    if sight.money:
        context |= _money(store, day, here)
    if sight.tills:
        context |= _tills(store, day, sight.money)
    return context


def _portions(store: Store, day: date) -> dict[str, Any]:
    rows = service.portions(store, day)
    planned = [_portion(row) for row in rows if row.planned is not None or row.sold_out]
    others = sorted(
        (row for row in rows if row.planned is None and not row.sold_out and row.sold), key=lambda r: -r.sold
    )
    return {"portions": planned, "also_sold": others[:ALSO_SOLD]}


def _portion(row: service.ArticlePortions) -> dict[str, Any]:
    left = row.left
    few = left is not None and left <= max(FEW_LEFT, (row.planned or 0) * FEW_LEFT_PERCENT // 100)
    percent = min(100, 100 * max(0, row.sold) // row.planned) if row.planned else 0
    state = "out" if row.sold_out else "gone" if left == 0 else "few" if few else ""
    return {"row": row, "percent": percent, "state": state}


def _money(store: Store, day: date, here: datetime) -> dict[str, Any]:
    periods = list(store.service_periods.order_by("start"))
    meals = {row.meal_code: row for row in service.tickets_by_meal(store, day, day)}
    turnover = sum(row.turnover_minor for row in meals.values())
    owed = sum(row.charges_minor for row in meals.values())
    movements = service.top_ups(store, day, day)
    period = _period_shown(periods, meals, here)
    in_service = meals.get(period.code) if period else None

    def amount(minor: int) -> str:
        return money(minor, store.currency)

    return {
        "period": period,
        "period_runs": bool(period and period.start <= here.time() < period.end),
        "service_turnover": amount(in_service.turnover_minor if in_service else 0),
        "service_tickets": in_service.tickets if in_service else 0,
        "turnover": amount(turnover),
        "tickets": sum(row.tickets for row in meals.values()),
        "meals": _meals(store, day),
        "guests_part": amount(turnover - owed),
        "payers_part": amount(owed),
        "top_ups": amount(sum(row.top_ups_minor for row in movements)),
        "payouts": amount(sum(row.payouts_minor for row in movements)),
        "has_payouts": any(row.payouts_minor for row in movements),
        "by_meal": _by_meal(store, day, periods),
        "payers": _payers(store, day),
        "chart": turnover_chart(
            _quarters(store, day),
            [Span(str(each), each.start, each.end) for each in periods],
            store.currency,
            _("Turnover over the day"),
        ),
    }


def _period_shown(periods: list[ServicePeriod], sold: Iterable[str], here: datetime) -> ServicePeriod | None:
    """The meal service that runs now, else the last one that sold anything, else the first to come."""
    running = [each for each in periods if each.start <= here.time() < each.end]
    with_sales = [each for each in periods if each.code in set(sold)]
    return (running or with_sales[-1:] or periods[:1] or [None])[0]


def _meals(store: Store, day: date) -> int:
    """Trays with a meal on them, less those voided."""
    mains = Article.objects.filter(category__is_meal=True).values("code")
    meal = TicketLine.objects.filter(ticket=OuterRef("pk"), article_code__in=mains)
    counts = Case(When(kind=Ticket.Kind.SALE, then=1), When(kind=Ticket.Kind.VOID, then=-1), default=Value(0))
    tickets = Ticket.objects.filter(Exists(meal), store=store, business_day=day)
    return tickets.aggregate(sum=Sum(counts, output_field=IntegerField()))["sum"] or 0


def _by_meal(store: Store, day: date, periods: list[ServicePeriod]) -> list[dict[str, Any]]:
    rows = (
        Ticket.objects.filter(store=store, business_day=day)
        .order_by()
        .values_list("meal_code", "guest_category")
        .annotate(
            count=Count("pk", filter=Q(kind=Ticket.Kind.SALE)),
            turnover=Sum("total_minor"),
            owed=Sum("charges_minor"),
        )
    )
    names = {each.pk: str(each) for each in GuestCategory.objects.all()}
    by_meal: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
    for meal_code, category, count, turnover, owed in rows:
        by_meal[meal_code].append((names.get(category, "–"), count, turnover, owed))
    titles = {each.code: str(each) for each in periods}
    order = [code for code in titles if code in by_meal] + sorted(code for code in by_meal if code not in titles)
    return [
        {
            "name": titles.get(code) or code or _("Outside meal services"),
            "rows": [
                (name, count, money(turnover, store.currency), money(owed, store.currency) if owed else "–")
                for name, count, turnover, owed in sorted(by_meal[code], key=lambda row: -row[2])
            ],
            "tickets": sum(row[1] for row in by_meal[code]),
            "turnover": money(sum(row[2] for row in by_meal[code]), store.currency),
            "owed": money(sum(row[3] for row in by_meal[code]), store.currency),
        }
        for code in order
    ]


def _payers(store: Store, day: date) -> list[dict[str, Any]]:
    shares = service.shares_by_payer(store, day, day)
    names = dict(Payer.objects.filter(code__in=[row.payer_code for row in shares]).values_list("code", "name"))
    return [
        {
            "name": local(names.get(row.payer_code), row.name),
            "tickets": row.tickets,
            "amount": money(row.amount_minor, store.currency),
        }
        for row in shares
    ]


def _quarters(store: Store, day: date) -> dict[int, tuple[int, int]]:
    zone = ZoneInfo(store.timezone)
    rows = (
        Ticket.objects.filter(store=store, business_day=day)
        .order_by()
        .annotate(hour=ExtractHour("time_utc", tzinfo=zone), minute=ExtractMinute("time_utc", tzinfo=zone))
        .values_list("hour", "minute")
        .annotate(count=Count("pk", filter=Q(kind=Ticket.Kind.SALE)), turnover=Sum(F("total_minor")))
    )
    found: dict[int, tuple[int, int]] = {}
    for hour, minute, count, turnover in rows:
        before = found.get(quarter(hour, minute), (0, 0))
        found[quarter(hour, minute)] = (before[0] + count, before[1] + turnover)
    return found


def _tills(store: Store, day: date, with_money: bool) -> dict[str, Any]:
    done = {row.terminal_code: row for row in service.tills(store, day)}
    cashiers = dict(Cashier.objects.values_list("code", "name"))
    terminals = Terminal.objects.filter(store=store, active=True).select_related("store").prefetch_related("enrolments")
    found = statuses(terminals.order_by("code"))
    rows = []
    for status in found:
        row = done.get(status.terminal.code)
        rows.append(
            {
                "terminal": status.terminal,
                "status": status,
                "shift": row.open_shift if row else None,
                "cashier": cashiers.get(row.cashier_code, row.cashier_code) if row else "",
                "tickets": row.tickets if row else 0,
                "turnover": money(row.turnover_minor if row else 0, store.currency) if with_money else "",
                "taken_back": row.voids + row.refunds if row else 0,
                "training": row.training if row else 0,
            }
        )
    fleet = sums(found)
    unsent = money(fleet.unsent_minor, store.currency) if with_money and fleet.unsent else ""
    return {"tills": rows, "fleet": fleet, "fleet_unsent": unsent}
