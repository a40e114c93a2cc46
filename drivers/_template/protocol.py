"""Bytes in, numbers and complaints out. No port, no clock: this is the part that is easy to test."""

from __future__ import annotations

import re

from hal.errors import BadData

_NUMBER = re.compile(rb"[0-9A-Z]+")


def take_line(buffer: bytearray, max_length: int) -> str | None:
    """Remove the first complete line from `buffer` and return its number, or None when there is none yet.

    Raises `BadData` for a line that is no number; it is removed too.
    """
    line, end, rest = bytes(buffer).partition(b"\n")
    if not end and len(line) <= max_length:
        return None
    buffer[:] = rest
    if not end or len(line) > max_length or not _NUMBER.fullmatch(line):
        raise BadData("a line is no number")
    return line.decode("ascii")


def encode(number: str) -> bytes:
    """Return what a reader sends for `number`."""
    return number.encode("ascii") + b"\n"
