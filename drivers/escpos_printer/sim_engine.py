"""The inside of the simulated printer: it works through its receive buffer, command by command.

Written from the ESC/POS command reference, not from what the driver happens to send.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import qrcode
from PIL import Image

from drivers.escpos_printer.sim_paper import CELL_WIDTH, PRINT_DOTS, Cell, Paper

_TABLES = {
    0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 14: "cp737", 15: "iso8859-7", 16: "cp1252",
    17: "cp866", 18: "cp852", 19: "cp858", 34: "cp855", 40: "iso8859-15", 45: "cp1250", 46: "cp1251", 47: "cp1253",
    48: "cp1254", 51: "cp1257",
}  # fmt: skip
_QR_LEVELS = {
    48: qrcode.constants.ERROR_CORRECT_L,
    49: qrcode.constants.ERROR_CORRECT_M,
    50: qrcode.constants.ERROR_CORRECT_Q,
    51: qrcode.constants.ERROR_CORRECT_H,
}
_ESC_LENGTHS = {
    "@": 2, "2": 2, "3": 3, "!": 3, "E": 3, "G": 3, "M": 3, "a": 3, "d": 3, "J": 3, "-": 3, "{": 3, "R": 3, "t": 3,
    " ": 3, "=": 3, "V": 3, "r": 3, "p": 5, "$": 4, "\\": 4, "c": 4,
}  # fmt: skip
_GS_LENGTHS = {"!": 3, "B": 3, "H": 3, "h": 3, "w": 3, "f": 3, "b": 3, "r": 3, "a": 3, "I": 3, "L": 4, "W": 4}


class Engine:
    """Executes ESC/POS on a `Paper`. Calls `reply` with bytes for the host and the other hooks on what happens."""

    def __init__(self, paper: Paper, reply: Callable[[bytes], None], state: PrinterState) -> None:
        self.paper = paper
        self._reply = reply
        self._state = state
        self.unknown: list[str] = []
        self._line: list[Cell] = []
        self._qr_data = b""
        self._qr_dots = 3
        self._qr_level = 48
        self._reset_modes()

    def _reset_modes(self) -> None:
        self._bold = self._underlined = False
        self._wide = self._high = 1
        self._align = 0
        self._table = 0
        self._line_dots = 30

    def forget_line(self) -> None:
        """Empty the print buffer: characters that were received and not yet printed."""
        self._line.clear()
        self._reset_modes()

    def step(self, data: bytes) -> int:
        """Execute the command at the start of `data`; return its length, or 0 when bytes of it are missing."""
        first = data[0]
        if first == 0x1B:
            return self._escape(data)
        if first == 0x1D:
            return self._group(data)
        if first == 0x10:
            return self._length_of_real_time(data)
        if first == 0x0A:
            self._line_feed()
        elif first >= 0x20:
            self._put(bytes([first]).decode(_TABLES.get(self._table, "ascii"), "replace"))
        return 1

    def _length_of_real_time(self, data: bytes) -> int:
        """Real-time commands were obeyed on arrival; here they are only passed over."""
        if len(data) < 2:
            return 0
        length = {0x04: 3, 0x05: 3, 0x14: 10 if data[2:3] == b"\x08" else 5}.get(data[1], 1)
        return length if len(data) >= length else 0

    def _escape(self, data: bytes) -> int:
        if len(data) < 2:
            return 0
        key = chr(data[1])
        length = _ESC_LENGTHS.get(key)
        if key == "*" and len(data) >= 5:
            length = 5 + (data[3] + 256 * data[4]) * (3 if data[2] > 31 else 1)
        if length is None:
            self.unknown.append(f"ESC {key!r}")
            return 2
        if len(data) < length:
            return 0
        value = data[2] if length > 2 else 0
        if key == "@":
            self._line.clear()
            self._reset_modes()
        elif key == "!":
            self._bold, self._underlined = bool(value & 8), bool(value & 128)
            self._high, self._wide = 1 + bool(value & 16), 1 + bool(value & 32)
        elif key in "EG":
            self._bold = bool(value & 1)
        elif key == "-":
            self._underlined = value % 48 > 0
        elif key == "a":
            self._align = value % 48 % 3
        elif key == "t":
            self._table = value
        elif key in "23":
            self._line_dots = value if key == "3" else 30
        elif key == "d":
            self._feed_lines(value)
        elif key == "J":
            self._flush_line()
            self.paper.feed(value)
        elif key == "p":
            self._state.kick_drawer()
        elif key == "*":
            self.unknown.append("ESC * (column picture)")
        return length

    def _group(self, data: bytes) -> int:
        if len(data) < 3:
            return 0
        key, value = chr(data[1]), data[2]
        if key == "(":
            return self._function(data)
        if key == "v":
            return self._raster(data)
        if key == "V":
            return self._cut(data)
        if key == "k":
            return self._skip_barcode(data)
        length = _GS_LENGTHS.get(key)
        if length is None:
            self.unknown.append(f"GS {key!r}")
            return 2
        if len(data) < length:
            return 0
        if key == "!":
            self._wide, self._high = (value >> 4) + 1, (value & 15) + 1
        elif key == "r":
            self._reply(self._state.in_order_answer(value))
        elif key == "a":
            self._state.enable_asb(value != 0)
        elif key == "I":
            self._reply(b"_Refectory simulator\x00" if value >= 65 else b"\x20")
        return length

    def _function(self, data: bytes) -> int:
        if len(data) < 5:
            return 0
        length = 5 + data[3] + 256 * data[4]
        if len(data) < length:
            return 0
        body = data[5:length]
        if data[2:3] == b"k" and body[:1] == b"1":
            self._qr_function(body[1], body[2:])
        elif data[2:3] == b"H" and body[:2] == b"00":
            self._reply(b"\x37\x22" + body[2:] + b"\x00")
        else:
            self.unknown.append(f"GS ( {chr(data[2])!r}")
        return length

    def _qr_function(self, function: int, value: bytes) -> None:
        if function == 67:
            self._qr_dots = value[0]
        elif function == 69:
            self._qr_level = value[0]
        elif function == 80:
            self._qr_data = value[1:]
        elif function == 81:
            code = qrcode.QRCode(box_size=self._qr_dots, border=0, error_correction=_QR_LEVELS[self._qr_level])
            code.add_data(self._qr_data)
            self.paper.print_image(code.make_image().get_image(), self._align)

    def _raster(self, data: bytes) -> int:
        if len(data) < 8:
            return 0
        width_bytes, height = data[4] + 256 * data[5], data[6] + 256 * data[7]
        length = 8 + width_bytes * height
        if len(data) < length:
            return 0
        image = Image.frombytes("1", (width_bytes * 8, height), bytes(byte ^ 0xFF for byte in data[8:length]))
        self.paper.print_image(image, self._align)
        return length

    def _cut(self, data: bytes) -> int:
        with_feed = data[2] in (65, 66, 97, 98, 103, 104)
        if with_feed and len(data) < 4:
            return 0
        self._flush_line()
        if with_feed:
            self.paper.feed(data[3])
        self._state.cut()
        return 4 if with_feed else 3

    def _skip_barcode(self, data: bytes) -> int:
        if data[2] < 65:
            end = data.find(0, 3)
            length = end + 1 if end > 0 else 0
        else:
            length = 4 + data[3] if len(data) > 3 else 0
        if not length or len(data) < length:
            return 0
        self.unknown.append("GS 'k' (linear bar code)")
        return length

    def _put(self, character: str) -> None:
        used = sum(cell.wide for cell in self._line) * CELL_WIDTH
        if used + self._wide * CELL_WIDTH > PRINT_DOTS:
            self._flush_line()
        self._line.append(Cell(character, self._bold, self._wide, self._high, self._underlined))

    def _flush_line(self) -> bool:
        if not self._line:
            return False
        self.paper.print_cells(self._line, self._align, self._line_dots)
        self._line.clear()
        return True

    def _line_feed(self) -> None:
        if not self._flush_line():
            self.paper.feed(self._line_dots)
            self.paper.note_empty_line()

    def _feed_lines(self, lines: int) -> None:
        if self._flush_line():
            lines -= 1
        for _ in range(lines):
            self._line_feed()


class PrinterState(ABC):
    """What the engine needs of the printer around it."""

    @abstractmethod
    def in_order_answer(self, question: int) -> bytes:
        """The answer to GS r."""

    @abstractmethod
    def enable_asb(self, enabled: bool) -> None:
        """GS a was received."""

    @abstractmethod
    def kick_drawer(self) -> None:
        """ESC p was received."""

    @abstractmethod
    def cut(self) -> None:
        """The knife fell."""
