"""A guest's photo in a rounded square, or the initials where there is none."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from PIL import Image, ImageDraw, ImageOps

from appliance.ui.text import Text
from appliance.ui.widgets import Surface

_KEPT = 8
_FINER = 4


class Photo(Surface):
    """`source` is the path of a picture or empty; a file that cannot be read counts as none. `ink` colours the initials."""

    source = StringProperty("")
    initials = StringProperty("")
    ink = ColorProperty((0, 0, 0, 1))
    px = NumericProperty(64)
    gone = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.size_hint = (None, None)
        with self.canvas:
            self._light = Color(1, 1, 1, 0)
            self._image = Rectangle()
        self._letters = Text(weight=700, hug=True)
        self.add_widget(self._letters)
        for name in ("source", "initials", "ink", "px", "pos", "radius"):
            self.fbind(name, self._show)
        self._show()

    def _show(self, *_args: object) -> None:
        self.size = (self.px, self.px)
        found = texture(self.source, int(self.px), int(self.radius)) if self.source else None
        self._light.a = 1 if found else 0
        self._image.texture = found
        self._image.size = self.size
        self._image.pos = (round(self.x), round(self.y))
        self._letters.content = "" if found else self.initials
        self._letters.px = round(self.px * 0.38)
        self._letters.tint = self.ink
        self._letters.x = self.x + (self.px - self._letters.width) / 2
        self._letters.y = self.y + (self.px - self._letters.height) / 2


@lru_cache(_KEPT)
def texture(source: str, px: int, radius: int) -> Texture | None:
    """The middle of the picture at `source`, `px` square with round corners; None when it cannot be read."""
    try:
        with Image.open(Path(source)) as opened:
            opened.draft("RGB", (px, px))
            picture = ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGB"), (px, px), Image.Resampling.LANCZOS)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    mask = Image.new("L", (px * _FINER, px * _FINER), 0)
    edge = px * _FINER - 1
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, edge, edge), radius * _FINER, fill=255)
    picture.putalpha(mask.resize((px, px), Image.Resampling.LANCZOS))
    made = Texture.create(size=(px, px), colorfmt="rgba")
    made.blit_buffer(picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    return made
