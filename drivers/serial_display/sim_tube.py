"""The tube of a display: cells with characters, a cursor, and the blue-green light they give."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFilter, ImageFont

_TABLES = {
    0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858",
}  # fmt: skip
_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
_CELL = (30, 50)
_MARGIN = 24
_GLASS, _UNLIT, _LIT = (8, 20, 22), (14, 34, 36), (110, 255, 225)


class Tube:
    """`columns` x `rows` cells; positions are counted from 1 as the commands do."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self.column = self.row = 0
        self.reset()

    def reset(self) -> None:
        """As after switching on."""
        self.table = 0
        self.clear()

    def clear(self) -> None:
        """Empty all cells; the cursor goes to the first one."""
        self._cells = [[" "] * self.columns for _ in range(self.rows)]
        self.move(1, 1)

    def clear_line(self) -> None:
        """Empty the cursor's line."""
        self._cells[self.row] = [" "] * self.columns
        self.column = 0

    def move(self, column: int, row: int) -> None:
        """Put the cursor somewhere; places that are not there are ignored."""
        if 1 <= column <= self.columns and 1 <= row <= self.rows:
            self.column, self.row = column - 1, row - 1

    def line_down(self) -> None:
        """The cursor goes down, from the last line to the first."""
        self.row = (self.row + 1) % self.rows

    def put(self, byte: int) -> None:
        """Show a character and go on, from the end of a line to the next, from the last cell to the first."""
        self._cells[self.row][self.column] = self._character(byte)
        self.column += 1
        if self.column == self.columns:
            self.column = 0
            self.line_down()

    def write_line(self, row: int, data: bytes) -> None:
        """Fill a whole line; what is too long is lost."""
        if row <= self.rows:
            text = "".join(map(self._character, data[: self.columns]))
            self._cells[row - 1] = list(text.ljust(self.columns))

    @property
    def lines(self) -> tuple[str, ...]:
        """The text, line by line."""
        return tuple("".join(row).rstrip() for row in self._cells)

    def png(self) -> bytes:
        """The lit cells on dark glass."""
        width, height = self.columns * _CELL[0] + 2 * _MARGIN, self.rows * _CELL[1] + 2 * _MARGIN
        light = Image.new("L", (width, height), 0)
        glass = Image.new("RGB", (width, height), _GLASS)
        font = ImageFont.truetype(_FONT, 40)
        unlit = ImageDraw.Draw(glass)
        lit = ImageDraw.Draw(light)
        for row, cells in enumerate(self._cells):
            for column, character in enumerate(cells):
                left, top = _MARGIN + column * _CELL[0], _MARGIN + row * _CELL[1]
                unlit.rectangle((left + 2, top + 3, left + _CELL[0] - 3, top + _CELL[1] - 4), fill=_UNLIT)
                lit.text((left + _CELL[0] / 2, top + 40), character, font=font, fill=255, anchor="ms")
        halo = light.filter(ImageFilter.GaussianBlur(5)).point(lambda value: value // 2)
        glass.paste(Image.new("RGB", glass.size, _LIT), mask=halo)
        glass.paste(Image.new("RGB", glass.size, _LIT), mask=light)
        buffer = io.BytesIO()
        glass.save(buffer, "PNG")
        return buffer.getvalue()

    def _character(self, byte: int) -> str:
        return bytes([byte]).decode(_TABLES.get(self.table, "ascii"), "replace")
