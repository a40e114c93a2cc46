"""Lines of text become the bytes a display shows them by.

Sources: Epson, customer display command reference (ESC @, ESC t, US MD1, US $, US C, CLR); CD5220 customer display,
operation manual, command list (ESC @, ESC _, ESC Q A, ESC Q B, CLR).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from drivers.charset import Charset
from drivers.serial_display import CODE_PAGES
from hal.errors import OptionError

CLEAR = b"\x0c"
_RESET = b"\x1b@"
_EPSON_OVERWRITE, _EPSON_NO_CURSOR = b"\x1f\x01", b"\x1fC\x00"
_CD5220_NO_CURSOR = b"\x1b_\x00"
_CD5220_LINES = (b"\x1bQA", b"\x1bQB")
_CD5220_END = b"\r"


class Encoder:
    """For one display: `commands` is epson or cd5220, the rest as the driver's options."""

    def __init__(self, commands: str, columns: int, rows: int, code_page: str, code_page_number: int = -1) -> None:
        """Raises `OptionError` for a size that the commands cannot address."""
        if commands == "cd5220" and rows > len(_CD5220_LINES):
            raise OptionError(f"driver serial_display: option rows is {rows}, but cd5220 has commands for two lines")
        self.columns = columns
        self.rows = rows
        self._cd5220 = commands == "cd5220"
        self._codec = code_page.lower()
        self._number = CODE_PAGES[code_page] if code_page_number < 0 else code_page_number
        self._charset = Charset([code_page], self._can_encode, "customer display")

    def start(self) -> bytes:
        """Empty the display and set its modes."""
        table = b"\x1bt" + bytes([self._number])
        modes = _CD5220_NO_CURSOR + table if self._cd5220 else table + _EPSON_OVERWRITE + _EPSON_NO_CURSOR
        return _RESET + modes + CLEAR

    def show(self, lines: Sequence[str]) -> bytes:
        """Write every line of the display anew, without emptying it first, so that nothing flickers."""
        data = b""
        for row in range(self.rows):
            text = fit(self._charset.printable(lines[row]).replace("\n", " "), self.columns) if row < len(lines) else ""
            cells = text.ljust(self.columns).encode(self._codec)
            if self._cd5220:
                data += _CD5220_LINES[row] + cells + _CD5220_END
            else:
                data += b"\x1f$" + bytes([1, row + 1]) + cells
        return data

    def _can_encode(self, table: str, character: str) -> bool:
        try:
            return len(character.encode(table.lower())) == 1
        except UnicodeEncodeError:
            return False


def fit(text: str, columns: int) -> str:
    """Make `text` fit: spaces that stand together go first, from the longest run, then what is too much at the end."""
    while len(text) > columns:
        runs = re.findall(r"(?<! ) {2,}(?! )", text)
        if not runs:
            return text[:columns]
        longest = max(runs, key=len)
        text = text.replace(longest, longest[1:], 1)
    return text
