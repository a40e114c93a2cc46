"""Text that wraps to a number of lines and then ends in an ellipsis."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from math import ceil

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Rectangle
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.widget import Widget

from appliance.ui.assets import font
from appliance.ui.paint import Paint, is_away
from appliance.ui.wrapping import wrap


@cache
def measure(weight: int, size_px: int) -> Callable[[str], int]:
    """A function that gives the width in pixels of a line in Inter of `weight` and `size_px`."""
    label = CoreLabel(font_name=font(weight), font_size=size_px, font_hinting=None)
    label.resolve_font_name()
    extents = label.get_cached_extents()

    @lru_cache(8192)
    def width(text: str) -> int:
        return int(extents(text)[0])

    return width


@cache
def line_px(weight: int, size_px: int) -> int:
    """Height of one line in pixels."""
    label = CoreLabel(font_name=font(weight), font_size=size_px, font_hinting=None)
    label.resolve_font_name()
    return int(label.get_extents("Ág")[1])


class Text(Widget):
    """A text in Inter. Its height follows its lines unless `free_height`; with `hug` its width follows them too.

    `content` is the text, `lines` how many lines it may take, `max_width` where a hugging text wraps (0: nowhere),
    `text` what became of it: `rows` lines that fit. `shortened` says that an ellipsis was needed.
    """

    content = StringProperty("")
    weight = NumericProperty(400)
    px = NumericProperty(16)
    tint = ColorProperty((0, 0, 0, 1))
    lines = NumericProperty(1)
    leading = NumericProperty(1.0)
    halign = OptionProperty("left", options=("left", "center", "right"))
    hug = BooleanProperty(False)
    max_width = NumericProperty(0)
    free_height = BooleanProperty(False)
    shortened = BooleanProperty(False)
    gone = BooleanProperty(False)
    text = StringProperty("")
    rows = NumericProperty(1)
    texture_size = ObjectProperty((0, 0))

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._colour, self._square = Color(0, 0, 0, 0), Rectangle()
        self._paint = Paint(self.canvas, self._colour, self._square)
        self._letters: CoreLabel | None = None
        self._look: tuple[object, ...] = ()
        for name in ("content", "weight", "px", "lines", "leading", "hug", "max_width", "free_height", "width"):
            self.fbind(name, self._refit)
        for name in ("pos", "size", "halign"):
            self.fbind(name, self._place)
        self.fbind("tint", self._dye)
        self._refit()

    def _refit(self, *_args: object) -> None:
        weight, px = int(self.weight), int(self.px)
        width_of = measure(weight, px)
        limit = (self.max_width or 1_000_000) if self.hug else self.width
        lines, self.shortened = wrap(self.content, limit, self.most_lines(), width_of)
        if self.hug:
            self.size_hint_x = None
            self.width = max(map(width_of, lines))
        self.text, self.rows = "\n".join(lines), len(lines)
        if not self.free_height:
            self.size_hint_y = None
            one = line_px(weight, px)
            self.height = (
                ceil(one * self.leading * (len(lines) - 1) + one * max(1, self.leading)) if self.content else 0
            )
        if (self.text, weight, px, self.leading, self.halign) != self._look:
            _changed.add(self)
            _draw()

    def most_lines(self) -> int:
        """How many lines there is room for."""
        return int(self.lines)

    def draw(self) -> None:
        """Make the texture, if what it shows is another text or looks different now."""
        look = (self.text, int(self.weight), int(self.px), self.leading, self.halign)
        if look == self._look:
            return
        self._look = look
        text, weight, px, leading, halign = look
        if not text:
            self._letters, self.texture_size = None, (0, 0)
            self._place()
            self._dye()
            return
        self._letters = CoreLabel(
            text=text, font_name=font(weight), font_size=px, line_height=leading, halign=halign, font_hinting=None
        )
        self._letters.refresh()
        # Letters stand on whole pixels, so that nothing is lost by not smoothing them again.
        self._letters.texture.min_filter = self._letters.texture.mag_filter = "nearest"
        self._square.texture = self._letters.texture
        self.texture_size = self._letters.texture.size
        self._place()
        self._dye()

    def _place(self, *_args: object) -> None:
        width, height = self.texture_size
        spare = self.width - width
        left = self.x + {"left": 0, "center": spare / 2, "right": spare}[self.halign]
        self._paint.show(self._letters is not None and not is_away(self.x, self.y))
        self._square.size = (width, height)
        self._square.pos = (int(left), int(self.y + (self.height - height) / 2))

    def _dye(self, *_args: object) -> None:
        self._colour.rgba = self.tint if self._letters else (0, 0, 0, 0)


_changed: set[Text] = set()


def _draw_changed(_elapsed_s: float) -> None:
    while _changed:
        _changed.pop().draw()


_draw = Clock.create_trigger(_draw_changed, -1)
