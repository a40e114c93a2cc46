"""Set menus: several articles together for one price."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sales.article import Article
from sales.errors import CatalogueError
from sales.text import Text


@dataclass(frozen=True)
class MenuSlot:
    """One part of a set menu: one piece of any of these articles, or of any article of these categories."""

    name: Text = field(hash=False)
    article_ids: frozenset[str]
    category_ids: frozenset[str]

    def takes(self, article: Article) -> bool:
        """Tell whether the article can fill the slot."""
        return article.id in self.article_ids or article.category_id in self.category_ids


@dataclass(frozen=True)
class SetMenuPrice:
    """What a set menu costs a guest category, None for every other; in minor units, tax included."""

    guest_category_id: str | None
    amount_minor: int


@dataclass(frozen=True)
class SetMenu:
    """Articles that cost `prices` together when every slot is filled. Raises `CatalogueError` when it makes no sense."""

    id: str
    name: Text = field(hash=False)
    slots: tuple[MenuSlot, ...]
    prices: tuple[SetMenuPrice, ...]

    def __post_init__(self) -> None:
        if not self.slots:
            raise CatalogueError(f"set menu {self.id!r} has no slots")
        if not all(slot.article_ids or slot.category_ids for slot in self.slots):
            raise CatalogueError(f"set menu {self.id!r} has a slot that nothing fits in")
        if any(price.amount_minor < 0 for price in self.prices):
            raise CatalogueError(f"set menu {self.id!r} has a price below zero")
        categories = [price.guest_category_id for price in self.prices]
        if len(set(categories)) != len(categories):
            raise CatalogueError(f"set menu {self.id!r} has two prices for the same guests")

    def price_minor(self, guest_category_id: str) -> int | None:
        """Return what the menu costs this guest category in minor units, None when it is not offered to it."""
        by_category = {price.guest_category_id: price.amount_minor for price in self.prices}
        return by_category.get(guest_category_id, by_category.get(None))


def check_set_menus(
    set_menus: Iterable[SetMenu],
    article_ids: Collection[str],
    category_ids: Collection[str],
    guest_category_ids: Collection[str],
) -> None:
    """Raise `CatalogueError` when a set menu refers to what is not there."""
    for menu in set_menus:
        for slot in menu.slots:
            for kind, wanted, known in (
                ("article", slot.article_ids, article_ids),
                ("category", slot.category_ids, category_ids),
            ):
                for value in sorted(wanted):
                    if value not in known:
                        raise CatalogueError(f"set menu {menu.id!r}: no {kind} has the id {value!r}")
        for price in menu.prices:
            if price.guest_category_id is not None and price.guest_category_id not in guest_category_ids:
                raise CatalogueError(f"set menu {menu.id!r}: no guest category has the id {price.guest_category_id!r}")
