"""The screen that waits for the next guest."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import ObjectProperty

from appliance.flows.intents import ChooseLanguage
from appliance.presenters.views import LanguageChoice
from appliance.ui.screens.page import Page
from appliance.ui.widgets import Picture, PillButton


class LanguagePill(PillButton):
    item = ObjectProperty(LanguageChoice("", "", False), rebind=True)

    def on_tap(self) -> None:
        App.get_running_app().send(ChooseLanguage(self.item.code))


class AttractPicture(Picture):
    item = ObjectProperty("", rebind=True)


class AttractPage(Page):
    pass
