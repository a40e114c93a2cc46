"""Putting a meal together: what each touch on the order screen does to the basket."""

from __future__ import annotations

from appliance.flows import intents
from appliance.flows.intents import Intent
from appliance.flows.set_menus import MenuSheet, first_choice, fitting, missing, offered
from appliance.flows.state import KioskState, Order, Sheet, Stage
from appliance.presenters import notices
from appliance.presenters.order import categories
from appliance.presenters.sheet import chosen_in, first_missing
from sales.basket import NotOnSale, OptionMissing
from sales.catalogue import Article, OptionGroup, Unit, UnknownArticle
from sales.funding import Diner
from sales.menus import SetMenu
from sales.pricing import NoPrice, price_of
from sales.tax import Service

MOST_OF_ONE = 20


def touch(state: KioskState, order: Order, intent: Intent) -> None:
    """Do what a touch asks of the order; touches that mean nothing here do nothing."""
    match intent:
        case intents.ShowCategory():
            show_category(order, intent.category_id)
        case intents.OpenArticle():
            open_article(state, order, intent.article_id)
        case intents.QuickAdd():
            quick_add(state, order, intent.article_id)
        case intents.PressSetMenu():
            add_set_menu(state, order, intent.set_menu_id)
        case intents.OpenSetMenu():
            open_set_menu(state, order, intent.set_menu_id)
        case intents.CloseArticle():
            order.sheet = None
        case intents.ToggleOption():
            toggle_option(order, intent.group_id, intent.option_id)
        case intents.ChangeQuantity():
            change_quantity(state, order, intent.delta)
        case intents.AddToBasket():
            add_sheet(state, order)
        case intents.ChangeLine():
            change_line(state, order, intent.index, intent.delta)
        case intents.ChooseService():
            choose_service(order, intent.service)


def show_category(order: Order, category_id: str) -> None:
    if any(category.category_id == category_id for category in categories(order)):
        order.category_id = category_id
        order.sheet = None


def open_article(state: KioskState, order: Order, article_id: str) -> None:
    article = _article(order, article_id)
    if article is None:
        return
    state.stage = Stage.ORDER
    order.sheet = Sheet(article)


def quick_add(state: KioskState, order: Order, article_id: str) -> None:
    article = _article(order, article_id)
    if article is None:
        return
    if article.unit is Unit.PER_100_G or any(group.minimum for group in article.option_groups):
        open_article(state, order, article_id)
    else:
        add(state, order, article, 1, ())


def add_set_menu(state: KioskState, order: Order, set_menu_id: str) -> None:
    """Add the first that is left for every part of a set menu."""
    menu = _set_menu(order, set_menu_id)
    if menu is None:
        return
    parts = first_choice(order.kitchen(), menu)
    if parts is None:
        state.notice = notices.set_menu_sold_out(menu)
    else:
        _add_all(state, order, parts, 1)


def open_set_menu(state: KioskState, order: Order, set_menu_id: str) -> None:
    """Show what can be chosen for every part of a set menu."""
    menu = _set_menu(order, set_menu_id)
    if menu is None:
        return
    kitchen = order.kitchen()
    parts = first_choice(kitchen, menu) or tuple(fitting(kitchen, slot)[0] for slot in menu.slots)
    state.stage = Stage.ORDER
    order.sheet = MenuSheet(menu, {place: article.id for place, article in enumerate(parts)})


def choose_part(order: Order, sheet: MenuSheet, place: str, article_id: str) -> None:
    """Take another article for a part of the set menu that lies open."""
    slots = {str(number): slot for number, slot in enumerate(sheet.menu.slots)}
    kitchen = order.kitchen()
    for article in fitting(kitchen, slots[place]) if place in slots else ():
        if article.id == article_id and kitchen.has(article):
            sheet.chosen[int(place)] = article_id


def scan(state: KioskState, order: Order, code: str) -> None:
    """A scanned article goes into the basket, or opens when a choice is needed."""
    article = order.catalogue.by_barcode(code.strip())
    if article is None:
        state.notice = notices.unknown_barcode(code.strip())
    elif not article.is_on_sale(order.day):
        state.notice = notices.not_on_sale(article)
    elif article.unit is Unit.PER_100_G:
        state.notice = notices.sold_by_weight(article)
    elif order.is_available(article) and any(group.minimum for group in article.option_groups):
        open_article(state, order, article.id)
    else:
        add(state, order, article, 1, ())


def toggle_option(order: Order, group_id: str, option_id: str) -> None:
    """Choose or drop an option; the only one of its group takes the place of the one before."""
    sheet = order.sheet
    if isinstance(sheet, MenuSheet):
        choose_part(order, sheet, group_id, option_id)
        return
    group = _group(sheet, group_id) if sheet else None
    if sheet is None or group is None or all(option.id != option_id for option in group.options):
        return
    picked = (group_id, option_id)
    if picked in sheet.chosen:
        sheet.chosen -= {picked}
    elif group.maximum == 1:
        sheet.chosen = frozenset(entry for entry in sheet.chosen if entry[0] != group_id) | {picked}
    elif chosen_in(sheet, group) < group.maximum:
        sheet.chosen |= {picked}


def change_quantity(state: KioskState, order: Order, delta: int) -> None:
    sheet = order.sheet
    if sheet is None:
        return
    wanted = max(1, sheet.quantity + delta)
    articles = order.parts(sheet) if isinstance(sheet, MenuSheet) else (sheet.article,)
    short = missing(order.kitchen(), articles, wanted) if delta > 0 else None
    if wanted > MOST_OF_ONE:
        state.notice = notices.too_many(MOST_OF_ONE)
    elif short is not None:
        _say_too_few(state, order, short)
    else:
        sheet.quantity = wanted


def add_sheet(state: KioskState, order: Order) -> None:
    """Add what lies open; it stays open while a choice is missing or it cannot be added."""
    sheet = order.sheet
    if isinstance(sheet, MenuSheet):
        if _add_all(state, order, order.parts(sheet), sheet.quantity):
            order.sheet = None
        return
    if sheet is None or first_missing(sheet) is not None:
        return
    if sheet.article.unit is Unit.PER_100_G:
        state.notice = notices.sold_by_weight(sheet.article)
    elif add(state, order, sheet.article, sheet.quantity, sheet.option_ids()):
        order.sheet = None


def add(state: KioskState, order: Order, article: Article, quantity: int, option_ids: tuple[str, ...]) -> bool:
    """Put the article into the basket, or say why it cannot be; tells whether it was added."""
    if not _room_for(state, order, article, quantity):
        return False
    try:
        order.basket.add(article.id, quantity, option_ids=option_ids)
    except NotOnSale:
        state.notice = notices.not_on_sale(article)
    except NoPrice:
        state.notice = notices.no_price(article)
    except OptionMissing:
        open_article(state, order, article.id)
    else:
        return True
    return False


def change_line(state: KioskState, order: Order, index: int, delta: int) -> None:
    """Change a basket line; an emptied basket leads back from the payment to the menu."""
    if not 0 <= index < len(order.basket.lines):
        return
    article = order.catalogue.article(order.basket.lines[index].article.id)
    if delta > 0 and not _room_for(state, order, article, delta):
        return
    order.basket.change(index, delta)
    if order.basket.is_empty and state.stage is Stage.CHECKOUT:
        state.stage = Stage.ORDER


def choose_service(order: Order, service: str) -> None:
    if service in tuple(Service):
        order.basket.set_service(Service(service))


def reprice(state: KioskState, order: Order, diner: Diner) -> None:
    """Price the basket for another diner; what has no price there leaves it, and the diner is told."""
    basket = order.basket
    gone: list[Article] = []
    for index in range(len(basket.lines) - 1, -1, -1):
        article = basket.lines[index].article
        try:
            price_of(order.catalogue, article, diner.guest_category_id, order.day)
        except NoPrice:
            basket.remove(index)
            gone.insert(0, article)
    basket.set_diner(diner)
    if gone:
        state.notice = notices.not_in_new_prices(tuple(dict.fromkeys(gone)))
        if basket.is_empty:
            state.stage = Stage.ORDER


def _room_for(state: KioskState, order: Order, article: Article, quantity: int) -> bool:
    """Whether that many more may be ordered; if not, the diner is told why."""
    if quantity + order.in_basket(article) > MOST_OF_ONE:
        state.notice = notices.too_many(MOST_OF_ONE)
        return False
    if not order.kitchen().has(article, quantity):
        _say_too_few(state, order, article)
        return False
    return True


def _say_too_few(state: KioskState, order: Order, article: Article) -> None:
    stock = order.stock(article)
    if stock.is_gone or stock.left is None:
        state.notice = notices.sold_out(article)
    else:
        state.notice = notices.only_left(article, stock.left)


def _add_all(state: KioskState, order: Order, articles: tuple[Article, ...], times: int) -> bool:
    """Put the parts of a set menu into the basket, all or none; tells whether they are in."""
    short = missing(order.kitchen(), articles, times)
    if short is not None:
        _say_too_few(state, order, short)
    elif any(times * articles.count(article) + order.in_basket(article) > MOST_OF_ONE for article in articles):
        state.notice = notices.too_many(MOST_OF_ONE)
    else:
        for article in articles:
            order.basket.add(article.id, times)
        return True
    return False


def _article(order: Order, article_id: str) -> Article | None:
    try:
        article = order.catalogue.article(article_id)
    except UnknownArticle:
        return None
    return article if article.is_on_sale(order.day) else None


def _set_menu(order: Order, set_menu_id: str) -> SetMenu | None:
    return next((menu for menu in offered(order.kitchen()) if menu.id == set_menu_id), None)


def _group(sheet: Sheet, group_id: str) -> OptionGroup | None:
    return next((group for group in sheet.article.option_groups if group.id == group_id), None)
