"""Rounded rectangles with soft edges, without multisampling: a small texture of the corners, stretched by its middle."""

from __future__ import annotations

from functools import lru_cache
from math import hypot

from kivy.graphics.texture import Texture

Rgba = tuple[float, ...]

_KEPT = 128


def border_px(radius_px: int, line_px: int) -> int:
    """How many pixels along the edges of such a shape must not be stretched: the corner, the line, and one that is plain."""
    return max(radius_px, line_px) + 1


@lru_cache(_KEPT)
def rounded(radius_px: int, line_px: int, fill: Rgba, line: Rgba) -> Texture:
    """A square with round corners, two pixels wider than its borders, of `fill` inside an edge of `line_px` in `line`."""
    reach = range(border_px(radius_px, line_px) + 1)
    quarter = [[_pixel(_depth(radius_px, x, y), line_px, fill, line) for x in reach] for y in reach]
    half = [row + row[::-1] for row in quarter]
    texture = Texture.create(size=(2 * len(reach), 2 * len(reach)), colorfmt="rgba")
    # Corners are drawn pixel for pixel and only what is plain is stretched: smoothing would change nothing.
    texture.min_filter = texture.mag_filter = "nearest"
    texture.blit_buffer(
        b"".join(pixel for row in half + half[::-1] for pixel in row), colorfmt="rgba", bufferfmt="ubyte"
    )
    return texture


def _depth(radius_px: int, x: int, y: int) -> float:
    """How far inside the shape the middle of the pixel at `x`, `y` from its corner is, in pixels."""
    if x >= radius_px or y >= radius_px:
        return min(x, y) + 0.5
    return radius_px - hypot(radius_px - x - 0.5, radius_px - y - 0.5)


def _pixel(depth: float, line_px: int, fill: Rgba, line: Rgba) -> bytes:
    inside, within = _cover(depth), _cover(depth - line_px)
    of_fill, of_line = within * fill[3], (inside - within) * line[3]
    opacity = of_fill + of_line
    mixed = [(f * of_fill + e * of_line) / opacity if opacity else f for f, e in zip(fill[:3], line[:3], strict=True)]
    return bytes(round(255 * value) for value in (*mixed, opacity))


def _cover(depth: float) -> float:
    return min(1.0, max(0.0, depth + 0.5))
