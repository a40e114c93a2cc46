"""Turns a meal as published into a dish as the catalogue holds it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sales.catalogue import Allergen, Allergens, Unit
from server.menus.allergens import Legend, contradicted, read_note
from server.menus.feed import Feed, Meal, RolePrice
from server.menus.weight import is_weight_note, without_weight


@dataclass(frozen=True)
class Dish:
    """`diets` holds the strictest promise only: what is vegan needs no "vegetarian" beside it.

    `doubts` are the promises that were not taken over because the same meal denies them.
    """

    name: str
    description: str
    unit: Unit
    allergens: Allergens
    diets: frozenset[str]
    notes: tuple[str, ...]
    prices: tuple[RolePrice, ...]
    doubts: frozenset[str]


def legend_of(feed: Feed) -> Legend:
    """The meaning of the short codes in the names of this feed."""
    return Legend(meal.name for day in feed.days for category in day.categories for meal in category.meals)


def read_dish(meal: Meal, legend: Legend) -> Dish:
    """What the catalogue keeps of a meal; together, its fields hold everything the meal says."""
    text, remark, lists = legend.read_name(meal.name)
    allergens: set[Allergen] = set(remark.allergens)
    promised: set[str] = set(remark.diets)
    free_from_all = False
    kept: list[str] = list(lists)
    promises: list[tuple[str, frozenset[str]]] = []
    for note in meal.notes:
        said = read_note(note)
        allergens |= said.allergens
        promised |= said.diets
        free_from_all = free_from_all or said.free_from_all
        if said.complete and said.diets:
            promises.append((note, said.diets))
        elif not said.complete and not (is_weight_note(note) and meal.unit is Unit.PER_100_G):
            kept.append(note)
    doubts = contradicted(frozenset(promised), frozenset(allergens))
    kept.extend(note for note, diets in promises if diets & doubts)
    diets = promised - doubts
    if "vegan" in diets:
        diets.discard("vegetarian")
    name, description = _name_and_description(without_weight(text) if meal.unit is Unit.PER_100_G else text)
    return Dish(
        # A name of codes alone stays as it is: a dish without a name could not be ordered.
        name=name or _tidy(meal.name),
        description=description,
        unit=meal.unit,
        allergens=Allergens(bool(allergens) or free_from_all, frozenset(allergens)),
        diets=frozenset(diets),
        notes=tuple(dict.fromkeys(kept)),
        prices=meal.prices,
        doubts=doubts,
    )


def _name_and_description(text: str) -> tuple[str, str]:
    lines = [line for line in (_tidy(line) for line in text.splitlines()) if line]
    return (lines[0], "\n".join(lines[1:])) if lines else ("", "")


def _tidy(line: str) -> str:
    line = re.sub(r"\s+", " ", line)
    return re.sub(r" +([,;.])", r"\1", line).strip(" ,;")


def roles(prices: Iterable[RolePrice]) -> dict[str, tuple[int, int]]:
    """Role -> (amount, base) in minor units."""
    return {price.role.value: (price.amount_minor, price.base_minor) for price in prices}
