"""How the terminal stands: one large word, then cards of facts in one column or two, and the way back."""

from __future__ import annotations

from itertools import product

from kivy.app import App
from kivy.properties import ObjectProperty

from appliance.presenters.views_technician import FactCard, FactRow, TechnicianScreen
from appliance.ui.layout import Stack
from appliance.ui.screens.page import Page
from appliance.ui.widgets import Card

TITLE_ROWS = 2


class FactLine(Stack):
    item = ObjectProperty(FactRow("", ""), rebind=True)


class FactBox(Card):
    item = ObjectProperty(FactCard("", "", ()), rebind=True)


class TechnicianPage(Page):
    """`first` and `second` are the cards of the two columns; upright there is one."""

    first = ObjectProperty(())
    second = ObjectProperty(())

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.on_content(self, self.content)

    def on_content(self, _instance: object, content: TechnicianScreen) -> None:
        """Share the cards out in their order, so that the longer column is as short as it can be; the first card is left."""
        cards = content.cards
        if App.get_running_app().theme.portrait:
            self.first, self.second = tuple(cards), ()
            return
        ways = (
            [[card for card, place in zip(cards, (0, *places), strict=True) if place == at] for at in (0, 1)]
            for places in product((0, 1), repeat=len(cards) - 1)
        )
        self.first, self.second = map(tuple, min(ways, key=lambda columns: max(map(_rows, columns))))


def _rows(cards: list[FactCard]) -> int:
    return sum(len(card.rows) + TITLE_ROWS for card in cards)
