"""What a badge stands for at a pass-through: the first key of its own layout, else the first meal on today's menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sales.basket import Basket
from sales.catalogue import Article, Catalogue
from sales.text import Text


@dataclass(frozen=True)
class Meal:
    """`put_into` adds it to a basket and raises what `Basket.add` raises."""

    name: Text
    put_into: Callable[[Basket], object]


def meal_of_the_day(catalogue: Catalogue, day: date, terminal: str) -> Meal | None:
    """Return the meal of `day` at `terminal`, None when nothing of the kind is left on the menu."""
    layout = catalogue.layout_for(terminal)
    if layout is not None and terminal in layout.terminal_ids:
        for key in sorted(layout.keys, key=lambda key: (key.page, key.row, key.column)):
            if key.set_menu_id is not None:
                return _set_menu(catalogue, key.set_menu_id)
            if key.article_id is not None:
                article = catalogue.article(key.article_id)
                if _can_be_served(article, day):
                    return _article(article)
    for article in catalogue.on_sale(day):
        if catalogue.category(article.category_id).is_meal and _can_be_served(article, day):
            return _article(article)
    return None


def _can_be_served(article: Article, day: date) -> bool:
    needs_choice = any(group.minimum for group in article.option_groups)
    return article.is_on_sale(day) and not article.sold_out and article.portions_left != 0 and not needs_choice


def _article(article: Article) -> Meal:
    return Meal(article.name, lambda basket: basket.add(article.id))


def _set_menu(catalogue: Catalogue, set_menu_id: str) -> Meal:
    return Meal(catalogue.set_menu(set_menu_id).name, lambda basket: basket.add_set_menu(set_menu_id))
