"""Says whether a price is meant per 100 g, from the words of a name or a note."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PER_100_G = re.compile(r"(?:\b(?:je|pro|per|each|par|por|los)\s*|/\s*)100\s*(?:gramm|grams|gr|g)\b", re.IGNORECASE)
_NOTE = re.compile(
    r"\W*(?:(?:preis|price|prix|precio)\W+)?(?:(?:je|pro|per|each|par|por|los)\s*|/\s*)100\s*(?:gramm|grams|gr|g)\b(?:\W+(?:preis|price))?\W*"
    r"|\W*100\s*g\s+(?:preis|price)\W*",
    re.IGNORECASE,
)
_IN_NAME = re.compile(r"\s*[(\[]\s*" + _PER_100_G.pattern + r"\s*[)\]]|" + _PER_100_G.pattern, re.IGNORECASE)


def sold_by_weight(name: str, notes: Iterable[str]) -> bool:
    """True for "Salatbuffet (je 100g)" or a note that is a price remark as a whole.

    A note that only mentions 100 g, such as "Nährwerte pro 100 g ...", says nothing about the price.
    """
    return _PER_100_G.search(name) is not None or any(is_weight_note(note) for note in notes)


def is_weight_note(note: str) -> bool:
    """True where the whole note says "per 100 g" and nothing else."""
    return _NOTE.fullmatch(note) is not None


def without_weight(name: str) -> str:
    """The name without its "(je 100g)", which the unit states."""
    return _IN_NAME.sub("", name)
