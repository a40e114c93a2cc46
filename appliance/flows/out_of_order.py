"""A terminal that must not sell and cannot open its files: one picture that says so, until somebody has dealt with it."""

from __future__ import annotations

from collections.abc import Callable

from appliance.flows import intents
from appliance.flows.state import Closed
from appliance.i18n import Translator
from appliance.presenters.views import ClosedScreen, Header, StatusLine, Tone, View
from hal.events import Event


class OutOfOrderFlow:
    """Shows `closed` and takes nothing."""

    def __init__(self, tr: Translator, closed: Closed, name: str) -> None:
        screen = ClosedScreen(Header(name, ""), tr.say("Closed for the moment"), closed.reason(tr), closed.advice(tr))
        self._view = View(screen, (), StatusLine("", Tone.NEUTRAL))

    def handle(self, event: Event | intents.Intent) -> None:
        """Nothing can be done here."""

    def tick(self) -> None:
        """Nothing changes by itself."""

    def view(self) -> View:
        """The picture to show."""
        return self._view

    def subscribe(self, callback: Callable[[], None]) -> None:
        """The view never changes."""
