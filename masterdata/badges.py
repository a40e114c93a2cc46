"""Badge numbers as head office and terminal both see them: one spelling, kept only as a keyed hash.

Two kinds of reader may show one card in different ways: as hexadecimal or decimal digits, with either byte first, and
whole or cut to four bytes. `canonical` brings what a reader gives to the one spelling, `short_number` is what is left
of a number where a reader gives only its first four bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass

SHORTEST_KEY_BYTES = 16
SHORT_BYTES = 4
UID_BYTES = (4, 7, 10)
"""Lengths of a card's unique identifier (ISO/IEC 14443-3, 6.5.4: single, double and triple size)."""

RADIXES = ("text", "hex", "decimal")
BYTE_ORDERS = ("msb", "lsb")
_LONG_UID = re.compile(r"[0-9A-F]{14}|[0-9A-F]{20}")


@dataclass(frozen=True)
class BadgeFormat:
    """How a reader writes the number of a card.

    `radix` is "hex", "decimal", or "text" for numbers that are taken as they are. `byte_order` "msb" means that the
    byte the card sends first is written first, "lsb" that it is written last. `bytes` is the length of every number,
    4, 7 or 10; 0 = whatever comes.
    """

    radix: str = "text"
    byte_order: str = "msb"
    bytes: int = 0

    def __post_init__(self) -> None:
        if self.radix not in RADIXES:
            raise ValueError(f"badge format: {self.radix!r} is none of {', '.join(RADIXES)}")
        if self.byte_order not in BYTE_ORDERS:
            raise ValueError(f"badge byte order: {self.byte_order!r} is none of {', '.join(BYTE_ORDERS)}")
        if self.bytes not in (0, *UID_BYTES):
            raise ValueError(f"badge length: {self.bytes} bytes are none of 0, 4, 7, 10")


AS_TEXT = BadgeFormat()


def canonical(text: str, format: BadgeFormat = AS_TEXT) -> str:
    """Return the number a reader of that format gave: upper-case hex digits, the byte the card sends first in front.

    A decimal number of unknown length gets the shortest length of a card that holds it; hex digits keep theirs. With the
    format "text" this is `normalise`. Raises `ValueError` for what is no number of that format.
    """
    number = normalise(text)
    if format.radix == "text":
        return number
    digits = r"[0-9]+" if format.radix == "decimal" else r"[0-9A-F]+"
    if not re.fullmatch(digits, number):
        raise ValueError(f"badge number: expected {format.radix} digits only")
    value = int(number, 10 if format.radix == "decimal" else 16)
    length = format.bytes or (_length_of(value) if format.radix == "decimal" else (len(number) + 1) // 2)
    try:
        raw = value.to_bytes(length, "big")
    except OverflowError as problem:
        raise ValueError(f"badge number: longer than {length} bytes") from problem
    return (raw[::-1] if format.byte_order == "lsb" else raw).hex().upper()


def short_number(number: str) -> str | None:
    """Return what a reader gives of a card's 7 or 10 byte number when it gives four: its first four bytes.

    None for a number of any other form. Two cards may have the same one: whoever looks a card up by it has to count.
    """
    number = normalise(number)
    return number[: SHORT_BYTES * 2] if _LONG_UID.fullmatch(number) else None


def normalise(number: str) -> str:
    """Return the number in the one spelling that is hashed: upper case, letters and digits only ("04:a2 3f" -> "04A23F").

    Raises `ValueError` when nothing is left.
    """
    kept = "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isalnum())
    if not kept:
        raise ValueError("badge number: no letter or digit in it")
    return kept


def badge_hash(key: bytes, number: str) -> str:
    """Return HMAC-SHA256 (RFC 2104) of the normalised number under the store's badge key, as 64 hex digits.

    Raises `ValueError` for a number without letter or digit, or a key shorter than 16 bytes.
    """
    if len(key) < SHORTEST_KEY_BYTES:
        raise ValueError(f"badge key: {len(key)} bytes, at least {SHORTEST_KEY_BYTES} are needed")
    return hmac.new(key, normalise(number).encode(), hashlib.sha256).hexdigest()


def short_badge_hash(key: bytes, number: str) -> str:
    """Return `badge_hash` of the number's short form, empty when it has none. Raises like `badge_hash`."""
    short = short_number(number)
    return badge_hash(key, short) if short else ""


def _length_of(value: int) -> int:
    """The shortest card length in bytes that holds the value."""
    return next((length for length in UID_BYTES if value < 1 << 8 * length), UID_BYTES[-1])
