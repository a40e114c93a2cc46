"""Slip lines become ESC/POS bytes, by python-escpos."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image, UnidentifiedImageError

from drivers.charset import Charset
from drivers.escpos_printer.layout import columns, wrap
from drivers.escpos_printer.vendor import CAPABILITIES, HW_INIT, Dummy, EscposError
from hal.contracts.receipt_printer import (
    Align,
    PrintColumns,
    PrintCut,
    PrintFeed,
    PrintImage,
    PrintLine,
    PrintQr,
    PrintRule,
    PrintText,
    Size,
)
from hal.errors import BadJob, OptionError

_QR_LEVEL_M = 1
_QR_BYTES_MAX = 2331
"""ISO/IEC 18004, table 7: bytes in a version 40 symbol at level M."""
_QR_QUIET_MODULES = 4
"""ISO/IEC 18004, 6.3.8: white modules around the symbol; the printer adds none."""
_FEED_DOTS = b"\x1bJ"
_CELL_DOTS = 12


class Encoder:
    """Turns lines into bytes for one printer: `columns` wide, with the given character tables."""

    def __init__(self, columns: int, code_pages: str, profile: str, qr_dots: int) -> None:
        """Raises `OptionError` for a profile or character table that python-escpos does not know."""
        if profile not in CAPABILITIES["profiles"]:
            raise OptionError(f"driver escpos_printer: python-escpos knows no profile {profile!r}")
        self._columns = columns
        self._profile = profile
        self._qr_dots = qr_dots
        tables = [name.strip().upper() for name in code_pages.split(",") if name.strip()]
        magic = Dummy(profile=profile).magic.encoder
        known = sorted(name for name in magic.available_encodings if magic.can_encode(name, "a"))
        for name in tables:
            if name not in known:
                raise OptionError(
                    f"driver escpos_printer: option code_pages names {name}, profile {profile} has {', '.join(known)}"
                )
        if not tables:
            raise OptionError("driver escpos_printer: option code_pages names no character table; CP858 is a good one")
        self._charset = Charset(tables, magic.can_encode)

    def encode(self, lines: Sequence[PrintLine]) -> bytes:
        """Return the whole job, beginning with a reset of all modes; raises `BadJob` for what cannot be printed."""
        printer: Any = Dummy(profile=self._profile)
        printer._raw(HW_INIT)
        try:
            for line in lines:
                self._encode_line(printer, line)
        except EscposError as error:
            raise BadJob(f"python-escpos refuses the job: {error}") from error
        return bytes(printer.output)

    def _encode_line(self, printer: Any, line: PrintLine) -> None:
        match line:
            case PrintText(text, align, bold, size):
                self._text(printer, wrap(self._charset.printable(text), self._columns // size), align, bold, size)
            case PrintColumns(left, right, bold):
                left, right = self._charset.printable(left), self._charset.printable(right)
                self._text(printer, columns(left, right, self._columns), "left", bold, 1)
            case PrintRule():
                self._text(printer, [self._charset.printable("─") * self._columns], "left", False, 1)
            case PrintQr(data):
                self._qr(printer, data)
            case PrintFeed(count):
                if not 1 <= count <= 255:
                    raise BadJob(f"a feed of {count} lines is not possible; 1 to 255 are")
                printer.print_and_feed(count)
            case PrintImage(png):
                self._image(printer, png)
            case PrintCut():
                printer.cut(feed=False)

    def _text(self, printer: Any, lines: list[str], align: Align, bold: bool, size: Size) -> None:
        printer.set(align=align, bold=bold, width=size, height=size, custom_size=True)
        for line in lines:
            for table, part in self._charset.runs(line):
                printer.magic.write_with_encoding(table, part)
            printer._raw(b"\n")

    def _qr(self, printer: Any, data: str) -> None:
        size_bytes = len(data.encode("utf-8"))
        if not 1 <= size_bytes <= _QR_BYTES_MAX:
            raise BadJob(f"a QR code holds 1 to {_QR_BYTES_MAX} bytes, not {size_bytes}")
        printer.set(align="center")
        quiet_zone = _FEED_DOTS + bytes([_QR_QUIET_MODULES * self._qr_dots])
        printer._raw(quiet_zone)
        printer.qr(data, ec=_QR_LEVEL_M, size=self._qr_dots, native=True)
        printer._raw(quiet_zone)

    def _image(self, printer: Any, png: bytes) -> None:
        try:
            with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
                picture = image.convert("RGBA")
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise BadJob(f"a picture on the slip is no readable PNG: {error}") from error
        width = self._columns * _CELL_DOTS
        if picture.width > width:
            picture = picture.resize((width, max(1, round(picture.height * width / picture.width))))
        printer.set(align="center")
        printer.image(picture, impl="bitImageRaster")
