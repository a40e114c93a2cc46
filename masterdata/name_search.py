"""People's names as they are searched for: without case and accents, each word by its beginning."""

from __future__ import annotations

import unicodedata

SPELT_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"}
BARE = {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l"}


def search_key(name: str) -> str:
    """Return the words a name is found by, each with a space before it: "Jürg Meyer" -> " jurg meyer juerg"."""
    words = _words(name)
    spelt_out = [_bare("".join(SPELT_OUT.get(letter, letter) for letter in word)) for word in words]
    kept = dict.fromkeys([*map(_bare, words), *spelt_out])
    return "".join(f" {word}" for word in kept)


def search_terms(text: str) -> list[str]:
    """Return the words of what somebody typed, as they begin words of a `search_key`."""
    return [_bare(word) for word in _words(text)]


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter if letter.isalnum() or unicodedata.combining(letter) else " " for letter in folded).split()


def _bare(word: str) -> str:
    plain = "".join(BARE.get(letter, letter) for letter in word)
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
