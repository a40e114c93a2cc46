"""Reads the frame that was just drawn, from the graphics library itself: Kivy's own reader copies it twice more."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache

from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

LIBRARIES = ("libGL.so.1", "libGLESv2.so.2")


class Pixels:
    """The last frame that was read: `data` is RGBA from the bottom row up, `size` in pixels. All frames share its memory."""

    def __init__(self) -> None:
        self.size = (0, 0)
        self.data = bytearray()

    def read(self, size: tuple[int, int]) -> None:
        """Read a window of `size`; call on the thread that draws, between drawing and flipping or right after it."""
        if size != self.size:
            self.size, self.data = size, bytearray(size[0] * size[1] * 4)
        read_into = _reader()
        if read_into is None:
            self.data[:] = glReadPixels(0, 0, *size, GL_RGBA, GL_UNSIGNED_BYTE)
        else:
            target = (ctypes.c_char * len(self.data)).from_buffer(self.data)
            read_into(0, 0, *size, GL_RGBA, GL_UNSIGNED_BYTE, target)

    def forget(self) -> None:
        """Give the memory back until the next frame."""
        self.size, self.data = (0, 0), bytearray()


@cache
def _reader() -> Callable[..., None] | None:
    """glReadPixels of OpenGL (ES) 2.0, or None where the library goes by another name."""
    for name in LIBRARIES:
        try:
            function = ctypes.CDLL(name).glReadPixels
        except (OSError, AttributeError):
            continue
        function.restype = None
        function.argtypes = [ctypes.c_int] * 4 + [ctypes.c_uint] * 2 + [ctypes.c_void_p]
        return function  # type: ignore[no-any-return]  # ctypes has no types of its own
    return None
