"""The quick keys: those head office laid out for this till, or else the menu of the day."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.flows import intents
from appliance.presenters.till.scene import TillScene
from appliance.presenters.till.words import unit_price
from appliance.presenters.views_till import Action, KeysPanel, QuickKeyCap
from sales.catalogue import GUEST_CATEGORY, Article, Catalogue, Unit, UnknownArticle
from sales.menus import SetMenu
from sales.quick_keys import QuickKey, QuickKeyLayout

COLUMNS, ROWS = 4, 5
FEW_LEFT = 10
MOST_PAGES = 9
"""What does not fit on them is found by the search."""
_MENU_TINT = "mains"


def keys_panel(scene: TillScene) -> KeysPanel:
    catalogue = scene.catalogue
    if catalogue is None:
        return KeysPanel(COLUMNS, ROWS, (), ())
    layout = catalogue.layout_for(scene.store.terminal_id)
    if layout is not None:
        return _laid_out(scene, catalogue, layout)
    return _generated(scene, catalogue)


def _laid_out(scene: TillScene, catalogue: Catalogue, layout: QuickKeyLayout) -> KeysPanel:
    page = min(scene.state.page, layout.pages - 1)
    caps = (_cap(scene, catalogue, key) for key in layout.page(page))
    return KeysPanel(layout.columns, layout.rows, tuple(cap for cap in caps if cap), _pages(scene, page, layout.pages))


def _cap(scene: TillScene, catalogue: Catalogue, key: QuickKey) -> QuickKeyCap | None:
    label = scene.tr.pick(key.label) if key.label else ""
    if key.set_menu_id is not None:
        menu = catalogue.set_menu(key.set_menu_id)
        return _menu_cap(scene, menu, key.row, key.column, label, key.tint or _MENU_TINT)
    try:
        article = catalogue.article(key.article_id or "")
    except UnknownArticle:
        return None
    return _article_cap(scene, catalogue, article, key.row, key.column, label, key.tint or "")


def _generated(scene: TillScene, catalogue: Catalogue) -> KeysPanel:
    """Set menus first, then the menu of the day by category; every category begins where the one before ended."""
    sellable: list[SetMenu | Article] = [
        *scene.store.menu.set_menus(scene.today),
        *scene.store.menu.articles(scene.today),
    ]
    pages = min(MOST_PAGES, max(1, -(-len(sellable) // (COLUMNS * ROWS))))
    page = min(scene.state.page, pages - 1)
    shown: Sequence[SetMenu | Article] = sellable[page * COLUMNS * ROWS : (page + 1) * COLUMNS * ROWS]
    caps = []
    for place, thing in enumerate(shown):
        row, column = divmod(place, COLUMNS)
        if isinstance(thing, SetMenu):
            caps.append(_menu_cap(scene, thing, row, column, "", _MENU_TINT))
        else:
            caps.append(_article_cap(scene, catalogue, thing, row, column, "", ""))
    return KeysPanel(COLUMNS, ROWS, tuple(caps), _pages(scene, page, pages))


def _menu_cap(scene: TillScene, menu: SetMenu, row: int, column: int, label: str, tint: str) -> QuickKeyCap:
    price_minor = menu.price_minor(_category(scene))
    return QuickKeyCap(
        row,
        column,
        label or scene.tr.pick(menu.name),
        "" if price_minor is None else scene.figure(price_minor),
        tint,
        intents.PressSetMenu(menu.id),
    )


def _article_cap(
    scene: TillScene, catalogue: Catalogue, article: Article, row: int, column: int, label: str, tint: str
) -> QuickKeyCap:
    stock = scene.store.menu.stock(article, scene.today)
    sold_out = stock.is_gone or not article.is_on_sale(scene.today)
    if article.unit is Unit.PER_100_G:
        detail = scene.tr.say("weigh")
    else:
        detail = unit_price(scene.tr, catalogue, article, _category(scene), scene.today)
    mark = ""
    if stock.is_gone:
        mark = scene.tr.say("sold out")
    elif stock.left is not None and stock.left <= FEW_LEFT:
        mark = scene.tr.say_many("{count} left", "{count} left", stock.left)
    return QuickKeyCap(
        row,
        column,
        label or scene.tr.pick(article.name),
        detail,
        tint or catalogue.category(article.category_id).tint,
        None if sold_out else intents.QuickAdd(article.id),
        mark,
    )


def _category(scene: TillScene) -> str:
    return scene.tray.basket.diner.guest_category_id if scene.tray else GUEST_CATEGORY


def _pages(scene: TillScene, page: int, pages: int) -> tuple[Action, ...]:
    if pages < 2:
        return ()
    return tuple(
        Action(scene.tr.number(number + 1), intents.ShowPage(number), chosen=number == page) for number in range(pages)
    )
