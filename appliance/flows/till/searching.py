"""One field for everything: an article by name, number or bar code, a guest by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from appliance.flows.intents import ChooseGuest
from appliance.flows.till import lane, menu, ringing
from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import NAME_SEARCH, Function
from appliance.flows.till.panels import Listing, Row, Say
from appliance.presenters.till import strips
from appliance.presenters.till.words import unit_price
from appliance.store.accounts import AccountsMissing, Guest
from sales.catalogue import GUEST_CATEGORY, Article

MOST_FOUND = 12
_GUESTS = "guests of that name"


def ask(desk: Desk, text: str = "") -> None:
    """Open the field."""
    listing = Listing(
        title=lambda tr: tr.say("Search"),
        rows=(),
        choose=lambda row_id: _choose(desk, row_id),
        hint=lambda tr: tr.say("Article, PLU, guest or scan"),
        empty=lambda tr: tr.say("Nothing found."),
        typing=True,
        search=partial(_find, desk),
        confirm=lambda tr: tr.say("Take"),
        columns=2,
    )
    listing.done = lambda: _take(desk, listing)
    listing.text = text
    listing.rows = _find(desk, text)
    desk.show(listing)


def _take(desk: Desk, listing: Listing) -> None:
    """A number is a PLU or a bar code; a name that fits one article only is that one."""
    text = listing.text.strip()
    if text.isdigit():
        ringing.typed(desk, text)
        if not desk.state.strips:
            desk.state.panel = None if desk.state.panel is listing else desk.state.panel
    elif len(listing.rows) == 1:
        row = listing.rows[0]
        if row.intent is None:
            ringing.press(desk, row.id)


def _choose(desk: Desk, row_id: str) -> None:
    panel = desk.state.panel
    if row_id == _GUESTS and isinstance(panel, Listing):
        desk.permitted(NAME_SEARCH, lambda: _show_guests(desk, panel.text))
    else:
        ringing.press(desk, row_id)


def _show_guests(desk: Desk, text: str) -> None:
    """The guests of that name, once a supervisor has allowed to look."""
    desk.show(
        Listing(
            title=lambda tr: tr.say("Guests"),
            rows=tuple(replace(_guest_row(desk, guest), intent=None) for guest in _guests(desk, text)),
            choose=lambda guest_id: lane.found_by_name(desk, guest_id),
            empty=lambda tr: tr.say("Nothing found."),
            columns=2,
        )
    )


def _guests(desk: Desk, text: str) -> tuple[Guest, ...]:
    try:
        return desk.store.terminal.accounts.search(text, desk.today, limit=MOST_FOUND)
    except AccountsMissing:
        return ()


def _find(desk: Desk, text: str) -> tuple[Row, ...]:
    if not text.strip():
        return ()
    articles = desk.store.menu.search(text, desk.today, MOST_FOUND)
    rows = [_article_row(desk, article) for article in articles]
    cashier = desk.state.cashier
    if cashier is None or text.strip().isdigit():
        return tuple(rows)
    if NAME_SEARCH in cashier.permissions:
        rows[:0] = [_guest_row(desk, guest) for guest in _guests(desk, text)]
    else:
        rows.append(Row(_GUESTS, lambda tr: tr.say("Guests"), menu.supervisor, icon="user_search"))
    return tuple(rows)


def _article_row(desk: Desk, article: Article) -> Row:
    there = desk.store.menu.stock(article, desk.today)
    return Row(
        article.id,
        lambda tr: tr.pick(article.name),
        _price(desk, article),
        icon="tag",
        possible=not there.is_gone,
    )


def _guest_row(desk: Desk, guest: Guest) -> Row:
    return Row(guest.guest_id, _fixed(guest.display_name), _category(desk, guest), ChooseGuest(guest.guest_id), "user")


def _price(desk: Desk, article: Article) -> Say:
    catalogue = desk.store.catalogue
    tray = desk.state.tray
    category_id = tray.basket.diner.guest_category_id if tray else GUEST_CATEGORY
    if catalogue is None:
        return lambda _tr: ""
    return lambda tr: unit_price(tr, catalogue, article, category_id, desk.today)


def _category(desk: Desk, guest: Guest) -> Say:
    catalogue = desk.store.catalogue
    names = {category.id: category.name for category in catalogue.guest_categories} if catalogue else {}
    return lambda tr: tr.pick(names.get(guest.category_id, {}))


def _fixed(text: str) -> Say:
    return lambda _tr: text


def ask_sold_out(desk: Desk) -> None:
    """Show the menu of the day, to mark what is sold out and what is there again."""
    catalogue = desk.store.catalogue
    if catalogue is None:
        return
    rows = []
    for article in desk.store.menu.articles(desk.today):
        gone = desk.store.menu.stock(article, desk.today).sold_out
        rows.append(Row(article.id, _name(article), _state(gone), icon="package_x" if gone else "", chosen=gone))
    desk.show(
        Listing(
            title=lambda tr: tr.say("Sold out"),
            rows=tuple(rows),
            choose=lambda article_id: toggle_sold_out(desk, article_id),
            hint=lambda tr: tr.say("A touch switches an article, on every till and kiosk."),
            columns=2,
        )
    )


def toggle_sold_out(desk: Desk, article_id: str) -> None:
    """Switch an article between sold out and available."""
    catalogue = desk.store.catalogue
    article = next((found for found in catalogue.articles if found.id == article_id), None) if catalogue else None
    if article is None or desk.state.training:
        if desk.state.training:
            desk.explain(strips.not_in_training)
        return
    gone = not desk.store.menu.stock(article, desk.today).sold_out
    cashier_id = desk.state.cashier_id
    if desk.recorded(lambda: desk.store.mark(article.id, gone, cashier_id, desk.now)) and isinstance(
        desk.state.panel, Listing
    ):
        ask_sold_out(desk)


def _name(article: Article) -> Say:
    return lambda tr: tr.pick(article.name)


def _state(gone: bool) -> Say:
    return (lambda tr: tr.say("Sold out")) if gone else (lambda tr: tr.say("Available"))


FUNCTIONS: dict[Function, Callable[[Desk], None]] = {Function.SOLD_OUT: ask_sold_out}
