"""The only crossing between device threads and the rest of the house: a queue with a bell."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from hal.events import Event

EventT = TypeVar("EventT")


class Publisher(Protocol):
    """What a device thread needs of a bus."""

    def publish(self, event: Event) -> None:
        """Pass the event on; never blocks."""


class EventBus(Generic[EventT]):
    """Carries events from any thread to one owner, in the order in which they were published.

    `wake` is called after every publish, on the publishing thread; it MUST be quick and safe from any thread
    (Kivy's `Clock.schedule_once` trigger is). It MAY be called when the queue has already been drained.
    """

    def __init__(self, wake: Callable[[], None] | None = None) -> None:
        self._wake = wake
        self._events: deque[EventT] = deque()
        self._filled = threading.Condition()

    def publish(self, event: EventT) -> None:
        """Append `event`; never blocks for longer than another publish takes."""
        with self._filled:
            self._events.append(event)
            self._filled.notify_all()
        if self._wake is not None:
            self._wake()

    def drain(self) -> list[EventT]:
        """Return and forget everything published so far; empty when there is nothing."""
        with self._filled:
            events = list(self._events)
            self._events.clear()
        return events

    def wait(self, timeout_s: float) -> bool:
        """Block until something is queued or `timeout_s` seconds are over; return whether something is queued."""
        deadline_s = time.monotonic() + timeout_s
        with self._filled:
            return self._filled.wait_for(lambda: bool(self._events), max(0.0, deadline_s - time.monotonic()))
