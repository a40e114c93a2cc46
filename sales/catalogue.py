"""What one store offers under one revision: articles, prices, taxes, guest categories. Immutable."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Protocol, TypeVar

from sales.article import Allergen, Allergens, Article, Option, OptionGroup, Unit
from sales.errors import CatalogueError
from sales.funding import FEE_ARTICLE_ID, MealTerms, Payer, check_agreements
from sales.ids import GUEST_CATEGORY, is_article_id, is_plain_id
from sales.menus import SetMenu, check_set_menus
from sales.offline import DEFAULT_OFFLINE, OfflinePolicy
from sales.quick_keys import QuickKeyLayout, check_layouts
from sales.receipt import ReceiptRule
from sales.search import ArticleIndex
from sales.tax import TaxClass
from sales.text import Text, pick

__all__ = [
    "GUEST_CATEGORY",
    "TINTS",
    "Allergen",
    "Allergens",
    "Article",
    "Catalogue",
    "CatalogueError",
    "Category",
    "GuestCategory",
    "OfflinePolicy",
    "Option",
    "OptionGroup",
    "Price",
    "ServicePeriod",
    "Store",
    "Text",
    "Unit",
    "UnknownArticle",
    "pick",
]

TINTS = ("sides", "mains", "sweets", "drinks", "weight")
"""The colour families a category can be shown in."""

_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class UnknownArticle(CatalogueError):
    """No article has this id."""


@dataclass(frozen=True)
class Category:
    """A shelf of the menu; `position` orders the shelves, `tint` is one of `TINTS`, what `is_meal` is charged as a meal."""

    id: str
    name: Text = field(hash=False)
    tint: str
    position: int
    is_meal: bool = False

    def __post_init__(self) -> None:
        if self.tint not in TINTS:
            raise CatalogueError(f"category {self.id!r}: tint {self.tint!r} is none of {', '.join(TINTS)}")


@dataclass(frozen=True)
class GuestCategory:
    """A group of guests that pays its own prices; `offline` is what its guests may spend while head office cannot be asked."""

    id: str
    name: Text = field(hash=False)
    offline: OfflinePolicy = DEFAULT_OFFLINE


@dataclass(frozen=True)
class Price:
    """What an article costs, tax included, from `valid_from` to `valid_to` (both inclusive; None = until replaced).

    `amount_minor` is per piece or per 100 g; `base_minor` is the fixed part of a price by weight, otherwise 0.
    `guest_category_id` and `store_id` restrict the price; None means every category or store.
    """

    article_id: str
    guest_category_id: str | None
    store_id: str | None
    amount_minor: int
    base_minor: int
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Store:
    """Where it is sold. `currency` is ISO 4217, `country` ISO 3166-1 alpha-2, `timezone` an IANA name.

    `receipt` says when a slip is printed; `hide_balance` keeps balances off displays that others can read.
    """

    id: str
    name: str
    company: str
    currency: str
    country: str
    timezone: str
    languages: tuple[str, ...]
    receipt: ReceiptRule = ReceiptRule.BY_COUNTRY
    hide_balance: bool = False


@dataclass(frozen=True)
class ServicePeriod:
    """A meal service of the day, such as lunch, from `start` until before `end`: local times "HH:MM".

    One that ends before it starts goes on after midnight.
    """

    id: str
    name: Text = field(hash=False)
    start: str
    end: str

    def __post_init__(self) -> None:
        for moment in (self.start, self.end):
            if not _CLOCK_TIME.fullmatch(moment):
                raise CatalogueError(f"service period {self.id!r}: {moment!r} is not a time HH:MM")

    def holds(self, hhmm: str) -> bool:
        """Tell whether the local time "HH:MM" lies in the service."""
        if self.start <= self.end:
            return self.start <= hhmm < self.end
        return hhmm >= self.start or hhmm < self.end


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_HasId)


def _by_id(kind: str, items: Iterable[_T]) -> dict[str, _T]:
    found: dict[str, _T] = {}
    for item in items:
        if item.id in found:
            raise CatalogueError(f"{kind} {item.id!r} is there twice")
        found[item.id] = item
    return found


@dataclass(frozen=True)
class Catalogue:
    """One revision of everything a store sells.

    `cash_rounding_minor` is the smallest coin in minor units: 1 = no rounding, 5 for Swiss francs. Raises
    `CatalogueError` when ids, PLUs, barcodes or prices collide, or something refers to what is not there.
    """

    revision: int
    published_at: datetime
    store: Store
    categories: tuple[Category, ...]
    articles: tuple[Article, ...]
    prices: tuple[Price, ...]
    tax_classes: tuple[TaxClass, ...]
    guest_categories: tuple[GuestCategory, ...]
    service_periods: tuple[ServicePeriod, ...]
    cash_rounding_minor: int
    payers: tuple[Payer, ...] = ()
    meal_terms: tuple[MealTerms, ...] = ()
    set_menus: tuple[SetMenu, ...] = ()
    quick_key_layouts: tuple[QuickKeyLayout, ...] = ()

    def __post_init__(self) -> None:
        if self.published_at.utcoffset() != timedelta(0):
            raise CatalogueError("published_at must be given in UTC")
        if self.cash_rounding_minor < 1:
            raise CatalogueError("cash_rounding_minor must be at least 1 (1 = no rounding)")
        self._check_ids()
        self._check_articles()
        self._check_prices()
        self._check_trade()

    @cached_property
    def _articles(self) -> dict[str, Article]:
        return _by_id("article", self.articles)

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return _by_id("category", self.categories)

    @cached_property
    def _tax_classes(self) -> dict[str, TaxClass]:
        return _by_id("tax class", self.tax_classes)

    @cached_property
    def _payers(self) -> dict[str, Payer]:
        return _by_id("payer", self.payers)

    @cached_property
    def _set_menus(self) -> dict[str, SetMenu]:
        return _by_id("set menu", self.set_menus)

    @cached_property
    def _barcodes(self) -> dict[str, Article]:
        return {code: article for article in self.articles for code in article.barcodes}

    @cached_property
    def _plus(self) -> dict[int, Article]:
        return {article.plu: article for article in self.articles if article.plu is not None}

    @cached_property
    def _indexes(self) -> dict[tuple[str, date | None], ArticleIndex]:
        return {}

    @cached_property
    def _prices(self) -> dict[str, tuple[Price, ...]]:
        found: dict[str, list[Price]] = {}
        for price in self.prices:
            found.setdefault(price.article_id, []).append(price)
        return {article_id: tuple(prices) for article_id, prices in found.items()}

    def article(self, article_id: str) -> Article:
        """Return the article; raises `UnknownArticle`."""
        try:
            return self._articles[article_id]
        except KeyError:
            raise UnknownArticle(f"no article has the id {article_id!r}") from None

    def by_barcode(self, code: str) -> Article | None:
        """Return the article that carries the barcode, None if there is none."""
        return self._barcodes.get(code)

    def by_plu(self, plu: int) -> Article | None:
        """Return the article with this price look-up number, None if there is none."""
        return self._plus.get(plu)

    def category(self, category_id: str) -> Category:
        """Return the category; raises `CatalogueError`."""
        try:
            return self._categories[category_id]
        except KeyError:
            raise CatalogueError(f"no category has the id {category_id!r}") from None

    def tax_class(self, tax_class_id: str) -> TaxClass:
        """Return the tax class; raises `CatalogueError`."""
        try:
            return self._tax_classes[tax_class_id]
        except KeyError:
            raise CatalogueError(f"no tax class has the id {tax_class_id!r}") from None

    def payer(self, payer_id: str) -> Payer:
        """Return the payer; raises `CatalogueError`."""
        try:
            return self._payers[payer_id]
        except KeyError:
            raise CatalogueError(f"no payer has the id {payer_id!r}") from None

    def set_menu(self, set_menu_id: str) -> SetMenu:
        """Return the set menu; raises `CatalogueError`."""
        try:
            return self._set_menus[set_menu_id]
        except KeyError:
            raise CatalogueError(f"no set menu has the id {set_menu_id!r}") from None

    def offline_policy(self, guest_category_id: str) -> OfflinePolicy:
        """Return what the guests of a category may spend while head office cannot be asked; the default for one not known."""
        named = (category.offline for category in self.guest_categories if category.id == guest_category_id)
        return next(named, DEFAULT_OFFLINE)

    def service_period_at(self, hhmm: str) -> ServicePeriod | None:
        """Return the meal service at the store's local time "HH:MM", the one published first if several overlap."""
        return next((period for period in self.service_periods if period.holds(hhmm)), None)

    def layout_for(self, terminal_id: str) -> QuickKeyLayout | None:
        """Return the quick keys of a terminal: the layout that names it, else the one that names none."""
        named = (layout for layout in self.quick_key_layouts if terminal_id in layout.terminal_ids)
        general = (layout for layout in self.quick_key_layouts if not layout.terminal_ids)
        return next(named, None) or next(general, None)

    def prices_of(self, article_id: str) -> tuple[Price, ...]:
        """Return every price of the article, of any store, category and time."""
        return self._prices.get(article_id, ())

    def search(self, text: str, language: str, limit: int, on: date | None = None) -> tuple[Article, ...]:
        """Return at most `limit` articles found by name, PLU or the beginning of a barcode, best first.

        Case and accents do not matter; names are those of `language`, as `pick` takes them. `on` leaves out what is not
        on the menu of that day. An index is made at the first search of a language and day.
        """
        index = self._indexes.get((language, on))
        if index is None:
            articles = self.articles if on is None else self.on_sale(on)
            index = self._indexes[language, on] = ArticleIndex(articles, language)
        return index.search(text, limit)

    def on_sale(self, day: date) -> tuple[Article, ...]:
        """Return the menu of `day`, sold-out articles included, by position of their category, then as published."""
        menu = [article for article in self.articles if article.is_on_sale(day)]
        return tuple(sorted(menu, key=lambda article: self.category(article.category_id).position))

    def _check_ids(self) -> None:
        groups = [group for article in self.articles for group in article.option_groups]
        named: tuple[tuple[str, Iterable[_HasId]], ...] = (
            ("store", (self.store,)),
            ("category", self._categories.values()),
            ("tax class", self._tax_classes.values()),
            ("guest category", _by_id("guest category", self.guest_categories).values()),
            ("service period", _by_id("service period", self.service_periods).values()),
            ("payer", self._payers.values()),
            ("meal terms", _by_id("meal terms", self.meal_terms).values()),
            ("set menu", self._set_menus.values()),
            ("quick-key layout", _by_id("quick-key layout", self.quick_key_layouts).values()),
            ("option group", groups),
            ("option", (option for group in groups for option in group.options)),
        )
        for kind, items in named:
            for item in items:
                if not is_plain_id(item.id):
                    raise CatalogueError(f"{kind} id {item.id!r} must match [a-z0-9][a-z0-9-]{{0,39}}")

    def _check_articles(self) -> None:
        for article in self._articles.values():
            if not is_article_id(article.id):
                raise CatalogueError(f"article id {article.id!r} must match [A-Za-z0-9][A-Za-z0-9._-]{{0,63}}")
            if article.id == FEE_ARTICLE_ID:
                raise CatalogueError(f"article id {FEE_ARTICLE_ID!r} is kept for the fee of meal terms")
            self.category(article.category_id)
            self.tax_class(article.tax_class_id)
            if article.plu is not None and self._plus[article.plu] is not article:
                raise CatalogueError(f"PLU {article.plu} belongs to two articles, one of them {article.id!r}")
            for code in article.barcodes:
                if self._barcodes[code] is not article:
                    raise CatalogueError(f"barcode {code!r} belongs to two articles, one of them {article.id!r}")
            _by_id(f"article {article.id!r}: option group", article.option_groups)
            options = [option for group in article.option_groups for option in group.options]
            _by_id(f"article {article.id!r}: option", options)

    def _check_prices(self) -> None:
        categories = {category.id for category in self.guest_categories}
        seen = set()
        for price in self.prices:
            article = self.article(price.article_id)
            if price.guest_category_id is not None and price.guest_category_id not in categories:
                raise CatalogueError(f"a price of {article.id!r} is for unknown category {price.guest_category_id!r}")
            if price.base_minor and article.unit is not Unit.PER_100_G:
                raise CatalogueError(f"a price of {article.id!r} has a base price but it is not sold by weight")
            if article.unit is Unit.PIECE and 0 <= price.amount_minor < article.largest_reduction_minor():
                raise CatalogueError(f"the options of {article.id!r} can take more off than its price")
            key = (price.article_id, price.guest_category_id, price.store_id, price.valid_from)
            if key in seen:
                raise CatalogueError(f"two prices of {article.id!r} begin on {price.valid_from} for the same guests")
            seen.add(key)

    def _check_trade(self) -> None:
        guest_category_ids = {category.id for category in self.guest_categories}
        period_ids = {period.id for period in self.service_periods}
        check_agreements(self.payers, self.meal_terms, guest_category_ids, period_ids, self._tax_classes)
        check_set_menus(self.set_menus, self._articles, self._categories, guest_category_ids)
        check_layouts(self.quick_key_layouts, self._articles, self._set_menus, TINTS)
