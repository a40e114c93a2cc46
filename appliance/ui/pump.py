"""Carries events and touches to the flow, and the flow's view to the screen, all on the Kivy clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from kivy.clock import Clock

from appliance.presenters.views import View
from appliance.ui.environment import tidy

TICK_S = 0.2
REST_S = 2.0
PATIENCE_S = 0.2


class Flow(Protocol):
    """The part of a flow that a screen needs."""

    def handle(self, event: Any) -> None:
        """Take one device event or one intent."""

    def tick(self) -> None:
        """Let time pass."""

    def view(self) -> View:
        """What to show now."""

    def subscribe(self, callback: Callable[[], None]) -> object:
        """Call `callback` whenever the view may have changed, from any thread."""


class Bus(Protocol):
    def drain(self) -> Sequence[Any]:
        """Everything that devices have said since the last time."""

    def wait(self, timeout_s: float) -> bool:
        """Block until a device has said something or the time is over; whether something was said."""


class Pump:
    """Runs on the UI thread. `show` is called with every view that differs from the one before.

    A thread beside it sleeps until a device says something, so that the UI thread need not ask.
    """

    def __init__(self, flow: Flow, bus: Bus, show: Callable[[View], None]) -> None:
        self._flow = flow
        self._bus = bus
        self._show = show
        self._shown: View | None = None
        self._rest = Clock.create_trigger(self._collect, REST_S)
        self._heard = Clock.create_trigger(self._drain)
        self._taken = threading.Event()
        self._stopping = False
        self._listener = threading.Thread(target=self._listen, name="screen-events", daemon=True)

    def start(self) -> None:
        """Show the first view and go on from there."""
        self.refresh()
        self._flow.subscribe(Clock.create_trigger(self._changed))
        Clock.schedule_interval(self._tick, TICK_S)
        self._listener.start()

    def stop(self) -> None:
        """Stop listening and showing."""
        self._stopping = True
        Clock.unschedule(self._tick)
        self._heard.cancel()
        self._rest.cancel()
        self._taken.set()
        if self._listener.is_alive():
            self._listener.join()

    def send(self, intent: object) -> None:
        """Hand a touch to the flow and show what came of it in the same frame."""
        self._flow.handle(intent)
        self._take()
        self.refresh()

    def refresh(self) -> None:
        """Show the flow's view if it is another one."""
        view = self._flow.view()
        if view != self._shown:
            self._shown = view
            self._show(view)
            self._rest.cancel()
            self._rest()

    def _changed(self, _elapsed_s: float) -> None:
        self.refresh()

    def _collect(self, _elapsed_s: float) -> None:
        """Clear away the widgets that went, while nobody touches the screen."""
        tidy()

    def _listen(self) -> None:
        """Wake the UI thread when there is something to take, and sleep on once it has taken it."""
        while not self._stopping:
            if self._bus.wait(PATIENCE_S):
                self._taken.clear()
                self._heard()
                self._taken.wait(PATIENCE_S)

    def _drain(self, _elapsed_s: float) -> None:
        heard = self._take()
        self._taken.set()
        if heard:
            self._take()
            self.refresh()

    def _take(self) -> bool:
        """Hand over what has been said so far; whether there was anything.

        Taken once more after an event or a touch it brings the answer the terminal gave itself, for the same picture.
        """
        events = self._bus.drain()
        for event in events:
            self._flow.handle(event)
        return bool(events)

    def _tick(self, _elapsed_s: float) -> None:
        self._flow.tick()
        self.refresh()
