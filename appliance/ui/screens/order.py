"""The menu with the basket."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import ObjectProperty, StringProperty

from appliance.flows.intents import OpenArticle, OpenSetMenu, PressSetMenu, QuickAdd
from appliance.presenters.views import BasketPanel, OrderScreen, Tile
from appliance.ui.screens.page import Page
from appliance.ui.touch import Tap
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
