"""Keys become numbers: which key writes what, where a number ends, and when it cannot be trusted.

Key numbers and event values (1 pressed, 0 released, 2 repeated): linux/input-event-codes.h and linux/input.h.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from drivers.evdev_wedge.layouts import ALTGR, BASE, COMBINING, KEYPAD, SHIFT, SPACE_KEY, Layout, layout
from drivers.serial_reader.protocol import Bad, Good

PRESSED, RELEASED = 1, 0
ENTER_KEYS, TAB_KEY = frozenset({28, 96}), 15
LEFT_SHIFT, LEFT_CTRL, LEFT_ALT, RIGHT_ALT, CAPS_LOCK = 42, 29, 56, 100, 58
_SHIFTS = frozenset({LEFT_SHIFT, 54})
_CTRLS = frozenset({LEFT_CTRL, 97})
_METAS = frozenset({125, 126})
_MODIFIERS = _SHIFTS | _CTRLS | _METAS | {LEFT_ALT, RIGHT_ALT}
_IGNORED = frozenset({69, 70})
"""NumLock and ScrollLock: readers press them around digits of the number pad."""
_TERMINATORS = {"enter": ENTER_KEYS, "tab": frozenset({TAB_KEY}), "either": ENTER_KEYS | {TAB_KEY}}
_CHARSETS = {
    "digits": frozenset(string.digits),
    "hex": frozenset(string.hexdigits),
    "printable": frozenset(map(chr, range(0x20, 0x7F))),
}


@dataclass(frozen=True, slots=True)
class WedgeFormat:
    """How a reader types a number; the options of the descriptor."""

    layout: str = "us"
    dead_keys: bool = True
    terminator: str = "enter"
    charset: str = "printable"
    prefix: str = ""
    suffix: str = ""
    min_length: int = 1
    max_length: int = 64
    gap_s: float = 0.3


class KeyDecoder:
    """Follows the keys of one reader. A doubtful number is thrown away whole; what is said of it never shows it."""

    def __init__(self, form: WedgeFormat) -> None:
        self._form = form
        self._layout: Layout = layout(form.layout)
        self._longest = form.max_length + len(form.prefix) + len(form.suffix)
        self._held: set[int] = set()
        self._caps = False
        self._text = ""
        self._accent = ""
        self._problem = ""
        self._told = False
        self._begun = False
        self._last_key_s = 0.0

    def resync(self, held: Iterable[int], caps_lock: bool) -> None:
        """Take over which keys are down and whether CapsLock is on, from the kernel."""
        self._held = set(held) & _MODIFIERS
        self._caps = caps_lock

    def lost_keys(self) -> None:
        """Events were lost: the number that is being typed cannot be trusted."""
        self._begun = True
        self._spoil("keys were lost")

    def feed(self, key: int, value: int, at_s: float) -> list[Good | Bad]:
        """Take one key event of the time `at_s` (monotonic seconds) and return what it completed."""
        results = self.expire(at_s)
        if key in _MODIFIERS:
            self._held.add(key) if value != RELEASED else self._held.discard(key)
        elif value == PRESSED and key == CAPS_LOCK:
            self._caps = not self._caps
        elif value == PRESSED and key not in _IGNORED:
            self._last_key_s = at_s
            result = self._press(key)
            if result is not None:
                results.append(result)
        return results

    def expire(self, now_s: float) -> list[Good | Bad]:
        """Give up a number whose last key is longer ago than the allowed gap."""
        if not self._begun or now_s - self._last_key_s < self._form.gap_s:
            return []
        told = self._told
        self._restart()
        return [] if told else [Bad("a number began and did not end")]

    @property
    def pending(self) -> bool:
        """Whether a number has begun."""
        return self._begun

    def _press(self, key: int) -> Good | Bad | None:
        if key in _TERMINATORS[self._form.terminator] and not self._held & (_CTRLS | _METAS | {LEFT_ALT}):
            return self._end()
        self._begun = True
        level = self._level()
        if level is None:
            self._spoil("a key was pressed together with Ctrl, Alt or the system key")
        elif key in KEYPAD and level == BASE:
            self._write(KEYPAD[key])
        elif (key, level) in self._layout.keys:
            self._character(key, level)
        else:
            self._spoil("a key was pressed that writes no character")
        if len(self._text) > self._longest and not self._told:
            self._told = True
            return Bad("a number is longer than it can be")
        return None

    def _level(self) -> int | None:
        alt, ctrl = LEFT_ALT in self._held, bool(self._held & _CTRLS)
        altgr = self._layout.has_altgr and (RIGHT_ALT in self._held or (alt and ctrl))
        if self._held & _METAS or (not altgr and (alt or ctrl or RIGHT_ALT in self._held)):
            return None
        shift = bool(self._held & _SHIFTS)
        if altgr:
            return None if shift else ALTGR
        return SHIFT if shift else BASE

    def _character(self, key: int, level: int) -> None:
        character = self._layout.keys[key, level]
        if self._form.dead_keys and (key, level) in self._layout.dead:
            if self._accent:
                self._write(character)
            else:
                self._accent = character
        elif self._accent and key == SPACE_KEY:
            accent, self._accent = self._accent, ""
            self._write(accent)
        else:
            self._write(_other_case(character) if self._caps and level != ALTGR else character)

    def _write(self, character: str) -> None:
        if self._accent:
            joined = unicodedata.normalize("NFC", character + COMBINING[self._accent])
            character = joined if len(joined) == 1 else self._accent + character
            self._accent = ""
        if len(self._text) <= self._longest:
            self._text += character

    def _spoil(self, problem: str) -> None:
        self._problem = self._problem or problem

    def _restart(self) -> None:
        self._text = self._accent = self._problem = ""
        self._told = self._begun = False

    def _end(self) -> Good | Bad | None:
        text, told, begun = self._text, self._told, self._begun
        problem = self._problem or ("an accent stands at the end of a number" if self._accent else self._check(text))
        self._restart()
        if told or not begun:
            return None
        if problem:
            return Bad(problem)
        return Good(text[len(self._form.prefix) : len(text) - len(self._form.suffix)])

    def _check(self, text: str) -> str:
        """Return what is wrong with a whole number, empty when nothing is."""
        form = self._form
        if not text.startswith(form.prefix) or not text.removeprefix(form.prefix).endswith(form.suffix):
            return "a number does not have its prefix and suffix"
        number = text[len(form.prefix) : len(text) - len(form.suffix)]
        if form.charset != "text" and not set(number) <= _CHARSETS[form.charset]:
            return f"a number holds characters other than {form.charset}"
        if not form.min_length <= len(number) <= form.max_length:
            return f"a number has {len(number)} characters, allowed are {form.min_length} to {form.max_length}"
        return ""


def _other_case(character: str) -> str:
    """Small for capital and capital for small; a character without such a partner stays."""
    other = character.swapcase()
    return other if len(other) == 1 and other.swapcase() == character else character
