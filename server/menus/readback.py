"""Looks for everything a feed says in the database, to prove that an import lost nothing.

The feed is read here a second time, by other means than the importer's (the standard library instead of lxml and the
checked reader), so that a fault of one does not hide in the other.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

from django.db.models import Prefetch

from server.catalog.models import Article, Price, Store
from server.menus.allergens import read_note
from server.menus.models import ClosedDay, MenuEntry, MenuSource

_NAMESPACE = "{http://openmensa.org/open-mensa-v2}"
_EAT_API_ROLES = {"students": "student", "staff": "employee", "guests": "guest"}
_WEIGHT_WORDS = frozenset({"je", "pro", "per", "each", "100g", "100", "g"})


@dataclass(frozen=True)
class Said:
    """One meal in the words of the feed; prices by guest category as (amount, base) in currency units."""

    day: date
    category: str
    name: str
    notes: tuple[str, ...]
    prices: dict[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Contents:
    """Everything a feed says."""

    meals: tuple[Said, ...]
    closed: tuple[date, ...]
    about: tuple[str, ...]


def read_openmensa(data: bytes) -> Contents:
    """The contents of a feed that the importer has accepted."""
    meals: list[Said] = []
    closed: list[date] = []
    about: list[str] = []
    for child in ElementTree.fromstring(data).iterfind(f"{_NAMESPACE}canteen/*"):
        if child.tag != f"{_NAMESPACE}day":
            for element in child.iter():
                about += [text.strip() for text in (element.text or "", *element.attrib.values()) if text.strip()]
            continue
        day = date.fromisoformat(child.attrib["date"])
        if child.find(f"{_NAMESPACE}closed") is not None:
            closed.append(day)
        for category in child.iter(f"{_NAMESPACE}category"):
            for meal in category.iter(f"{_NAMESPACE}meal"):
                prices = {
                    {"other": "guest"}.get(price.attrib["role"], price.attrib["role"]): (
                        Decimal((price.text or "").strip()),
                        Decimal(0),
                    )
                    for price in meal.iter(f"{_NAMESPACE}price")
                }
                notes = tuple((note.text or "").strip() for note in meal.iter(f"{_NAMESPACE}note"))
                name = meal.findtext(f"{_NAMESPACE}name") or ""
                meals.append(Said(day, category.attrib["name"].strip(), name.strip(), notes, prices))
    return Contents(tuple(meals), tuple(closed), tuple(about))


def read_eat_api(data: bytes) -> Contents:
    """The contents of a week that the importer has accepted."""
    week: dict[str, Any] = json.loads(data, parse_float=Decimal)
    meals = tuple(
        Said(
            date.fromisoformat(day["date"]),
            dish["dish_type"].strip(),
            dish["name"].strip(),
            tuple(dish.get("labels", ())),
            _eat_api_prices(dish.get("prices") or {}),
        )
        for day in week["days"]
        for dish in day["dishes"]
    )
    closed = tuple(date.fromisoformat(day["date"]) for day in week["days"] if not day["dishes"])
    return Contents(meals, closed, tuple(str(value) for key, value in week.items() if key != "days"))


def _eat_api_prices(prices: dict[str, dict[str, Any] | None]) -> dict[str, tuple[Decimal, Decimal]]:
    both = {
        _EAT_API_ROLES[role]: (Decimal(price.get("price_per_unit") or 0), Decimal(price.get("base_price") or 0))
        for role, price in prices.items()
        if price
    }
    if any(per_unit for per_unit, _base in both.values()):
        return both
    return {category: (base, Decimal(0)) for category, (_per_unit, base) in both.items()}


def losses(contents: Contents, store: Store, source: str) -> list[str]:
    """Everything of `contents` that is not in the database, one line each."""
    found = [
        f"closed on {day}" for day in contents.closed if not ClosedDay.objects.filter(store=store, date=day).exists()
    ]
    about = {str(value) for _, value in MenuSource.objects.get(store=store, name=source).about}
    found += [f"about the canteen: {text!r}" for text in contents.about if text not in about]
    entries: dict[date, list[Article]] = defaultdict(list)
    rows = MenuEntry.objects.filter(store=store).select_related("article__category")
    for entry in rows.prefetch_related(Prefetch("article__prices", Price.objects.select_related("guest_category"))):
        entries[entry.date].append(entry.article)
    for meal in contents.meals:
        found += _losses_of(meal, entries[meal.day], store)
    return found


def _losses_of(meal: Said, menu: list[Article], store: Store) -> list[str]:
    category = meal.category.casefold()
    shelf = [article for article in menu if category in {n.casefold() for n in article.category.name.values()}]
    missing = [list(_missing(meal, article, store)) for article in shelf]
    best = min(missing, key=len, default=["no such category or meal on this day"])
    return [f"{meal.day} {meal.category}: {meal.name[:40]!r}: {what}" for what in best]


def _missing(meal: Said, article: Article, store: Store) -> Iterator[str]:
    shown = Counter(_words(" ".join([*article.name.values(), *article.description.values()])))
    aside = set(_words(" ".join(article.notes))) | (_WEIGHT_WORDS if article.unit == "per_100_g" else set())
    left = Counter(_words(meal.name)) - shown
    for word in left:
        if word not in aside:
            yield f"the word {word!r} of the name"
    allergens, diets = set(article.allergens), set(article.diets)
    for note in meal.notes:
        if not note or note in article.notes:
            continue
        said = read_note(note)
        promised = said.diets <= diets or (said.diets == {"vegetarian"} and "vegan" in diets)
        weight = article.unit == "per_100_g" and _WEIGHT_WORDS.issuperset(_words(note))
        if not weight and not (said.complete and {a.value for a in said.allergens} <= allergens and promised):
            yield f"the note {note[:60]!r}"
    for category, (amount, base) in meal.prices.items():
        price = next((row for row in article.prices.all() if _holds(row, category, store, meal.day)), None)
        stored = price and (Decimal(price.amount_minor) / 100, Decimal(price.base_minor) / 100)
        if stored != (amount, base):
            yield f"the price of {category} is {stored}, not {(amount, base)}"


def _holds(price: Price, category: str, store: Store, day: date) -> bool:
    """Whether this is what guests of this category pay in this store on this day."""
    own = price.store_id == store.pk and price.guest_category is not None and price.guest_category.code == category
    return own and price.valid_from <= day and (price.valid_to is None or price.valid_to >= day)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
