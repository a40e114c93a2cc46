"""The keys of the screen: what a digit or a letter does to the panel that lies open."""

from __future__ import annotations

from appliance.flows.till import searching
from appliance.flows.till.desk import Desk
from appliance.flows.till.money import takes
from appliance.flows.till.panels import Count, Listing, Pad, Typing
from masterdata.pins import LONGEST_PIN

MOST_LETTERS = 40
MOST_OF_A_COIN = 9999


def typed(desk: Desk, text: str) -> None:
    """Take what was touched; without a panel it begins a search."""
    panel = desk.state.panel
    match panel:
        case Pad():
            _pad(desk, panel, text)
        case Listing(typing=True):
            if len(panel.text) + len(text) <= MOST_LETTERS:
                _search(panel, panel.text + text)
        case Count(chosen=int()):
            _count(panel, text)
        case None if desk.state.cashier is not None and desk.state.closed is None:
            searching.ask(desk, text)


def backspace(desk: Desk) -> None:
    """Take the last key back."""
    panel = desk.state.panel
    match panel:
        case Pad():
            panel.text, panel.problem = panel.text[:-1], None
        case Listing(typing=True):
            _search(panel, panel.text[:-1])
        case Count(chosen=int(value)):
            panel.counts[value] = panel.counts.get(value, 0) // 10


def count(desk: Desk, value_minor: int) -> None:
    """Choose the coin or note whose number is typed next; its number begins anew."""
    panel = desk.state.panel
    if isinstance(panel, Count) and value_minor in panel.values:
        panel.chosen = value_minor
        panel.counts.pop(value_minor, None)


def pad_done(desk: Desk) -> None:
    """What was typed is complete: hand it on; a problem keeps the panel open."""
    panel = desk.state.panel
    match panel:
        case Pad():
            desk.state.panel = None
            problem = panel.done(panel.text)
            if problem is not None:
                panel.text, panel.problem = "", problem
                desk.state.panel = panel
        case Listing() if panel.done is not None:
            panel.done()
        case Count():
            panel.done(panel.total_minor)


def _pad(desk: Desk, pad: Pad, text: str) -> None:
    currency = (
        desk.currency if desk.store.catalogue is not None and pad.typing is Typing.MONEY and not pad.unit else "EUR"
    )
    text = "." if text == "," else text
    if pad.typing is Typing.SECRET:
        if text.isdecimal() and len(pad.text) + len(text) <= LONGEST_PIN:
            pad.text, pad.problem = pad.text + text, None
    elif takes(pad.text, text, currency, decimal=pad.typing is Typing.MONEY):
        pad.text, pad.problem = pad.text + text, None


def _search(listing: Listing, text: str) -> None:
    listing.text = text
    if listing.search is not None:
        listing.rows = listing.search(text)


def _count(panel: Count, text: str) -> None:
    if panel.chosen is None or not text.isdigit():
        return
    number = int(f"{panel.counts.get(panel.chosen, 0)}{text}")
    if number <= MOST_OF_A_COIN:
        panel.counts[panel.chosen] = number
