"""A quick-key layout as the till shows it, and what changes it key by key. Pages, rows and columns count from 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from server.catalog.choices import TINTS
from server.catalog.list_prices import list_prices
from server.catalog.models import Article, QuickKey, QuickKeyLayout, SetMenu
from server.core.display import money
from server.core.text import local

MOST_PAGES = 9
MENU_TINT = "menu"
VISITOR = "guest"
"""The guest category whose prices stand on the keys."""


@dataclass(frozen=True)
class Cell:
    """A place of the grid; `key` is None where it is empty."""

    page: int
    row: int
    column: int
    key: QuickKey | None
    tint: str = ""
    price: str = ""

    @property
    def place(self) -> str:
        """Page, row and column, as forms send them."""
        return f"{self.page}-{self.row}-{self.column}"


def keys_of(layout: QuickKeyLayout) -> list[QuickKey]:
    """Return the keys of a layout with what they sell."""
    return list(layout.keys.select_related("article__category", "set_menu").order_by("page", "row", "column"))


def board(layout: QuickKeyLayout, page: int) -> dict[str, Any]:
    """Return the grid of a page, the pages there are, and the keys that stand outside of the grid."""
    keys = keys_of(layout)
    here = {(key.row, key.column): key for key in keys if key.page == page}
    articles = [key.article_id for key in keys if key.article_id]
    prices = list_prices(layout.store, VISITOR, layout.store.today(), articles)
    menus = _menu_prices(key.set_menu_id for key in here.values() if key.set_menu_id)
    currency = layout.store.currency
    last = max([1, *(key.page for key in keys)])

    def cell(row: int, column: int, key: QuickKey | None) -> Cell:
        if key is None:
            return Cell(page, row, column, None)
        if key.set_menu_id:
            price = menus.get(key.set_menu_id)
            return Cell(page, row, column, key, key.tint or MENU_TINT, money(price, currency) if price else "")
        listed = prices.get(key.article_id)
        weighed = key.article.unit == "per_100_g"
        shown = _("weigh") if weighed else money(listed.amount_minor, currency) if listed else ""
        return Cell(page, row, column, key, key.tint or key.article.category.tint, shown)

    return {
        "rows": [
            [cell(row, column, here.get((row, column))) for column in range(1, layout.columns + 1)]
            for row in range(1, layout.rows + 1)
        ],
        "pages": list(range(1, min(max(last, page), MOST_PAGES) + 1)),
        "new_page": last + 1 if last < MOST_PAGES and page <= last else None,
        "outside": [key for key in keys if key.row > layout.rows or key.column > layout.columns],
    }


def _menu_prices(menu_ids: Any) -> dict[int, int]:
    found: dict[int, int] = {}
    for menu in SetMenu.objects.filter(pk__in=list(menu_ids)).prefetch_related("prices__guest_category"):
        by_category = {
            row.guest_category.code if row.guest_category else "": row.amount_minor for row in menu.prices.all()
        }
        price = by_category.get(VISITOR, by_category.get(""))
        if price is not None:
            found[menu.pk] = price
    return found


def sellable(layout: QuickKeyLayout) -> list[dict[str, Any]]:
    """Return everything a key can sell: set menus first, then articles by category."""
    menus = SetMenu.objects.filter(Q(store=None) | Q(store=layout.store), active=True).order_by("position", "code")
    articles = Article.objects.filter(active=True).select_related("category").order_by("category__position", "code")
    return [
        *({"what": f"menu-{menu.pk}", "name": str(menu), "group": _("set menu"), "tint": MENU_TINT} for menu in menus),
        *(
            {
                "what": f"article-{row.pk}",
                "name": f"{row} · {row.plu}" if row.plu else str(row),
                "group": str(row.category),
                "tint": row.category.tint,
            }
            for row in articles
        ),
    ]


def place_of(layout: QuickKeyLayout, text: str) -> tuple[int, int, int]:
    """Return (page, row, column) from "1-2-3". Raises ValidationError when the layout has no such place."""
    parts = text.split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        page, row, column = (int(part) for part in parts)
        if 1 <= page <= MOST_PAGES and 1 <= row <= layout.rows and 1 <= column <= layout.columns:
            return page, row, column
    raise ValidationError(_("Place: the layout has no such place."))


def put(layout: QuickKeyLayout, place: tuple[int, int, int], what: str) -> None:
    """Have the key at a place sell `what` ("article-1" or "menu-1"). Raises ValidationError."""
    kind, _dash, number = what.partition("-")
    pk = int(number) if number.isascii() and number.isdigit() else 0
    article = Article.objects.filter(pk=pk, active=True).first() if kind == "article" else None
    menu = SetMenu.objects.filter(pk=pk, active=True).first() if kind == "menu" else None
    if article is None and menu is None:
        raise ValidationError(_("Article or set menu: choose one that is sold."))
    page, row, column = place
    key = layout.keys.filter(page=page, row=row, column=column).first()
    key = key or QuickKey(layout=layout, page=page, row=row, column=column)
    key.article, key.set_menu = article, menu
    key.full_clean()
    key.save()


def dress(key: QuickKey, label: Mapping[str, str], tint: str) -> None:
    """Give a key its own label and tint; empty means those of what it sells. Raises ValidationError."""
    if tint and tint not in dict(TINTS):
        raise ValidationError(_("Tint: choose one of those shown."))
    key.label = {language: text.strip()[:40] for language, text in label.items() if text.strip()}
    key.tint = tint
    key.save()


def move(layout: QuickKeyLayout, key: QuickKey, place: tuple[int, int, int]) -> None:
    """Move a key; one that stands there already takes its place."""
    with transaction.atomic():
        there = layout.keys.filter(page=place[0], row=place[1], column=place[2]).exclude(pk=key.pk).first()
        left = key.page, key.row, key.column
        if there:
            # A place nobody sees: no two keys may share one, not even between two statements.
            beyond = (layout.keys.aggregate(last=Max("page"))["last"] or 0) + 1
            layout.keys.filter(pk=there.pk).update(page=beyond)
        key.page, key.row, key.column = place
        key.save()
        if there:
            there.page, there.row, there.column = left
            there.save()


def name_of(key: QuickKey) -> str:
    """What a key shows."""
    return local(key.label) or str(key.article or key.set_menu)
