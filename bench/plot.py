"""One kind of plot for all benches: named bars, each with a line to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
_WIDTH, _ROW, _LEFT, _TOP = 960, 64, 250, 80


@dataclass(frozen=True)
class Bar:
    """`reference` is drawn as a line across the bar: a limit, a peer or a physical bound, in the same unit as `value`."""

    name: str
    value: float
    reference: float | None = None


def bars(path: Path, title: str, rows: Sequence[Bar], reference_name: str = "") -> None:
    """Draw horizontal bars to a PNG at `path`."""
    image = Image.new("RGB", (_WIDTH, _TOP + _ROW * len(rows) + 30), "#F6F4EF")
    pen = ImageDraw.Draw(image)
    large, small = ImageFont.truetype(_FONT, 24), ImageFont.truetype(_FONT, 18)
    pen.text((24, 24), title, font=large, fill="#1D1C1A")
    if reference_name:
        pen.text((_WIDTH - 24, 30), f"| {reference_name}", font=small, fill="#8A4B00", anchor="ra")
    scale = (_WIDTH - _LEFT - 140) / (max(max(r.value, r.reference or 0) for r in rows) or 1)
    for number, row in enumerate(rows):
        y = _TOP + number * _ROW
        pen.text((24, y + 24), row.name, font=small, fill="#1D1C1A", anchor="lm")
        pen.rounded_rectangle((_LEFT, y + 8, _LEFT + max(row.value * scale, 2), y + 40), 6, fill="#0E5C46")
        end = _LEFT + row.value * scale
        if row.reference is not None:
            x = _LEFT + row.reference * scale
            pen.line((x, y, x, y + 48), fill="#8A4B00", width=3)
            end = max(end, x)
        pen.text((end + 12, y + 24), f"{row.value:,.4g}", font=small, fill="#1D1C1A", anchor="lm")
    image.save(path, optimize=True)
    print(f"drawn: {path}")
