"""Badge numbers as head office and terminal both see them: one spelling, kept only as a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

SHORTEST_KEY_BYTES = 16


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
