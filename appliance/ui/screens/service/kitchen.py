"""The preparation screen: what to cook, what waits to be fetched, and what is left."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from appliance.presenters.views_pickup import OrderCard, PortionCell
from appliance.presenters.views_till import Action
from appliance.ui.keys import Key
from appliance.ui.layout import Arrangement, Repeat
from appliance.ui.screens.page import Page
from appliance.ui.touch import Tap
from appliance.ui.widgets import Card

NOTHING = OrderCard("", "", "", (), Action("", None), None)


class Order(Card):
    """One order: its number, what is on it, and the key that brings it one step on. `needed_px` is its least height."""

    item = ObjectProperty(NOTHING, rebind=True)
    needed_px = NumericProperty(0)
    nothing = NOTHING.action


class ReadyOrder(Card):
    """An order that waits for its guest."""

    item = ObjectProperty(NOTHING, rebind=True)
    nothing = NOTHING.action


class OrderKey(Key):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme = App.get_running_app().theme
        self.px, self.inset, self.weight = theme.dp(19), theme.dp(8), 700


class DishLine(Card):
    """One line of an order."""

    item = StringProperty("")


class Portion(Tap, Card):
    """What is left of an article; a touch switches sold out."""

    item = ObjectProperty(PortionCell("", "", NOTHING.action), rebind=True)

    def on_tap(self) -> None:
        App.get_running_app().send(self.item.action.intent)


class Orders(Repeat, Arrangement):
    """Cards in `columns` columns, row by row; the cards of a row are as high as the highest needs to be."""

    columns = NumericProperty(3)
    spacing = NumericProperty(12)
    reasons = ("columns", "spacing", "children", "size", "pos")

    def add_widget(self, widget: Order, *args: object, **kwargs: object) -> None:
        widget.fbind("needed_px", self._trigger_layout)
        super().add_widget(widget, *args, **kwargs)

    def remove_widget(self, widget: Order, *args: object, **kwargs: object) -> None:
        widget.funbind("needed_px", self._trigger_layout)
        super().remove_widget(widget, *args, **kwargs)

    def do_layout(self, *_args: object) -> None:
        columns, gap = max(1, int(self.columns)), self.spacing
        cards = list(reversed(self.children))
        rows = [cards[start : start + columns] for start in range(0, len(cards), columns)]
        heights = [max(card.needed_px for card in row) for row in rows]
        self.height = sum(heights) + gap * max(0, len(rows) - 1)
        width = (self.width - (columns - 1) * gap) / columns
        top = self.top
        for row, height in zip(rows, heights, strict=True):
            for column, card in enumerate(row):
                left = round(column * (width + gap))
                card.size = round(column * (width + gap) + width) - left, height
                card.pos = round(self.x) + left, round(top - height)
            top -= height + gap


class KitchenPage(Page):
    pass
