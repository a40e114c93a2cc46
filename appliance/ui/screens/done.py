"""Paid: the number to collect the meal with, and how the slip is wanted."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import ObjectProperty

from appliance.flows.intents import ChooseReceipt
from appliance.presenters.views import ReceiptChoice
from appliance.ui.qr import QrCode
from appliance.ui.screens.page import Page
from appliance.ui.widgets import TouchButton


class ReceiptButton(TouchButton):
    item = ObjectProperty(ReceiptChoice("", "", ""), rebind=True)

    def on_tap(self) -> None:
        App.get_running_app().send(ChooseReceipt(self.item.way))


class DonePage(Page):
    pass


__all__ = ["DonePage", "QrCode", "ReceiptButton"]
