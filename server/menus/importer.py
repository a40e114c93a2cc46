"""Puts the menus of a feed into head office, in one transaction, and changes nothing that is already so.

What was imported once belongs to the managers: their changes to names, pictures, taxes or allergens of an article stay.
Menu entries and closed days put in by people stay too. A role that disappears from the feed keeps its last price.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from server.catalog.models import Article, Category, GuestCategory, Store, TaxClass
from server.menus.dish import Dish, legend_of, read_dish, roles
from server.menus.feed import Feed, FeedError
from server.menus.models import ClosedDay, MenuEntry, MenuSource
from server.menus.prices import PriceBook
from server.menus.shelves import Shelves, article_code

GUEST_CATEGORIES: dict[str, dict[str, str]] = {
    "student": {"en": "Student", "fr": "Étudiant", "de": "Studierende", "es": "Estudiante"},
    "employee": {"en": "Employee", "fr": "Personnel", "de": "Bedienstete", "es": "Personal"},
    "pupil": {"en": "Pupil", "fr": "Élève", "de": "Schüler", "es": "Alumno"},
    "guest": {"en": "Guest", "fr": "Visiteur", "de": "Gast", "es": "Visitante"},
}
ROLE_CATEGORIES: dict[str, tuple[str | None, ...]] = {
    "student": ("student",),
    "employee": ("employee",),
    "pupil": ("pupil",),
    "other": ("guest", None),
}
"""Who pays the price of a role; None is everybody without a price of their own."""


_COUNTRY_LANGUAGES = {"DE": "de", "AT": "de", "CH": "de", "FR": "fr", "ES": "es", "GB": "en", "IE": "en"}


class TargetError(Exception):
    """Head office is not ready for this feed; the message says what to do."""


@dataclass
class Report:
    """What an import found in the feed, and how much it had to change."""

    days: int = 0
    closed_days: int = 0
    meals: int = 0
    new_categories: int = 0
    new_articles: int = 0
    new_entries: int = 0
    removed_entries: int = 0
    changed_prices: int = 0
    changed_days: int = 0
    doubts: int = 0

    @property
    def changes(self) -> int:
        """0 when head office already knew everything."""
        return (
            self.new_categories
            + self.new_articles
            + self.new_entries
            + self.removed_entries
            + self.changed_prices
            + self.changed_days
        )


@dataclass(frozen=True)
class _Serving:
    """A dish on the menu of one day."""

    day: date
    position: int
    category: str
    code: str
    dish: Dish


def import_feed(
    feed: Feed,
    store: Store,
    *,
    source: str,
    language: str | None = None,
    tax_class: str = "food",
    tax_class_by_category: Mapping[str, str] | None = None,
) -> Report:
    """Import `feed` into `store` and say what changed.

    `source` names where the feed comes from: an entry that this source has dropped from one of its days is removed.
    `language` is the language of the feed's texts (by default that of the store's country). New articles get `tax_class`, or what
    `tax_class_by_category` says for the code of their category. Raises FeedError or TargetError; then nothing has changed.
    """
    if feed.currency != store.currency:
        raise FeedError(feed.source, None, f"prices are in {feed.currency}, but {store.code} sells in {store.currency}")
    with transaction.atomic():
        return _Import(
            feed, store, source, language or language_of(store), tax_class, tax_class_by_category or {}
        ).run()


class _Import:
    def __init__(
        self,
        feed: Feed,
        store: Store,
        source: str,
        language: str,
        tax_class: str,
        tax_class_by_category: Mapping[str, str],
    ) -> None:
        self.feed = feed
        self.store = store
        self.language = language
        self.source, _ = MenuSource.objects.get_or_create(store=store, name=source)
        self.shelves = Shelves(language)
        self.tax_classes = {code: _tax_class(code) for code in {tax_class, *tax_class_by_category.values()}}
        self.tax_class = tax_class
        self.tax_class_by_category = tax_class_by_category
        self.report = Report()

    def run(self) -> Report:
        servings = list(self.servings())
        articles = self.articles(servings)
        self.prices(servings, articles)
        for day in self.feed.days:
            self.day(day.date, day.closed, [serving for serving in servings if serving.day == day.date], articles)
        about = [list(pair) for pair in self.feed.about]
        if self.source.about != about:
            self.source.about = about
            self.source.save()
            self.report.changed_days += 1
        self.report.new_categories = self.shelves.made
        return self.report

    def servings(self) -> Iterator[_Serving]:
        legend = legend_of(self.feed)
        for day in sorted(self.feed.days, key=lambda day: day.date):
            self.report.days += 1
            self.report.closed_days += day.closed
            position = 0
            variants: dict[tuple[object, ...], list[object]] = {}
            for category in day.categories:
                for meal in category.meals:
                    position += 1
                    self.report.meals += 1
                    dish = read_dish(meal, legend)
                    self.report.doubts += bool(dish.doubts)
                    known = variants.setdefault((category.name, meal.name, tuple(sorted(meal.notes)), meal.unit), [])
                    prices = roles(meal.prices)
                    if prices not in known:
                        known.append(prices)
                    variant = known.index(prices)
                    code = article_code(category.name, meal.name, dish.name, meal.notes, meal.unit.value, variant)
                    yield _Serving(day.date, position, category.name, code, dish)

    def articles(self, servings: list[_Serving]) -> dict[str, Article]:
        codes = {serving.code for serving in servings}
        articles = {article.code: article for article in Article.objects.filter(code__in=codes)}
        for serving in servings:
            if serving.code not in articles:
                articles[serving.code] = self.article(serving, self.shelves.find(serving.category))
                self.report.new_articles += 1
        return articles

    def article(self, serving: _Serving, category: Category) -> Article:
        dish = serving.dish
        return Article.objects.create(
            code=serving.code,
            name={self.language: dish.name},
            description={self.language: dish.description} if dish.description else {},
            category=category,
            unit=dish.unit.value,
            tax_class=self.tax_classes[self.tax_class_by_category.get(category.code, self.tax_class)],
            allergens_stated=dish.allergens.stated,
            allergens=sorted(allergen.value for allergen in dish.allergens.contains),
            diets=sorted(dish.diets),
            notes=list(dish.notes),
            everyday=False,
        )

    def prices(self, servings: list[_Serving], articles: dict[str, Article]) -> None:
        book = PriceBook(self.store, list(articles.values()))
        categories: dict[str | None, GuestCategory | None] = {None: None}
        for serving in servings:
            for role, (amount_minor, base_minor) in roles(serving.dish.prices).items():
                for code in ROLE_CATEGORIES[role]:
                    if code is not None and code not in categories:
                        categories[code], _ = GuestCategory.objects.get_or_create(
                            code=code, defaults={"name": GUEST_CATEGORIES[code]}
                        )
                    self.report.changed_prices += book.hold(
                        articles[serving.code], categories[code], serving.day, amount_minor, base_minor
                    )

    def day(self, day: date, closed: bool, servings: list[_Serving], articles: dict[str, Article]) -> None:
        if closed:
            _, made = ClosedDay.objects.get_or_create(store=self.store, date=day, defaults={"source": self.source})
            self.report.changed_days += made
        else:
            opened, _ = ClosedDay.objects.filter(store=self.store, date=day, source=self.source).delete()
            self.report.changed_days += opened
        wanted = {articles[serving.code].pk: serving.position for serving in reversed(servings)}
        entries = {entry.article_id: entry for entry in MenuEntry.objects.filter(store=self.store, date=day)}
        for article_id, entry in entries.items():
            if article_id not in wanted and entry.source_id == self.source.pk:
                entry.delete()
                self.report.removed_entries += 1
        new = [
            MenuEntry(store=self.store, date=day, article_id=article_id, position=position, source=self.source)
            for article_id, position in sorted(wanted.items(), key=lambda item: item[1])
            if article_id not in entries
        ]
        MenuEntry.objects.bulk_create(new)
        self.report.new_entries += len(new)


def language_of(store: Store) -> str:
    """The language a canteen of this store's country writes its menus in, if the store speaks it; else its first."""
    language = _COUNTRY_LANGUAGES.get(store.country)
    if language in store.languages:
        return str(language)
    return str(store.languages[0]) if store.languages else "en"


def _tax_class(code: str) -> TaxClass:
    try:
        return TaxClass.objects.get(code=code)
    except TaxClass.DoesNotExist:
        raise TargetError(f"there is no tax class {code!r}: make it in the back office, or name another one") from None
