"""Text that wraps to a number of lines and then ends in an ellipsis."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import ceil

from kivy.core.text import Label as CoreLabel
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.label import Label

from appliance.ui.assets import font
from appliance.ui.wrapping import wrap


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
        self.color = self.tint
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
        self.text = "\n".join(lines)
        if not self.free_height:
            self.size_hint_y = None
            one = line_px(weight, px)
            self.height = (
                ceil(one * self.leading * (len(lines) - 1) + one * max(1, self.leading)) if self.content else 0
            )
