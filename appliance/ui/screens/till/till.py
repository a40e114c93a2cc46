"""The staffed till: one page for a whole service, whose parts change in place."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import ObjectProperty, StringProperty

from appliance.presenters.views import Tone
from appliance.presenters.views_till import TillScreen, TillStatus
from appliance.ui.layout import Stack
from appliance.ui.screens.page import Page
from appliance.ui.screens.till.panels import wide
from appliance.ui.screens.till.tenders import TenderColumn
from appliance.ui.screens.till.ticket import TicketColumn
from appliance.ui.touch import Tap
from appliance.ui.widgets import Card


class StatusBar(Card):
    """Mode, what is unsent and how old things are; who is here and what time it is."""

    status = ObjectProperty(TillStatus("", "", "", Tone.NEUTRAL, ""), rebind=True)


class TrainingBanner(Card):
    """Across the whole width and in a colour that nothing else has: what is rung up here does not count."""

    content = StringProperty("")


class SearchField(Tap, Card):
    hint = StringProperty("")
    content = StringProperty("")


class WorkColumn(Stack):
    """Search, weight and the panel."""

    content = ObjectProperty(None, rebind=True)
    language = StringProperty("en")


class TillPage(Page):
    """Upright, the ticket and the tenders stand above the panel; else the panel stands between them."""

    def __init__(self, **kwargs: object) -> None:
        self._parts: tuple[TicketColumn, WorkColumn, TenderColumn] | None = None
        super().__init__(**kwargs)
        theme = App.get_running_app().theme
        ticket, work = TicketColumn(), WorkColumn(content=self.content)
        tenders = TenderColumn(content=self.content)
        body = Stack(orientation="vertical" if theme.portrait else "horizontal")
        if theme.portrait:
            upper = Stack(orientation="horizontal", size_hint_y=None, height=theme.height * 0.46)
            upper.add_widget(ticket)
            upper.add_widget(tenders)
            body.add_widget(upper)
            body.add_widget(work)
        else:
            for part in (ticket, work, tenders):
                body.add_widget(part)
        self._parts = ticket, work, tenders
        self.add_widget(body)
        self._share()

    def on_content(self, _instance: object, _content: TillScreen) -> None:
        self._share()

    def on_languages(self, instance: object, languages: tuple) -> None:  # type: ignore[type-arg]
        super().on_languages(instance, languages)
        if self._parts is not None:
            self._parts[1].language = self.code

    def _share(self) -> None:
        if self._parts is None:
            return
        ticket, work, tenders = self._parts
        content = self.content
        ticket.ticket, ticket.paid = content.ticket, content.paid
        work.content = content
        tenders.content = content
        tenders.gone = wide(content.panel) and not App.get_running_app().theme.portrait
        work.language = self.code


class SignInPage(Page):
    """Nobody is at the till yet."""
