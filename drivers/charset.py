"""Text for a device with eight-bit character tables: every character comes out right, similar, or visibly missing."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Iterator, Sequence

log = logging.getLogger(__name__)

MISSING = "■"
"""Stands for a character that no table has and that has no relative in one. It is in CP858 and CP437."""

_SIMILAR = {
    "\u2018": "'", "\u2019": "'", "\u201a": ",", "\u201b": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2026": "...",
    "\u2022": "*", "\u2039": "<", "\u203a": ">", "\u2009": " ", "\u202f": " ", "\u2007": " ",
    "\u2002": " ", "\u2003": " ", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "",
    "\ufe0e": "", "\ufe0f": "", "\u2044": "/", "\u2033": '"', "\u2032": "'", "\u2122": "(TM)",
    "\u20a4": "£", "\u0152": "OE", "\u0153": "oe", "\u1e9e": "SS", "\u0192": "f",
}  # fmt: skip

_WORDS = {"\u20ac": "EUR", "\u00a3": "GBP"}
"""For signs that must not become a black square, when no table has them."""
_LAYOUT = {"\u00a0": " ", "\t": " ", "\u00ad": "", "\r": "", "\n": "\n"}
"""Characters that guide line breaking; tables that have them print them in different ways."""


class Charset:
    """The tables of one `device`, the preferred one first; `can_encode(table, character)` knows what they hold."""

    def __init__(self, tables: Sequence[str], can_encode: Callable[[str, str], bool], device: str = "printer") -> None:
        self._device = device
        self._tables = tuple(tables)
        self._can_encode = can_encode
        self._known: dict[str, str] = {}
        self._reported: set[str] = set()

    def printable(self, text: str) -> str:
        """Return `text` with every character that no table has replaced by its nearest relative.

        The relative is a typographic equivalent or the letter without its accents; failing that `MISSING`, and
        the character is named in the log once.
        """
        return "".join(
            self._known[character] if character in self._known else self._replace(character)
            for character in unicodedata.normalize("NFC", text)
        )

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """Cut printable text into (table, part) pairs, staying with a table as long as it serves."""
        table, part = self._tables[0], ""
        for character in text:
            if not self._can_encode(table, character):
                if part:
                    yield table, part
                table, part = self._table_of(character) or self._tables[0], ""
            part += character
        if part:
            yield table, part

    def _table_of(self, character: str) -> str | None:
        return next((table for table in self._tables if self._can_encode(table, character)), None)

    def _replace(self, character: str) -> str:
        found = self._find(character)
        self._known[character] = found
        return found

    def _find(self, character: str) -> str:
        if character in _LAYOUT:
            return _LAYOUT[character]
        if character >= " " and character != "\x7f" and self._can_encode(self._tables[0], character):
            return character
        if character in _SIMILAR:
            return "".join(self.printable(part) for part in _SIMILAR[character])
        if character > "\x7f" and self._table_of(character):
            return character
        if character in _WORDS:
            return _WORDS[character]
        plain = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
        if plain and plain != character:
            return self.printable(plain)
        if unicodedata.category(character) in ("Cc", "Cf", "Mn", "Me"):
            return ""
        if character not in self._reported:
            self._reported.add(character)
            mark = "a black square" if self._table_of(MISSING) else "#"
            log.warning("the %s has no character U+%04X; it comes out as %s", self._device, ord(character), mark)
        return MISSING if self._table_of(MISSING) else "#"
