"""Rounded rectangles with soft edges, without multisampling: a small mask per radius, stretched by its middle."""

from __future__ import annotations

from functools import cache
from math import hypot

from kivy.graphics.texture import Texture


@cache
def rounded_mask(radius_px: int) -> Texture:
    """A white square with round corners, 2 * radius + 2 pixels wide; its edges are `radius_px` wide."""
    edge = 2 * radius_px + 2
    quarter = [
        [
            round(255 * min(1.0, max(0.0, radius_px - hypot(radius_px - x - 0.5, radius_px - y - 0.5) + 0.5)))
            for x in range(radius_px)
        ]
        + [255]
        for y in range(radius_px)
    ] + [[255] * (radius_px + 1)]
    half = [row + row[::-1] for row in quarter]
    texture = Texture.create(size=(edge, edge), colorfmt="rgba")
    texture.blit_buffer(
        bytes(value for row in half + half[::-1] for alpha in row for value in (255, 255, 255, alpha)),
        colorfmt="rgba",
        bufferfmt="ubyte",
    )
    return texture
