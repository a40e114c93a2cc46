"""Thermal paper: dots become a picture of the slip, and its codes are read back from that picture."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

PRINT_DOTS = 576
CELL_WIDTH, CELL_HEIGHT = 12, 24
_MARGIN_DOTS = 32
_PAPER = (250, 249, 244)
_INK = (38, 37, 44)
_FONT = "DejaVuSansMono{}.ttf"
_FONT_FOLDER = "/usr/share/fonts/truetype/dejavu/"
_FONT_DOTS = 20
_DOT_SPREAD = 0.55


@dataclass(frozen=True, slots=True)
class Slip:
    """A piece of paper as a person holds it: the picture, its text line by line, and the codes read from the picture."""

    png: bytes
    text: str
    codes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cell:
    """One character in the line buffer; `wide` and `high` are its magnifications."""

    character: str
    bold: bool
    wide: int
    high: int
    underlined: bool = False


class Paper:
    """The paper since the last cut. Lengths are dots of 1/203 inch; `align` is 0 left, 1 centre, 2 right."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._strips: list[Image.Image] = []
        self._lines: list[str] = []
        self._has_ink = False

    @property
    def has_ink(self) -> bool:
        """Whether anything but white paper has come out."""
        return self._has_ink

    def print_cells(self, cells: list[Cell], align: int, line_dots: int) -> None:
        """Print one line of characters on a common base line."""
        high = max(cell.high for cell in cells) * CELL_HEIGHT
        row = Image.new("L", (sum(cell.wide for cell in cells) * CELL_WIDTH, high), 255)
        at = 0
        for cell in cells:
            glyph = _glyph(cell)
            row.paste(glyph, (at, high - glyph.height))
            at += glyph.width
        self._add(row, align)
        self.feed(max(0, line_dots - CELL_HEIGHT))
        self._lines.append("".join(cell.character for cell in cells).rstrip())
        self._has_ink = self._has_ink or any(cell.character != " " for cell in cells)

    def print_image(self, image: Image.Image, align: int) -> None:
        """Print dots; what is wider than the paper is lost, as on the real thing."""
        self._add(image.convert("L"), align)
        self._has_ink = True

    def feed(self, dots: int) -> None:
        """Move the paper on."""
        if dots > 0:
            self._strips.append(Image.new("L", (PRINT_DOTS, dots), 255))

    def note_empty_line(self) -> None:
        """Keep an empty line in the text."""
        self._lines.append("")

    def png(self) -> bytes:
        """The paper as it looks, about 80 mm wide."""
        return _encode(self._look(self._dots()))

    def take(self) -> Slip:
        """Cut: return the finished piece and begin a new one."""
        dots = self._dots()
        slip = Slip(_encode(self._look(dots)), "\n".join(self._lines).strip("\n"), _codes(self._look(dots)))
        self._begin()
        return slip

    def _add(self, image: Image.Image, align: int) -> None:
        strip = Image.new("L", (PRINT_DOTS, image.height), 255)
        strip.paste(image, (max(0, (0, (PRINT_DOTS - image.width) // 2, PRINT_DOTS - image.width)[align]), 0))
        self._strips.append(strip)

    def _dots(self) -> Image.Image:
        height = sum(strip.height for strip in self._strips)
        dots = Image.new("L", (PRINT_DOTS + 2 * _MARGIN_DOTS, height + 2 * _MARGIN_DOTS), 255)
        at = _MARGIN_DOTS
        for strip in self._strips:
            dots.paste(strip, (_MARGIN_DOTS, at))
            at += strip.height
        return dots

    def _look(self, dots: Image.Image) -> Image.Image:
        """Give the dots the look of thermal paper: warm white, edges a little soft, a black that is not quite one."""
        return ImageOps.colorize(dots.filter(ImageFilter.GaussianBlur(_DOT_SPREAD)), _INK, _PAPER)


def _encode(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _codes(image: Image.Image) -> list[str]:
    import zxingcpp

    return [code.text for code in zxingcpp.read_barcodes(image)]


@lru_cache(maxsize=1024)
def _glyph(cell: Cell) -> Image.Image:
    """One character as the print head makes it: 12 x 24 dots without grey, magnified dot by dot."""
    image = Image.new("L", (CELL_WIDTH, CELL_HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    if cell.character == "─":
        # The outline font leaves a gap between two of them; a printer's own font does not.
        draw.line((0, CELL_HEIGHT // 2, CELL_WIDTH, CELL_HEIGHT // 2), fill=0, width=2)
    else:
        draw.text((0, 0), cell.character, font=_font(cell.bold), fill=0)
    if cell.underlined:
        draw.line((0, CELL_HEIGHT - 2, CELL_WIDTH, CELL_HEIGHT - 2), fill=0)
    return image.resize((CELL_WIDTH * cell.wide, CELL_HEIGHT * cell.high), Image.Resampling.NEAREST)


@lru_cache(maxsize=2)
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT_FOLDER + _FONT.format("-Bold" if bold else ""), _FONT_DOTS)
