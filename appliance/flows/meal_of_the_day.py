"""What a badge stands for at a pass-through: the first key of its own layout, else the first meal on today's menu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.flows.set_menus import Kitchen, can_be_taken, first_choice
from sales.catalogue import Article
from sales.text import Text


@dataclass(frozen=True)
class Meal:
    """A dish or a set menu, and the articles it is made of, one piece of each."""

    name: Text
    parts: tuple[Article, ...]


def meal_of_the_day(kitchen: Kitchen, terminal: str) -> Meal | None:
    """Return the meal at `terminal` that is left, None when nothing of the kind is."""
    return next(_meals(kitchen, terminal), None)


def _meals(kitchen: Kitchen, terminal: str) -> Iterator[Meal]:
    catalogue = kitchen.catalogue
    layout = catalogue.layout_for(terminal)
    if layout is not None and terminal in layout.terminal_ids:
        for key in sorted(layout.keys, key=lambda key: (key.page, key.row, key.column)):
            if key.set_menu_id is not None:
                menu = catalogue.set_menu(key.set_menu_id)
                parts = first_choice(kitchen, menu)
                if parts is not None:
                    yield Meal(menu.name, parts)
            if key.article_id is not None:
                yield from _dish(kitchen, catalogue.article(key.article_id))
    for article in catalogue.on_sale(kitchen.day):
        if catalogue.category(article.category_id).is_meal:
            yield from _dish(kitchen, article)


def _dish(kitchen: Kitchen, article: Article) -> Iterator[Meal]:
    if article.is_on_sale(kitchen.day) and can_be_taken(kitchen, article) and kitchen.has(article):
        yield Meal(article.name, (article,))
