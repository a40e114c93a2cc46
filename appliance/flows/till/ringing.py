"""Ringing a tray up: keys, codes, weights, quantities."""

from __future__ import annotations

from collections.abc import Callable

from appliance.flows.till import options, tendering
from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import Function
from appliance.flows.till.panels import Pad, Say
from appliance.flows.till.state import Tray
from appliance.presenters.till import strips
from sales.basket import NotOnSale, SoldOut
from sales.catalogue import Article, Catalogue, Unit, UnknownArticle
from sales.ean import EanError, PriceEmbedded, price_embedded
from sales.ean import plu as plu_number
from sales.errors import SalesError
from sales.money import round_half_up
from sales.pricing import GRAMS_PER_PRICE, NoPrice, price_of
from sales.tax import Service

MOST_GRAMS = 30_000
LABEL = "label"


def press(desk: Desk, article_id: str) -> None:
    """One of an article; asks for its weight or its options where they are needed."""
    desk.selling(lambda: _press(desk, article_id))


def _press(desk: Desk, article_id: str) -> None:
    tray = desk.tray()
    desk.state.paid = None
    article = _article(tray.catalogue, article_id)
    if article is None or not article.is_on_sale(tray.day):
        if article is not None:
            desk.explain(strips.not_on_sale(article))
        _let_go_of_nothing(desk)
    elif article.unit is Unit.PER_100_G:
        if _may_have(desk, tray, article, 1):
            ask_weight(desk, article)
        _let_go_of_nothing(desk)
    elif any(group.minimum for group in article.option_groups):
        if _may_have(desk, tray, article, 1):
            options.ask(desk, article, frozenset(), lambda chosen: add(desk, article, 1, option_ids=chosen))
        _let_go_of_nothing(desk)
    else:
        add(desk, article, 1)


def add(
    desk: Desk, article: Article, quantity: int, weight_g: int | None = None, option_ids: tuple[str, ...] = ()
) -> int | None:
    """Put it on the tray, or say why it cannot be; returns the index of its line."""
    tray = desk.tray()
    desk.state.paid = None
    index: int | None = None
    if _may_have(desk, tray, article, quantity):
        try:
            index = tray.basket.add(article.id, quantity, weight_g=weight_g, option_ids=option_ids)
        except SoldOut:
            _say_sold_out(desk, article)
        except NotOnSale:
            desk.explain(strips.not_on_sale(article))
        except NoPrice:
            desk.explain(strips.no_price((article.name,)))
        else:
            if _keeps_what_is_paid(desk, tray):
                tray.chosen = None
                desk.state.panel = None
            else:
                index = None
    _let_go_of_nothing(desk)
    return index


def press_menu(desk: Desk, set_menu_id: str) -> None:
    """The first available article of every part of a set menu."""
    desk.selling(lambda: _press_menu(desk, set_menu_id))


def _press_menu(desk: Desk, set_menu_id: str) -> None:
    tray = desk.tray()
    desk.state.paid = None
    try:
        tray.basket.add_set_menu(set_menu_id)
    except SalesError:
        menu = next((menu for menu in tray.catalogue.set_menus if menu.id == set_menu_id), None)
        if menu is not None:
            desk.explain(strips.menu_incomplete(menu.name))
    else:
        tray.chosen = None
        desk.state.panel = None
        if not all(_may_have(desk, tray, line.article, 0) for line in tray.basket.lines):
            tray.basket.undo()
        else:
            _keeps_what_is_paid(desk, tray)
    _let_go_of_nothing(desk)


def scan(desk: Desk, code: str) -> None:
    """A bar code: of an article, or of the shop's own scale with a price or weight inside."""
    desk.selling(lambda: _scan(desk, code.strip()))


def _scan(desk: Desk, code: str) -> None:
    tray = desk.tray()
    desk.state.paid = None
    article = tray.catalogue.by_barcode(code)
    if article is not None:
        _press(desk, article.id)
        return
    try:
        carried = price_embedded(code)
    except EanError:
        desk.explain(strips.misread_code(code))
    else:
        labelled = tray.catalogue.by_plu(carried.plu) if carried is not None else None
        if carried is not None and labelled is not None:
            _add_labelled(desk, tray, labelled, carried)
        else:
            desk.explain(strips.unknown_code(code))
    _let_go_of_nothing(desk)


def typed(desk: Desk, digits: str) -> None:
    """A price look-up number or a bar code that was typed."""
    catalogue = desk.state.tray.catalogue if desk.state.tray else desk.store.catalogue
    number = plu_number(digits)
    article = catalogue.by_plu(number) if catalogue is not None and number is not None else None
    if article is not None:
        press(desk, article.id)
    else:
        scan(desk, digits)


def _add_labelled(desk: Desk, tray: Tray, article: Article, carried: PriceEmbedded) -> None:
    """What the shop's scale printed: a weight is priced here, a price is taken as it stands on the label."""
    weight_g = carried.weight_g
    if article.unit is Unit.PER_100_G and weight_g is None:
        try:
            price = price_of(tray.catalogue, article, tray.basket.diner.guest_category_id, tray.day)
        except NoPrice:
            desk.explain(strips.no_price((article.name,)))
            return
        label_minor = max(0, (carried.amount_minor or 0) - price.base_minor)
        weight_g = max(1, round_half_up(label_minor * GRAMS_PER_PRICE, price.amount_minor)) if price.amount_minor else 1
        add(desk, article, 1, weight_g)
        return
    if article.unit is Unit.PIECE and weight_g is not None:
        desk.explain(strips.weight_of_piece(article.name))
        return
    before = len(tray.basket.lines)
    index = add(desk, article, 1, weight_g)
    if index is None or carried.amount_minor is None:
        return
    if len(tray.basket.lines) == before:
        # It joined pieces at the list price, which must keep it.
        tray.basket.undo()
        desk.explain(strips.other_label(article.name))
    else:
        tray.basket.override_price(index, carried.amount_minor, LABEL)


def ask_weight(desk: Desk, article: Article) -> None:
    """Have the grams typed that a scale shows."""

    def done(text: str) -> Say | None:
        grams = int(text) if text.isdigit() else 0
        if not 0 < grams <= MOST_GRAMS:
            return lambda tr: tr.say("Type the weight in grams, up to {most}.", most=tr.number(MOST_GRAMS))
        add(desk, article, 1, grams)
        return None

    desk.show(Pad(lambda tr: tr.pick(article.name), done, hint=lambda tr: tr.say("Weight in grams"), unit="g"))


def choose(desk: Desk, index: int) -> None:
    """Choose a line, or let go of it."""
    tray = desk.state.tray
    if tray is not None and 0 <= index < len(tray.basket.lines):
        tray.chosen = None if tray.chosen == index else index


def one_more(desk: Desk) -> None:
    """One more of the chosen line, or of the last."""
    desk.selling(lambda: _one_more(desk))


def _one_more(desk: Desk) -> None:
    tray = desk.state.tray
    if tray is None or tray.basket.is_empty:
        return
    index = chosen(tray)
    line = tray.basket.lines[index]
    if line.weight_g is not None:
        ask_weight(desk, line.article)
        return
    if not _may_have(desk, tray, line.article, 1):
        return
    desk.state.panel = None
    try:
        if tray.chosen is None:
            tray.basket.repeat_last()
        else:
            tray.basket.change(index, 1)
    except SoldOut:
        _say_sold_out(desk, line.article)
    else:
        _keeps_what_is_paid(desk, tray)


def undo(desk: Desk) -> None:
    """Take the last payment back, or else the last change of the tray."""
    tray = desk.state.tray
    if tray is None:
        return
    if tray.tenders:
        tendering.take_back(desk, tray)
        return
    tray.basket.undo()
    tray.chosen, desk.state.panel = None, None
    _let_go_of_nothing(desk)


def remove(desk: Desk) -> None:
    """Take the chosen line out, or the last."""
    tray = desk.state.tray
    if tray is None or tray.basket.is_empty or is_part_paid(desk, tray):
        return
    tray.basket.remove(chosen(tray))
    tray.chosen, desk.state.panel = None, None
    _let_go_of_nothing(desk)


def clear(desk: Desk) -> None:
    """Throw the tray away; what was paid of it goes back to the guest."""
    tray = desk.state.tray
    if tray is None:
        return
    if tray.tenders:
        tendering.give_all_back(desk, tray)
    desk.state.tray = None
    desk.state.panel = None


def change_service(desk: Desk) -> None:
    """Switch between eating here and taking away."""
    tray = desk.state.tray
    if tray is None or is_part_paid(desk, tray):
        return
    eats_in = tray.basket.service is Service.EAT_IN
    tray.basket.set_service(Service.TAKE_AWAY if eats_in else Service.EAT_IN)


def ask_options(desk: Desk) -> None:
    """Other options for the chosen line, or the last."""
    tray = desk.state.tray
    if tray is None or tray.basket.is_empty or is_part_paid(desk, tray):
        return
    index = chosen(tray)
    line = tray.basket.lines[index]
    if not line.article.option_groups or line.weight_g is not None:
        desk.explain(strips.no_options)
        return

    def put_back(chosen: tuple[str, ...]) -> None:
        tray.basket.remove(index)
        if add(desk, line.article, line.quantity, option_ids=chosen) is None:
            tray.basket.undo()
            desk.state.tray = tray

    options.ask(desk, line.article, frozenset(option.id for option in line.options), put_back)


def chosen(tray: Tray) -> int:
    """The line that is meant: the one chosen, else the last."""
    return len(tray.basket.lines) - 1 if tray.chosen is None else tray.chosen


def is_part_paid(desk: Desk, tray: Tray) -> bool:
    """Whether a part is paid, so that nothing may become cheaper; says so."""
    if tray.tenders:
        desk.explain(strips.part_paid)
    return bool(tray.tenders)


def _may_have(desk: Desk, tray: Tray, article: Article, more: int) -> bool:
    """Whether so many are there, by the board: what every terminal of the store has sold and marked."""
    there = desk.store.menu.stock(article, desk.today)
    if there.sold_out:
        desk.explain(strips.sold_out(article.name))
        return False
    if there.left is None:
        return True
    taken = sum(line.quantity for line in tray.basket.lines if line.article.id == article.id)
    if taken + more > there.left:
        desk.explain(strips.only_left(article.name, max(0, there.left - taken)))
        return False
    return True


def _keeps_what_is_paid(desk: Desk, tray: Tray) -> bool:
    """Take the last change back if it made the ticket cheaper than what is paid of it, by a set menu or a share."""
    if not tray.tenders or tray.basket.to_pay_minor >= tray.paid_minor:
        return True
    tray.basket.undo()
    desk.explain(strips.part_paid)
    return False


def _say_sold_out(desk: Desk, article: Article) -> None:
    desk.explain(strips.sold_out(article.name))


def _let_go_of_nothing(desk: Desk) -> None:
    """A tray with neither guest nor article nor payment is none: the next one begins with the newest menu."""
    tray = desk.state.tray
    if tray is not None and tray.basket.is_empty and tray.guest is None and not tray.tenders:
        desk.state.tray = None


def _article(catalogue: Catalogue, article_id: str) -> Article | None:
    try:
        return catalogue.article(article_id)
    except UnknownArticle:
        return None


FUNCTIONS: dict[Function, Callable[[Desk], None]] = {
    Function.OPTIONS: ask_options,
    Function.SERVICE: change_service,
}
