"""Text that wraps to a number of lines and then ends in an ellipsis."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from math import ceil

from kivy.core.text import Label as CoreLabel
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.label import Label

from appliance.ui.assets import font

ELLIPSIS = "…"
SOFT_HYPHEN = "\u00ad"
_BREAKS = re.compile(r"(?<=[-/])(?=\w)|\u00ad")


@cache
def measure(weight: int, size_px: int) -> Callable[[str], int]:
    """A function that gives the width in pixels of a line in Inter of `weight` and `size_px`."""
    label = CoreLabel(font_name=font(weight), font_size=size_px, font_hinting=None)
    label.resolve_font_name()
    extents = label.get_cached_extents()

    @cache
    def width(text: str) -> int:
        return int(extents(text)[0])

    return width


@cache
def line_px(weight: int, size_px: int) -> int:
    """Height of one line in pixels."""
    label = CoreLabel(font_name=font(weight), font_size=size_px, font_hinting=None)
    label.resolve_font_name()
    return int(label.get_extents("Ág")[1])


def wrap(text: str, width_px: float, lines: int, width_of: Callable[[str], int]) -> tuple[list[str], bool]:
    """Break `text` into at most `lines` lines of `width_px`; returns them and whether something was left out.

    Breaks at spaces, after hyphens and slashes, at soft hyphens, and inside a word only when the word alone is wider
    than a line. The last line then ends in an ellipsis.
    """
    done: list[str] = []
    current = ""
    for paragraph in text.split("\n"):
        for word in paragraph.split(" "):
            candidate = f"{current} {word}" if current else word
            if width_of(candidate.replace(SOFT_HYPHEN, "")) <= width_px:
                current = candidate
                continue
            *full, current = _break_word(current, word, width_px, width_of)
            done += full
        done.append(current)
        current = ""
    done = [line.replace(SOFT_HYPHEN, "") for line in done]
    if len(done) <= lines:
        return done, False
    last = " ".join(done[lines - 1 :])
    while last and width_of(last.rstrip(" ,;·-") + ELLIPSIS) > width_px:
        last = last[:-1]
    return [*done[: lines - 1], last.rstrip(" ,;·-") + ELLIPSIS], True


def _break_word(current: str, word: str, width_px: float, width_of: Callable[[str], int]) -> list[str]:
    """Lines that come of adding `word`, which does not fit, to the line `current`."""
    lines = [current] if current else []
    lead = f"{current} " if current else ""
    parts = _BREAKS.split(word)
    for count in range(len(parts) - 1, 0, -1):
        head = "".join(parts[:count])
        head += "" if head[-1:] in "-/" else "-"
        if width_of(lead + head) <= width_px:
            lines = [lead + head]
            word = "".join(parts[count:])
            break
    while width_of(word) > width_px:
        cut = len(word) - 1
        while cut > 1 and width_of(word[:cut] + "-") > width_px:
            cut -= 1
        if cut < 1:
            break
        lines.append(word[:cut] + "-")
        word = word[cut:]
    return [*lines, word]


class Text(Label):
    """A label in Inter. Its height follows its lines unless `free_height`; with `hug` its width follows them too.

    `content` is the text, `lines` how many lines it may take, `max_width` where a hugging text wraps (0: nowhere).
    `shortened` says that an ellipsis was needed.
    """

    content = StringProperty("")
    weight = NumericProperty(400)
    px = NumericProperty(16)
    tint = ColorProperty((0, 0, 0, 1))
    lines = NumericProperty(1)
    leading = NumericProperty(1.0)
    hug = BooleanProperty(False)
    max_width = NumericProperty(0)
    free_height = BooleanProperty(False)
    shortened = BooleanProperty(False)
    gone = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.font_hinting = None
        for name in ("content", "weight", "px", "lines", "leading", "hug", "max_width", "free_height", "width"):
            self.fbind(name, self._refit)
        self._refit()

    def on_tint(self, _instance: object, tint: object) -> None:
        self.color = tint

    def _refit(self, *_args: object) -> None:
        weight, px = int(self.weight), int(self.px)
        width_of = measure(weight, px)
        limit = (self.max_width or 1_000_000) if self.hug else self.width
        lines, self.shortened = wrap(self.content, limit, int(self.lines), width_of)
        self.font_name = font(weight)
        self.font_size = px
        self.line_height = self.leading
        if self.hug:
            self.size_hint_x = None
            self.width = max(map(width_of, lines))
            self.text_size = (self.width, None)
        else:
            self.text_size = (self.width, None)
        self.text = "\n".join(lines)
        if not self.free_height:
            self.size_hint_y = None
            self.height = ceil(line_px(weight, px) * self.leading * len(lines)) if self.content else 0
