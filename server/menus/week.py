"""The menu of one store for one week: laid out by day and category, and changed dish by dish."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from server.catalog.models import Article, Category, Store
from server.menus.models import ClosedDay, MenuEntry
from server.replication.board_version import touch_board
from server.replication.publishing import request_publication
from server.sales.portions import portions_sold

DAYS = 7
SATURDAY = 5
MOST_PORTIONS = 9999


@dataclass(frozen=True)
class Dish:
    """A dish on a day; `sold` is None before the day has come."""

    entry: MenuEntry
    sold: int | None

    @property
    def left(self) -> int | None:
        """Portions left, None where nobody planned a number or the day has not come."""
        if self.sold is None or self.entry.planned_portions is None:
            return None
        return max(0, self.entry.planned_portions - self.sold)


@dataclass(frozen=True)
class Day:
    """A column of the grid."""

    date: date
    closed: bool
    dishes: int
    is_today: bool


@dataclass(frozen=True)
class Shelf:
    """A row of the grid: a category, with one list of dishes for each day."""

    category: Category
    cells: list[tuple[Day, list[Dish]]]


@dataclass(frozen=True)
class Week:
    """The grid. At the weekend only days with dishes are shown, or today."""

    store: Store
    monday: date
    days: list[Day]
    shelves: list[Shelf]
    dishes: int = 0


def monday_of(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def week_of(store: Store, monday: date) -> Week:
    """Return the week of `store` from `monday` on, with every category that is used on a menu."""
    today = store.today()
    dates = [monday + timedelta(days=number) for number in range(DAYS)]
    entries = list(_entries(store, dates).select_related("article__category"))
    closed = set(ClosedDay.objects.filter(store=store, date__in=dates).values_list("date", flat=True))
    counts: dict[date, int] = defaultdict(int)
    for entry in entries:
        counts[entry.date] += 1
    days = [
        Day(each, each in closed, counts[each], each == today)
        for each in dates
        if each.weekday() < SATURDAY or counts[each] or each == today
    ]
    sold = {day.date: portions_sold(store.pk, day.date) for day in days if day.date <= today}
    cells: dict[tuple[int, date], list[Dish]] = defaultdict(list)
    for entry in entries:
        of_the_day = sold.get(entry.date)
        dish = Dish(entry, None if of_the_day is None else of_the_day.get(entry.article.code, 0))
        cells[entry.article.category_id, entry.date].append(dish)
    shelves = [
        Shelf(category, [(day, cells.get((category.pk, day.date), [])) for day in days])
        for category in Category.objects.order_by("position", "code")
        if any((category.pk, day.date) in cells for day in days) or _has_dishes(category)
    ]
    return Week(store, monday, days, shelves, len(entries))


def _has_dishes(category: Category) -> bool:
    return category.articles.filter(active=True, everyday=False).exists()


def _entries(store: Store, dates: Iterable[date]) -> QuerySet[MenuEntry]:
    return MenuEntry.objects.filter(store=store, date__in=list(dates)).order_by("date", "position", "pk")


def add_dish(store: Store, day: date, article_id: int) -> MenuEntry:
    """Put an article at the end of its category on `day`. Raises ValidationError when it is there already."""
    article = Article.objects.filter(pk=article_id, active=True).first()
    if article is None:
        raise ValidationError(_("Dish: this article is no longer sold."))
    with transaction.atomic():
        if MenuEntry.objects.filter(store=store, date=day, article=article).exists():
            raise ValidationError(_("Dish: %(dish)s is already on the menu of this day.") % {"dish": article})
        of_category = MenuEntry.objects.filter(store=store, date=day, article__category=article.category_id)
        last = of_category.aggregate(last=Max("position"))["last"] or 0
        return MenuEntry.objects.create(store=store, date=day, article=article, position=last + 1)


def move_dish(entry: MenuEntry, steps: int) -> None:
    """Move a dish up (-1) or down (1) within its category and day; at the end it stays where it is."""
    with transaction.atomic():
        neighbours = list(
            MenuEntry.objects.filter(
                store=entry.store_id, date=entry.date, article__category=entry.article.category_id
            ).order_by("position", "pk")
        )
        place = next(index for index, each in enumerate(neighbours) if each.pk == entry.pk)
        target = place + steps
        if not 0 <= target < len(neighbours):
            return
        neighbours[place], neighbours[target] = neighbours[target], neighbours[place]
        for position, each in enumerate(neighbours, start=1):
            if each.position != position:
                each.position = position
                each.save(update_fields=["position"])


def plan_portions(entry: MenuEntry, typed: str) -> None:
    """Set the planned portions from what somebody typed; nothing means no plan. Raises ValidationError."""
    text = typed.strip()
    if text and not (text.isascii() and text.isdigit() and int(text) <= MOST_PORTIONS):
        raise ValidationError(
            _("Planned portions: a whole number from 0 to %(most)d is needed, not “%(typed)s”.")
            % {"most": MOST_PORTIONS, "typed": text[:20]}
        )
    entry.planned_portions = int(text) if text else None
    entry.save(update_fields=["planned_portions"])


@dataclass
class Copied:
    """What copying last week did, or would do: days filled, and days and dishes left out with their reason."""

    dishes: int = 0
    filled: list[date] = field(default_factory=list)
    closed: list[date] = field(default_factory=list)
    past: list[date] = field(default_factory=list)
    kept: list[date] = field(default_factory=list)
    replaced: list[date] = field(default_factory=list)
    no_longer_sold: int = 0


def copy_last_week(store: Store, monday: date, *, replace: bool = False, write: bool = True) -> Copied:
    """Copy dishes, order and planned portions of the week before `monday` to the days from `monday` on.

    Closed days and days gone by are left alone; days that have dishes are kept, unless `replace`. Nothing is stored
    without `write`.
    """
    today, done = store.today(), Copied()
    dates = [monday + timedelta(days=number) for number in range(DAYS)]
    with transaction.atomic():
        closed = set(ClosedDay.objects.filter(store=store, date__in=dates).values_list("date", flat=True))
        there = set(_entries(store, dates).values_list("date", flat=True))
        before: dict[date, list[MenuEntry]] = defaultdict(list)
        week_before = [each - timedelta(days=DAYS) for each in dates]
        for entry in _entries(store, week_before).select_related("article"):
            before[entry.date + timedelta(days=DAYS)].append(entry)
        new: list[MenuEntry] = []
        for day in dates:
            if not before[day]:
                continue
            if day in closed:
                done.closed.append(day)
            elif day < today:
                done.past.append(day)
            elif day in there and not replace:
                done.kept.append(day)
            else:
                (done.replaced if day in there else done.filled).append(day)
                sold = [entry for entry in before[day] if entry.article.active]
                done.no_longer_sold += len(before[day]) - len(sold)
                new += [_copy(entry, day) for entry in sold]
        done.dishes = len(new)
        if write and (new or done.replaced):
            MenuEntry.objects.filter(store=store, date__in=done.replaced).delete()
            MenuEntry.objects.bulk_create(new)
            request_publication([store])
            touch_board(store.pk)
    return done


def _copy(entry: MenuEntry, day: date) -> MenuEntry:
    return MenuEntry(
        store_id=entry.store_id,
        date=day,
        article_id=entry.article_id,
        position=entry.position,
        planned_portions=entry.planned_portions,
    )
