"""What a tray must cost, worked out from head office's tables by hand: nothing of the terminal's own arithmetic is used."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.journeys.office import Office


@dataclass(frozen=True)
class Eater:
    """A guest as head office has them; amounts in cents."""

    guest_id: str
    category: int
    payer: int | None
    balance_minor: int
    fed_first: bool
    """Whether one meal in a service is promised while head office cannot be asked."""


@dataclass(frozen=True)
class Key:
    """A quick key of a set menu (`menu`) or of an article with its shelf; the one that is not meant is 0."""

    label: str
    menu: int
    article: int
    shelf: int


class Prices:
    """Prices of today for pieces; trays of set menus of three parts and of up to three articles."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._meals = {pk for (pk,) in office.rows("SELECT id FROM catalog_category WHERE is_meal")}

    def eater(self, badge: str) -> Eater:
        (row,) = self._office.rows(
            "SELECT g.id, g.category_id, g.payer_id, g.balance_minor, c.offline_policy = 'feed_first' FROM guests_guest g"
            " JOIN guests_badge b ON b.guest_id = g.id JOIN catalog_guestcategory c ON c.id = g.category_id WHERE b.number = ?",
            badge,
        )
        *figures, fed_first = row
        return Eater(*figures, fed_first=bool(fed_first))

    def keys(self) -> dict[str, Key]:
        """The first page of quick keys by English label; without what is weighed, sold out or needs a choice.

        A set menu without a main is left out too: whoever would have to pay a fee for it has its parts cheaper alone.
        """
        found = {}
        for label, name, menu, article, shelf in self._office.rows(
            "SELECT k.label, COALESCE(m.name, a.name), COALESCE(m.id, 0), COALESCE(a.id, 0), COALESCE(a.category_id, 0)"
            " FROM catalog_quickkey k LEFT JOIN catalog_article a ON a.id = k.article_id"
            " LEFT JOIN catalog_setmenu m ON m.id = k.set_menu_id"
            " WHERE k.page = 1 AND (a.id IS NULL OR a.unit = 'piece')"
            " AND NOT EXISTS (SELECT 1 FROM catalog_optiongroup g WHERE g.article_id = a.id AND g.minimum > 0)"
        ):
            if menu and not self._has_meal(menu):
                continue
            text = json.loads(label or "{}").get("en") or json.loads(name)["en"]
            found[text] = Key(text, menu, article, shelf)
        return found

    def _has_meal(self, menu: int) -> bool:
        return bool(
            self._office.rows(
                "SELECT 1 FROM catalog_setmenuslot s JOIN catalog_setmenuslot_articles x ON x.setmenuslot_id = s.id"
                " JOIN catalog_article a ON a.id = x.article_id JOIN catalog_category c ON c.id = a.category_id"
                " WHERE s.set_menu_id = ? AND c.is_meal",
                menu,
            )
        )

    def food_minor(self, keys: list[Key], category: int) -> int:
        """What the food on a tray costs this guest category."""
        if keys[0].menu:
            return self._menu_minor(keys[0].menu, category) or 0
        total_minor = sum(self._article_minor(key.article, category) for key in keys)
        for (menu,) in self._office.rows("SELECT id FROM catalog_setmenu WHERE active"):
            price_minor = self._menu_minor(menu, category)
            if price_minor is not None and self._fills(menu, keys):
                total_minor = min(total_minor, price_minor)
        return total_minor

    def is_meal(self, keys: list[Key]) -> bool:
        """Whether fee and share count for this tray: a set menu, or something from a shelf of meals."""
        menus = self._office.rows("SELECT id FROM catalog_setmenu")
        is_menu = keys[0].menu or any(self._fills(menu, keys) for (menu,) in menus)
        return bool(is_menu) or any(key.shelf in self._meals for key in keys)

    def due_minor(self, keys: list[Key], eater: Eater, *, first_meal: bool) -> int:
        """What the guest pays: food, fee, less the payer's share of a first meal."""
        food_minor = self.food_minor(keys, eater.category)
        terms = self._office.rows(
            "SELECT fee_minor, share_minor FROM catalog_mealterms WHERE guest_category_id = ? AND payer_id = ?",
            eater.category,
            eater.payer,
        )
        if not terms or not self.is_meal(keys):
            return food_minor
        fee_minor, share_minor = terms[0]
        return int(food_minor + fee_minor - (min(share_minor, food_minor + fee_minor) if first_meal else 0))

    def _article_minor(self, article: int, category: int) -> int:
        """The price of the category, else the one for everybody."""
        rows = self._office.rows(
            "SELECT amount_minor FROM catalog_price WHERE article_id = ? AND (guest_category_id = ? OR guest_category_id IS NULL)"
            " ORDER BY guest_category_id IS NULL, valid_from DESC",
            article,
            category,
        )
        return int(rows[0][0])

    def _menu_minor(self, menu: int, category: int) -> int | None:
        rows = self._office.rows(
            "SELECT amount_minor FROM catalog_setmenuprice WHERE set_menu_id = ? AND (guest_category_id = ? OR guest_category_id IS NULL)"
            " ORDER BY guest_category_id IS NULL",
            menu,
            category,
        )
        return int(rows[0][0]) if rows else None

    def _fills(self, menu: int, keys: list[Key]) -> bool:
        """Whether the three articles fill the three parts of the set menu, in whatever order."""
        slots = [
            slot for (slot,) in self._office.rows("SELECT id FROM catalog_setmenuslot WHERE set_menu_id = ?", menu)
        ]
        return len(slots) == len(keys) and self._match(slots, [key for key in keys if key.article])

    def _match(self, slots: list[int], keys: list[Key]) -> bool:
        if not slots:
            return True
        return any(
            self._takes(slots[0], key) and self._match(slots[1:], [other for other in keys if other is not key])
            for key in keys
        )

    def _takes(self, slot: int, key: Key) -> bool:
        by_article = self._office.rows(
            "SELECT 1 FROM catalog_setmenuslot_articles WHERE setmenuslot_id = ? AND article_id = ?", slot, key.article
        )
        by_shelf = self._office.rows(
            "SELECT 1 FROM catalog_setmenuslot_categories WHERE setmenuslot_id = ? AND category_id = ?", slot, key.shelf
        )
        return bool(by_article or by_shelf)
