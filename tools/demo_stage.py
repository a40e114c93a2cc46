"""The stage of the demonstration: a whole house with emulated devices, and hands that work at people's speed."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.house import RunningHouse
from tests.journeys.office import Office
from tests.journeys.screen import Screen, Target
from workbench.house import House, Options
from workbench.network import Link
from workbench.station import KIOSK, KITCHEN, PICKUP, TILL, Station

TAP_S, BADGE_S = 0.6, 1.5
SAME_BADGE_S = 3.2
"""A till takes the same badge again only after three seconds."""
PATIENCE_S = 30.0
GUESTS_BEFORE = 25
ABOVE = 50
"""Pixels between a mark and the name below it."""


class NotShown(Exception):
    """The house does not do what the story claims; the message says what was expected and what there is."""


class Hands:
    """One terminal: what is touched there, what its badge reader is held to, and what can be read on its screen."""

    def __init__(self, station: Station, pause: Callable[[float], None]) -> None:
        self.station = station
        self.screen = Screen(station.screen_socket, PATIENCE_S)
        self._pause = pause
        self._presented: dict[str, float] = {}

    def tap(self, text: str) -> None:
        """Wait for what carries `text` and touch it."""
        self._see(text, touch=True)
        self._pause(TAP_S)
        self._press(text)

    def tap_beside(self, name: str, text: str) -> None:
        """Touch the thing that carries `text` in the row of `name`."""
        row = self._see(name)
        middle = row.y + row.height / 2
        found = [
            target
            for target in self.screen.targets()
            if target.touch and text in target.texts and target.y <= middle <= target.y + target.height
        ]
        if not found:
            raise NotShown(f"{self.station.plan.name}: nothing to touch that says {text!r} beside {name!r}")
        self._pause(TAP_S)
        self.screen.press(found[0])

    def type(self, text: str) -> None:
        """Touch these keys one after the other."""
        for key in text:
            self._pause(TAP_S / 2)
            self._press(key)

    def _press(self, text: str) -> None:
        """Touch what says exactly `text`, else what carries it among other words."""
        exact = [target for target in self.screen.targets() if target.touch and text in target.texts]
        self.screen.press(min(exact, key=lambda t: t.width * t.height) if exact else self._see(text, touch=True))

    def badge(self, number: str) -> None:
        """Hold a badge to the reader."""
        self._pause(BADGE_S)
        time.sleep(max(0.0, self._presented.get(number, 0.0) + SAME_BADGE_S - time.monotonic()))
        self._presented[number] = time.monotonic()
        self.station.badge_reader.present(number)

    def see(self, *texts: str) -> None:
        """Wait until every one of these texts is on the screen."""
        for text in texts:
            self._see(text)

    def sees_beside(self, name: str, text: str, within: tuple[float, float]) -> None:
        """Wait until `text` stands just above `name`, or at most `within` (right, down) pixels from its corner."""

        def there() -> bool:
            targets = self.screen.targets()
            places = [(t.x, t.y) for t in targets if t.texts == (name,)]
            marks = [(t.x, t.y) for t in targets if t.texts == (text,)]
            return any(
                -ABOVE <= left - x <= within[0] and -ABOVE <= top - y <= within[1]
                for x, y in places
                for left, top in marks
            )

        self.until(there, f"{text!r} does not stand beside {name!r}")

    def sees_not(self, text: str) -> None:
        """Make sure `text` is not on the screen."""
        if self.screen.find(text) is not None:
            raise NotShown(f"{self.station.plan.name}: {text!r} is on the screen and must not be")

    def until(self, question: Callable[[], Any], otherwise: str) -> Any:
        """Ask until the answer is true."""
        return until(question, f"{self.station.plan.name}: {otherwise}", lambda: f"the screen says {self.words()}")

    def words(self) -> list[str]:
        """Everything that can be read."""
        return sorted({line for target in self.screen.targets() for line in target.texts})

    def _see(self, text: str, touch: bool = False) -> Target:
        try:
            return self.screen.see(text, touch)
        except AssertionError as error:
            raise NotShown(f"{self.station.plan.name}: {error}") from None


def until(
    question: Callable[[], Any], otherwise: str, more: Callable[[], str] = lambda: "", patience_s: float = PATIENCE_S
) -> Any:
    """Ask until the answer is true; raises `NotShown` after `patience_s`."""
    deadline = time.monotonic() + patience_s
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise NotShown(f"{otherwise}; {more()}".rstrip("; "))
        time.sleep(0.05)
    return answer


class Stage:
    """The house, its terminals and head office's books."""

    def __init__(self, running: RunningHouse, *, fast: bool) -> None:
        self._running = running
        self._fast = fast
        self.house = running.house
        self.office = Office(self.house.office_folder)
        self.till, self.kiosk, self.pickup, self.kitchen = (
            Hands(self.house.stations[plan.name], self.pause) for plan in (TILL, KIOSK, PICKUP, KITCHEN)
        )

    @property
    def hands(self) -> Sequence[Hands]:
        return (self.till, self.kiosk, self.pickup, self.kitchen)

    @property
    def printer(self) -> Any:
        """The till's receipt printer."""
        return self.till.station.printer

    @property
    def display(self) -> Any:
        """The till's customer display."""
        return self.till.station.devices["display"]

    def pause(self, seconds: float) -> None:
        """Take a person's time, unless nobody is watching."""
        if not self._fast:
            time.sleep(seconds)

    def network(self, link: Link) -> None:
        """Change what lies between the terminals and head office."""
        self._running.do(self.house.set_network(link))

    def do(self, work: Any) -> Any:
        """Run a coroutine on the house's loop."""
        return self._running.do(work)

    def displayed(self, *texts: str) -> None:
        """Wait until the customer display carries these texts."""
        until(
            lambda: all(any(text in line for line in self.display.lines) for text in texts),
            f"the customer display does not say {texts}",
            lambda: f"it says {self.display.lines}",
        )

    def slips(self, number: int) -> str:
        """Wait until so many slips have come out of the till's printer; the text of the last."""
        until(lambda: len(self.printer.slips) >= number, f"slip {number} was not printed")
        return str(self.printer.slips[-1].text)

    def close(self) -> None:
        for hands in self.hands:
            hands.screen.close()


@contextmanager
def stage(say: Callable[[str], None], *, fast: bool, folder: Path | None = None) -> Iterator[Stage]:
    """A house that is up, with a lunch running at another till; everything it made is removed afterwards."""
    place = folder or Path(tempfile.mkdtemp(prefix="refectory-demo-"))
    options = Options(place, (KIOSK, TILL, PICKUP, KITCHEN), guests=GUESTS_BEFORE)
    running = RunningHouse(House(options, say=say))
    try:
        running.do(running.house.start())
        found = Stage(running, fast=fast)
        yield found
        found.close()
    finally:
        running.close()
        shutil.rmtree(place, ignore_errors=True)
