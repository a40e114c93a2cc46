"""Drives the screens frame by frame without a main loop: for pictures of the screens and for tests."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from PIL import Image

from appliance.presenters.views import View
from appliance.ui.pixels import Pixels
from appliance.ui.window import TerminalApp

SETTLE_FRAMES = 3


class StagedTouch(MotionEvent):
    """A finger at a place in window pixels, counted from the bottom left."""

    def __init__(self, x: float, y: float) -> None:
        super().__init__("stage", 1, {"x": x / Window.width, "y": y / Window.height}, is_touch=True, type_id="touch")

    def depack(self, args: dict[str, float]) -> None:
        self.sx, self.sy = args["x"], args["y"]
        self.profile = ["pos"]
        super().depack(args)


class Stage:
    """A running app whose frames are drawn one at a time. Use as a context manager."""

    def __init__(self, send: Callable[[object], None] | None = None, diagonal_mm: int = 0) -> None:
        self.sent: list[object] = []
        self.app = TerminalApp(send or self.sent.append, diagonal_mm)
        self._pixels = Pixels()

    def __enter__(self) -> Stage:
        EventLoop.ensure_window()
        self.app._run_prepare()
        self.app.root.motion_s = 0
        Window.bind(on_flip=self._read)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        Window.unbind(on_flip=self._read)
        self.app.stop()

    def show(self, view: View) -> None:
        """Show `view` and let it come to rest."""
        self.app.show(view)
        self.settle()

    def settle(self) -> None:
        """Draw until nothing moves any more."""
        for _ in range(SETTLE_FRAMES):
            EventLoop.idle()

    def lay_out(self, view: View) -> None:
        """Place and measure everything `view` shows, without drawing it."""
        self.app.show(view)
        for _ in range(SETTLE_FRAMES):
            Builder.sync()
            Clock.tick_draw()

    def picture(self) -> Image.Image:
        """The pixels of a freshly drawn frame."""
        Window.canvas.ask_update()
        EventLoop.idle()
        image = Image.frombytes("RGBX", self._pixels.size, bytes(self._pixels.data), "raw", "RGBX", 0, -1)
        return image.convert("RGB")

    def tap(self, x: float, y: float) -> None:
        """Put a finger down and up again at `x`, `y` pixels from the bottom left."""
        touch = StagedTouch(x, y)
        EventLoop.post_dispatch_input("begin", touch)
        EventLoop.post_dispatch_input("end", touch)

    def _read(self, _window: object) -> None:
        self._pixels.read(tuple(Window.size))
