"""A reader that acts as a keyboard, for programs that run with `environment`.

The kernel of a container has no input devices to offer, so umockdev shows one to the program under test. On the
workbench a reader on a serial line stands in for it.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from drivers.evdev_wedge.layouts import ALTGR, BASE, COMBINING, KEYPAD, SHIFT, SPACE_KEY, Layout, layout
from drivers.evdev_wedge.protocol import LEFT_SHIFT, PRESSED, RELEASED, RIGHT_ALT
from hal.sim.preload import PreloadTestbed

Stroke = tuple[int, ...]
"""Keys that are pressed together, the last one writes."""
_EV_KEY = 1
_EV_SYN, _SYN_DROPPED = 0, 3
_KEYBOARD_KEYS = tuple(range(1, 128))
_ENTER = 28
_TYPING_PAUSE_S = 0.001


def new_testbed() -> PreloadTestbed:
    """A testbed without readers, for several of them."""
    return PreloadTestbed(Path(__file__).with_name("sim_testbed.py"))


class EvdevWedgeSimulator:
    """Types what is presented on a keyboard of `layout_name`.

    `unplug` and `plug` leave it in its socket; it comes back with another event file, as with a kernel.
    """

    _numbers = itertools.count(1)

    def __init__(
        self,
        layout_name: str = "us",
        *,
        vendor_id: int = 0xFFFF,
        product_id: int = 0x0035,
        serial: str = "",
        terminator: int = _ENTER,
        keys: Iterable[int] = _KEYBOARD_KEYS,
        testbed: PreloadTestbed | None = None,
    ) -> None:
        self._layout = layout(layout_name)
        self._terminator = terminator
        self._testbed = testbed or new_testbed()
        self._own = testbed is None
        self._place: dict[str, int | str] = {
            "socket": next(self._numbers),
            "vendor": f"{vendor_id:04x}",
            "product": f"{product_id:04x}",
        }
        self._about = {"name": "Emulated reader", "serial": serial, "keys": list(keys)}
        self.plugged = False
        self.pause_s = _TYPING_PAUSE_S
        self.plug()

    @property
    def testbed(self) -> PreloadTestbed:
        """Where it is plugged in; hand it to a second reader to have both."""
        return self._testbed

    @property
    def environment(self) -> dict[str, str]:
        """Variables of the programs that are to see it."""
        return self._testbed.environment

    @property
    def path(self) -> str:
        """Its event file."""
        return f"/dev/input/event{self._place['number']}"

    @property
    def port(self) -> str:
        """The port as configuration writes it."""
        serial = f":{self._about['serial']}" if self._about["serial"] else ""
        return f"usb:{self._place['vendor']}:{self._place['product']}{serial}"

    @property
    def grabbed(self) -> bool:
        """Whether a program holds it alone."""
        return bool(self._testbed.ask("grabbed", **self._place))

    def present(self, number: str) -> None:
        """Type `number` and the terminator; raises `ValueError` for a character its keyboard does not have."""
        self.strokes([*strokes(self._layout, number), (self._terminator,)])

    def strokes(self, sequence: Iterable[Stroke]) -> None:
        """Press and release keys, each stroke's first keys around its last one."""
        events: list[tuple[int, int, int]] = []
        for stroke in sequence:
            events += [(_EV_KEY, key, PRESSED) for key in stroke]
            events += [(_EV_KEY, key, RELEASED) for key in reversed(stroke)]
        self.events(events)

    def events(self, events: Iterable[tuple[int, int, int]]) -> None:
        """Send bare events (type, code, value); raises `ConnectionError` when it is unplugged."""
        if not self.plugged:
            raise ConnectionError("the reader is unplugged")
        self._testbed.ask("keys", events=list(events), pause_s=self.pause_s, **self._place)

    def lose_events(self) -> None:
        """Say that the program was too slow and events were lost."""
        self.events([(_EV_SYN, _SYN_DROPPED, 0)])

    def state(self, **values: Any) -> None:
        """Change what the kernel says of it: held (keys), caps_lock, busy (another program holds it)."""
        self._testbed.ask("state", **values, **self._place)

    def unplug(self) -> None:
        """Pull it out."""
        if self.plugged:
            self.plugged = False
            self._testbed.ask("unplug", **self._place)

    def plug(self) -> None:
        """Put it back into the same socket."""
        if not self.plugged:
            self._place["number"] = next(self._numbers)
            self._testbed.ask("plug", **self._place, **self._about)
            self.plugged = True

    def close(self) -> None:
        """Remove it for good, and the testbed when it is its own."""
        if self._own:
            self._testbed.close()
        else:
            self.unplug()

    def __enter__(self) -> EvdevWedgeSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def strokes(keyboard: Layout, text: str) -> list[Stroke]:
    """The keys that write `text`; raises `ValueError` for a character that this keyboard does not have."""
    found: list[Stroke] = []
    for character in text:
        found += _of_character(keyboard, character)
    return found


def _of_character(keyboard: Layout, character: str) -> list[Stroke]:
    for (key, level), written in sorted(keyboard.keys.items()):
        if written == character:
            stroke = {BASE: (key,), SHIFT: (LEFT_SHIFT, key), ALTGR: (RIGHT_ALT, key)}[level]
            return [stroke, (SPACE_KEY,)] if (key, level) in keyboard.dead else [stroke]
    for key, written in KEYPAD.items():
        if written == character:
            return [(key,)]
    letter, accents = unicodedata.normalize("NFD", character)[:1], unicodedata.normalize("NFD", character)[1:]
    for accent, combining in COMBINING.items():
        if accents == combining:
            return [_of_character(keyboard, accent)[0], *_of_character(keyboard, letter)]
    raise ValueError(f"this keyboard has no {character!r}")
