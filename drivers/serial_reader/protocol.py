"""Frames of text on a serial line. Pure: bytes and times in, numbers and complaints out."""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import reduce

STX, ETX, CR, LF = 0x02, 0x03, 0x0D, 0x0A

_TERMINATORS = {"stx_etx": bytes([ETX]), "cr": bytes([CR]), "lf": bytes([LF]), "crlf": bytes([CR, LF])}
_CHARSETS = {
    "digits": frozenset(string.digits.encode()),
    "hex": frozenset(string.hexdigits.encode()),
    "printable": frozenset(range(0x20, 0x7F)),
}
_CHECKSUM_CHARACTERS = {"none": 0, "xor": 2, "mod10": 1}


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """How a reader writes a number; the options of the descriptor."""

    frame: str = "crlf"
    checksum: str = "none"
    charset: str = "printable"
    min_length: int = 1
    max_length: int = 64
    gap_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Good:
    """A number whose frame was complete and whose checks held."""

    number: str


@dataclass(frozen=True, slots=True)
class Bad:
    """Bytes that were thrown away; `problem` says why and never shows them, since they may be part of a number."""

    problem: str


class FrameParser:
    """Cuts a stream into frames. A doubtful frame is thrown away whole: no number is better than a wrong one."""

    def __init__(self, form: FrameFormat) -> None:
        self._form = form
        self._terminator = _TERMINATORS[form.frame]
        self._longest = form.max_length + _CHECKSUM_CHARACTERS[form.checksum] + len(self._terminator)
        self._pending = bytearray()
        self._in_frame = form.frame != "stx_etx"
        self._overflow = False
        self._doubtful = False
        self._last_byte_s = 0.0

    def feed(self, data: bytes, now_s: float) -> list[Good | Bad]:
        """Take bytes that arrived at `now_s` (monotonic seconds) and return what they completed, in order."""
        results = self.expire(now_s)
        for byte in data:
            result = self._take(byte)
            if result is not None:
                results.append(result)
        if data:
            self._last_byte_s = now_s
        return results

    def expire(self, now_s: float) -> list[Good | Bad]:
        """Give up a frame whose last byte is longer ago than the allowed gap."""
        if not self._begun or now_s - self._last_byte_s < self._form.gap_s:
            return []
        overflowed = self._overflow
        self._restart()
        return [] if overflowed else [Bad("a frame began and did not end")]

    @property
    def _begun(self) -> bool:
        return bool(self._pending) or self._overflow or (self._form.frame == "stx_etx" and self._in_frame)

    def _restart(self, in_frame: bool = False) -> None:
        self._pending.clear()
        self._overflow = self._doubtful = False
        self._in_frame = in_frame or self._form.frame != "stx_etx"

    def _take(self, byte: int) -> Good | Bad | None:
        if self._form.frame == "stx_etx" and not self._overflow:
            if byte == STX and self._begun:
                # This may be a damaged byte in the middle of a number, whose rest must not become a number.
                self._overflow = self._doubtful = True
                return Bad("a frame began within another one")
            if byte == STX:
                self._restart(in_frame=True)
                return None
            if not self._in_frame:
                if byte in (CR, LF):
                    return None
                self._overflow = True
                return Bad("bytes arrived outside a frame")
        self._pending.append(byte)
        if self._overflow:
            self._skip(byte)
            return None
        if self._pending.endswith(self._terminator):
            text = bytes(self._pending[: -len(self._terminator)])
            self._restart()
            return self._check(text)
        if len(self._pending) > self._longest:
            self._overflow = True
            return Bad("a frame is longer than a number can be")
        return None

    def _skip(self, byte: int) -> None:
        """After nonsense, wait for the end of a frame (or, without doubt, the next beginning) or for a pause."""
        if self._form.frame == "stx_etx" and byte == STX and not self._doubtful:
            self._restart(in_frame=True)
        elif self._pending.endswith(self._terminator):
            self._restart()
        elif len(self._pending) > 1:
            del self._pending[:-1]

    def _check(self, text: bytes) -> Good | Bad | None:
        if not text:
            return Bad("an empty frame arrived") if self._form.frame == "stx_etx" else None
        count = _CHECKSUM_CHARACTERS[self._form.checksum]
        number, check = (text[:-count], text[-count:]) if count else (text, b"")
        if not set(number) <= _CHARSETS[self._form.charset]:
            return Bad(f"a frame holds characters other than {self._form.charset}")
        if not self._form.min_length <= len(number) <= self._form.max_length:
            return Bad(
                f"a number has {len(number)} characters, allowed are {self._form.min_length} to {self._form.max_length}"
            )
        if self._form.checksum != "none" and check.upper() != checksum(self._form.checksum, number):
            return Bad("the checksum does not fit")
        return Good(number.decode("ascii"))


def checksum(kind: str, number: bytes) -> bytes:
    """Return the characters that protect `number`.

    "xor": all bytes exclusive-ored, as two hex digits. "mod10": the digit by which the Luhn sum of digits and check
    digit becomes a multiple of ten (ISO/IEC 7812-1, annex B); empty when `number` holds anything but digits.
    """
    if kind == "xor":
        return b"%02X" % reduce(lambda a, b: a ^ b, number, 0)
    if kind == "mod10":
        if not number.isdigit():
            return b""
        total = 0
        for position, byte in enumerate(reversed(number)):
            digit = (byte - 0x30) * (2 if position % 2 == 0 else 1)
            total += digit - 9 if digit > 9 else digit
        return b"%d" % (-total % 10)
    return b""


def encode(number: str, form: FrameFormat) -> bytes:
    """Return the bytes a reader of this format sends for `number`."""
    text = number.encode("ascii")
    start = bytes([STX]) if form.frame == "stx_etx" else b""
    return start + text + checksum(form.checksum, text) + _TERMINATORS[form.frame]
