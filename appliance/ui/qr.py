"""QR codes on the screen."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget


class QrCode(Widget):
    """A QR code (ISO/IEC 18004) of `content` with its quiet zone, black on white whatever the look."""

    content = StringProperty("")
    gone = BooleanProperty(True)
    px = NumericProperty(160)
    ground = ColorProperty((1, 1, 1, 1))

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.size_hint = (None, None)
        with self.canvas:
            Color(1, 1, 1, 1)
            self._square = Rectangle()
        for name in ("content", "px"):
            self.fbind(name, self._draw)
        self.fbind("pos", self._place)
        self._draw()

    def _draw(self, *_args: object) -> None:
        self.gone = not self.content
        if self.gone:
            self._square.texture, self.size = None, (0, 0)
            self._place()
            return
        import qrcode

        code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_L)
        code.add_data(self.content)
        rows = code.get_matrix()
        texture = Texture.create(size=(len(rows), len(rows)), colorfmt="luminance")
        texture.mag_filter = "nearest"
        texture.blit_buffer(
            bytes(0 if dark else 255 for row in reversed(rows) for dark in row), colorfmt="luminance", bufferfmt="ubyte"
        )
        each = max(1, int(self.px) // len(rows))
        self.size = (each * len(rows), each * len(rows))
        self._square.texture = texture
        self._place()

    def _place(self, *_args: object) -> None:
        self._square.size = self.size
        self._square.pos = (round(self.x), round(self.y))
