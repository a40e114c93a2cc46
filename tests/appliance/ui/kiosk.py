"""Runs the kiosk's screens with a flow that only remembers, and tells on its output what reaches that flow.

python tests/appliance/ui/kiosk.py FOLDER WIDTHxHEIGHT
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.flows.intents import OrderAsGuest, StartAgain
from appliance.presenters.views import View
from appliance.ui.app import run
from tests.appliance.ui.gallery import gallery


@dataclass
class Screen:
    width: int
    height: int
    socket: str
    mode: str = "offscreen"
    diagonal_mm: int = 0


@dataclass
class Terminal:
    data_dir: Path


@dataclass
class Config:
    screen: Screen
    terminal: Terminal


@dataclass
class RememberingFlow:
    """Goes from the attract screen to the menu and back."""

    current: str = "attract"
    views: dict[str, View] = field(default_factory=lambda: gallery("en"))

    def handle(self, event: object) -> None:
        print(repr(event), flush=True)
        if isinstance(event, OrderAsGuest):
            self.current = "order"
        if isinstance(event, StartAgain):
            self.current = "attract"

    def tick(self) -> None:
        pass

    def view(self) -> View:
        return self.views[self.current]

    def subscribe(self, callback: Callable[[], None]) -> None:
        pass


class Lines:
    """A bus whose events are the lines of standard input."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._lock = threading.Condition()
        self._over = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            with self._lock:
                self._lines.append(line.strip())
                self._lock.notify()
        with self._lock:
            self._over = True
            self._lock.notify()

    def wait(self, timeout_s: float) -> bool:
        """Block until there is a line, the input is over, or so is the time."""
        with self._lock:
            return self._lock.wait_for(lambda: bool(self._lines) or self._over, timeout_s)

    def drain(self) -> list[str]:
        """What was said since the last time; at the end of the input the screens close."""
        if self._over:
            from kivy.app import App

            App.get_running_app().stop()
        with self._lock:
            lines, self._lines = self._lines, []
        return lines


def main() -> None:
    folder = Path(sys.argv[1])
    width, height = map(int, sys.argv[2].split("x"))
    config = Config(Screen(width, height, str(folder / "screen.sock")), Terminal(folder))
    run(RememberingFlow(), config, Lines())


if __name__ == "__main__":
    main()
