"""The menu with the basket."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from appliance.flows.intents import OpenArticle, OpenSetMenu, PressSetMenu, QuickAdd
from appliance.presenters.views import BasketPanel, OrderScreen, Tile
from appliance.ui.screens.page import Page
from appliance.ui.touch import DragScroll, Tap
from appliance.ui.widgets import Card, TouchButton


class TileCard(Tap, Card):
    item = ObjectProperty(Tile("", "", "", (), (), "", "", "", True), rebind=True)

    def on_tap(self) -> None:
        menu = self.item.set_menu_id
        App.get_running_app().send(OpenSetMenu(menu) if menu else OpenArticle(self.item.article_id))

    def add(self) -> None:
        menu = self.item.set_menu_id
        App.get_running_app().send(PressSetMenu(menu) if menu else QuickAdd(self.item.article_id))


class PayButton(TouchButton):
    label = StringProperty("")
    total = StringProperty("")


class BasketLines(DragScroll):
    """The lines of the basket; a line that is added shows itself, and so does what comes with it at the end."""

    count = NumericProperty(0)
    _before = 0
    _grown = False

    def on_count(self, _instance: object, count: int) -> None:
        self._grown = count > self._before
        self._before = count
        self._settle()

    def on_viewport_size(self, _instance: object, _size: object) -> None:
        self._settle()

    def on_height(self, _instance: object, _height: float) -> None:
        self._settle()

    def _settle(self) -> None:
        if self.viewport_size[1] <= self.height:
            self.scroll_y = 1
        elif self._grown:
            self.scroll_y = 0


class BasketCard(Card):
    basket = ObjectProperty(BasketPanel((), "", "", "", False, (), "", ""), rebind=True)
    guest = ObjectProperty(None, allownone=True, rebind=True)
    invitation = StringProperty("")


class OrderPage(Page):
    _category = ""

    def on_content(self, _instance: object, content: OrderScreen) -> None:
        """Another category starts at its top."""
        chosen = next((chip.category_id for chip in content.categories if chip.chosen), "")
        if chosen != self._category and "tile_scroll" in self.ids:
            self.ids.tile_scroll.scroll_y = 1
        self._category = chosen
