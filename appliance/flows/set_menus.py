"""Set menus ordered as such: what each slot can be filled with now, and the choice that lies open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from appliance.store.board import Stock
from sales.catalogue import Article, Catalogue, Unit
from sales.menus import MenuSlot, SetMenu
from sales.pricing import NoPrice, price_of


@dataclass(frozen=True)
class Kitchen:
    """What can be served: the published menu of a day at the prices of a guest category, what is left of it, and what is
    taken already, in pieces by article id."""

    catalogue: Catalogue
    day: date
    guest_category_id: str
    stock: Callable[[Article], Stock]
    taken: Mapping[str, int] = field(default_factory=dict)

    def has(self, article: Article, more: int = 1) -> bool:
        """Whether there are `more` pieces beyond those taken."""
        stock = self.stock(article)
        if stock.is_gone:
            return False
        return stock.left is None or self.taken.get(article.id, 0) + more <= stock.left


@dataclass
class MenuSheet:
    """The set menu that lies open: the article chosen for each slot."""

    menu: SetMenu
    chosen: dict[int, str]
    quantity: int = 1


def offered(kitchen: Kitchen) -> tuple[SetMenu, ...]:
    """The set menus that have a price for these guests and, for every slot, something on the menu of the day."""
    return tuple(
        menu
        for menu in kitchen.catalogue.set_menus
        if menu.price_minor(kitchen.guest_category_id) is not None
        and all(fitting(kitchen, slot) for slot in menu.slots)
    )


def fitting(kitchen: Kitchen, slot: MenuSlot) -> tuple[Article, ...]:
    """What a slot takes on this day, sold out or not: by the piece, with a price, and with nothing to be chosen first."""
    menu = kitchen.catalogue.on_sale(kitchen.day)
    return tuple(article for article in menu if slot.takes(article) and can_be_taken(kitchen, article))


def first_choice(kitchen: Kitchen, menu: SetMenu) -> tuple[Article, ...] | None:
    """The first article that is left for each slot; None when one of them cannot be filled."""
    picked: list[Article] = []
    for slot in menu.slots:
        pieces = Counter(article.id for article in picked)
        for article in fitting(kitchen, slot):
            if kitchen.has(article, pieces[article.id] + 1):
                picked.append(article)
                break
        else:
            return None
    return tuple(picked)


def missing(kitchen: Kitchen, articles: Iterable[Article], times: int = 1) -> Article | None:
    """The first of these articles of which there are not enough for `times` of all of them; None if there are."""
    wanted: Counter[str] = Counter()
    for article in articles:
        wanted[article.id] += times
        if not kitchen.has(article, wanted[article.id]):
            return article
    return None


def can_be_taken(kitchen: Kitchen, article: Article) -> bool:
    """Whether these guests can have a piece of it without being asked anything: by the piece, with a price, no choice to make."""
    if article.unit is not Unit.PIECE or any(group.minimum for group in article.option_groups):
        return False
    try:
        price_of(kitchen.catalogue, article, kitchen.guest_category_id, kitchen.day)
    except NoPrice:
        return False
    return True
