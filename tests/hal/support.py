"""Helpers of the device tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from hal.bus import EventBus
from hal.events import Event, HealthChanged

Wanted = TypeVar("Wanted")


class Listener:
    """Collects everything from a bus and waits for what a test expects."""

    def __init__(self) -> None:
        self.bus = EventBus()
        self.seen: list[Event] = []

    def until(self, condition: Callable[[], bool], what: str, timeout_s: float = 10.0) -> None:
        """Collect events until `condition` holds; fails with what was seen when it does not."""
        deadline_s = time.monotonic() + timeout_s
        while True:
            self.seen += self.bus.drain()
            if condition():
                return
            if time.monotonic() >= deadline_s:
                raise AssertionError(f"waited {timeout_s:g} s for {what}; seen: {self.seen}")
            self.bus.wait(0.02)

    def next(self, kind: type[Wanted], timeout_s: float = 10.0) -> Wanted:
        """Return the first event of `kind` that was not returned before, forgetting what came earlier."""
        self.until(lambda: any(isinstance(event, kind) for event in self.seen), kind.__name__, timeout_s)
        while True:
            event = self.seen.pop(0)
            if isinstance(event, kind):
                return event

    def health(self, reason: str, timeout_s: float = 10.0) -> HealthChanged:
        """Wait for a health event with `reason`."""
        while True:
            event = self.next(HealthChanged, timeout_s)
            if event.health.reason == reason:
                return event
