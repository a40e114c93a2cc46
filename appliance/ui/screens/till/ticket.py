"""The left side of the till: who is served, what is on the ticket, what is special about it, what is to be paid."""

from __future__ import annotations

from dataclasses import replace

from kivy.app import App
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from appliance.flows.intents import ChooseLine
from appliance.presenters.views import AmountRow, Tone
from appliance.presenters.views_till import PaidCard, Strip, TicketPanel, TillGuest, TillLine
from appliance.ui.keys import Key
from appliance.ui.layout import Stack
from appliance.ui.qr import QrCode
from appliance.ui.touch import DragScroll, Tap
from appliance.ui.widgets import Card


class TicketRow(Tap, Card):
    item = ObjectProperty(TillLine(None, "", "", "", ""), rebind=True)

    def on_tap(self) -> None:
        App.get_running_app().send(ChooseLine(self.item.index))


class GuestPanel(Card):
    """The guest whose badge was read, or the invitation to hold one to the reader."""

    guest = ObjectProperty(None, allownone=True)
    shown = ObjectProperty(TillGuest("", "", "", "", "", ""), rebind=True)
    invitation = StringProperty("")
    known = BooleanProperty(False)

    def on_guest(self, _instance: object, guest: TillGuest | None) -> None:
        self.known = guest is not None
        if guest is not None:
            self.shown = guest


class StripCard(Card):
    """An exception in words, with up to two ways on."""

    item = ObjectProperty(Strip("", Tone.NEUTRAL, ""), rebind=True)


class StripKey(Key):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.px = App.get_running_app().theme.dp(17)


class TicketKey(Key):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme = App.get_running_app().theme
        self.form, self.inset = "above", 6
        self.px, self.icon_px, self.least_px = theme.dp(16), theme.dp(22), theme.dp(13)


class DueRow(Stack):
    item = ObjectProperty(AmountRow("", ""), rebind=True)


class PaidRow(Stack):
    item = ObjectProperty(AmountRow("", ""), rebind=True)


class PaidPanel(Card):
    """The last sale, large."""

    paid = ObjectProperty(None, allownone=True)
    shown = ObjectProperty(PaidCard("", (), Tone.NEUTRAL), rebind=True)

    def on_paid(self, _instance: object, paid: PaidCard | None) -> None:
        self.gone = paid is None
        if paid is not None:
            self.shown = replace(paid, rows=tuple(_once(row, paid.title) for row in paid.rows))


def _once(row: AmountRow, title: str) -> AmountRow:
    """The large row, without a name that the card's title says already."""
    return replace(row, label="") if row.strong and row.label == title else row


class TicketLines(DragScroll):
    """The lines; whatever is added shows itself."""

    lines = ObjectProperty(())

    def on_lines(self, _instance: object, lines: tuple[TillLine, ...]) -> None:
        chosen = [place for place, line in enumerate(lines) if line.chosen]
        if not chosen or chosen[-1] == len(lines) - 1:
            self.scroll_y = 0


class TicketColumn(Card):
    ticket = ObjectProperty(
        TicketPanel(None, "", (), "", (), "", (), "", "", ()),
        rebind=True,
    )
    paid = ObjectProperty(None, allownone=True)


__all__ = ["QrCode", "TicketColumn"]
