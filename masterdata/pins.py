"""PINs of cashiers: kept only as Argon2id hashes (RFC 9106), in the encoded form "$argon2id$v=19$m=...,t=...,p=...$salt$hash"."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PIN, LONGEST_PIN = 4, 8


def check_pin(pin: str) -> None:
    """Raise `ValueError` unless the PIN is 4 to 8 digits; the message does not repeat it."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise ValueError(f"a PIN is {SHORTEST_PIN} to {LONGEST_PIN} digits")


def hash_pin(pin: str) -> str:
    """Return the encoded hash of a PIN under a new random salt. Raises `ValueError` for what `check_pin` refuses."""
    check_pin(pin)
    return _hasher().hash(pin)


def pin_matches(encoded: str, pin: str) -> bool:
    """Tell whether the PIN is the one that was hashed; an empty or unreadable hash matches nothing.

    It takes as long for a hash that is not there as for a wrong PIN.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(encoded or _decoy(), pin) and bool(encoded)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _decoy() -> str:
    return _hasher().hash("none")
