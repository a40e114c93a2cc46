"""Text that becomes smaller before it breaks a word or leaves something out."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from kivy.properties import NumericProperty

from appliance.ui.text import Text, line_px, measure
from appliance.ui.wrapping import SOFT_HYPHEN, syllables, wrap

MEASURED_PX = 64
NEAR_SHARE = 0.76
# Letters of another size are wider by up to this than in proportion, as they stand on whole pixels.
UNEVEN = 1.025
_WORDS = re.compile(r"[ \n\u00ad]|(?<=[-/])")


@lru_cache(4096)
def sizes(most_px: int, least_px: int) -> tuple[int, ...]:
    """The heights of letters to try, largest first: few, because every one is a font to keep."""
    found, px = [most_px], most_px
    while px > least_px:
        px = max(least_px, px - (1 if px <= 20 else 2 if px <= 36 else 4))
        found.append(px)
    return tuple(found)


def line_room(weight: int, px: int, height_px: int, lines: int, leading: float) -> int:
    """How many of at most `lines` lines fit into `height_px` (0: any), and at least one."""
    return max(1, min(lines, int(height_px / (line_px(weight, px) * leading) + 0.001))) if height_px else lines


@lru_cache(4096)
def best_px(
    text: str, weight: int, most_px: int, least_px: int, width_px: int, height_px: int, lines: int, leading: float
) -> int:
    """The largest height of letters at which `text` fits into `width_px` (and `height_px`, 0: any) in at most `lines`.

    A little smaller is better than a broken word, a word broken between syllables better than much smaller, and anything
    better than a text that ends in an ellipsis; `least_px` when nothing fits.
    """
    at_measured = measure(weight, MEASURED_PX)
    words = [word for word in _WORDS.split(text) if word]
    widest = max((at_measured(word.replace(SOFT_HYPHEN, "")) for word in words), default=0)
    parts = [part for word in words for part in _parts(word)]
    widest_part = max((at_measured(part + "-") for part in parts), default=0)

    def fits(px: int) -> bool:
        share = px / MEASURED_PX * UNEVEN
        room = line_room(weight, px, height_px, lines, leading)
        return not wrap(text, width_px - 1, room, lambda part: round(at_measured(part) * share + 0.5))[1]

    def whole(px: int, width: int) -> bool:
        return width * px / MEASURED_PX * UNEVEN + 1 <= width_px

    tries = sizes(most_px, least_px)
    near = [px for px in tries if px >= most_px * NEAR_SHARE and whole(px, widest)]
    rest = [px for px in tries if whole(px, widest_part)]
    return next((px for px in (*near, *rest, *tries) if fits(px)), least_px)


def _parts(word: str) -> list[str]:
    places = [0, *syllables(word), len(word)]
    return [word[start:end] for start, end in pairwise(places)]


class FitText(Text):
    """A text of at most `most_px` that shrinks down to `least_px` where it would not fit its width, its lines and
    `max_height` (0: any)."""

    most_px = NumericProperty(20)
    least_px = NumericProperty(13)
    max_height = NumericProperty(0)
    _busy = False

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("most_px", "least_px", "max_height"):
            self.fbind(name, self._refit)
        self._refit()

    def _refit(self, *_args: object) -> None:
        if self._busy:
            return
        self._busy = True
        limit = int((self.max_width or 1_000_000) if self.hug else self.width)
        self.px = best_px(
            self.content,
            int(self.weight),
            int(self.most_px),
            int(min(self.least_px, self.most_px)),
            limit,
            int(self.max_height),
            int(self.lines),
            self.leading,
        )
        self._busy = False
        super()._refit()

    def most_lines(self) -> int:
        """How many lines there is room for at the size that was found."""
        return line_room(int(self.weight), int(self.px), int(self.max_height), int(self.lines), self.leading)
