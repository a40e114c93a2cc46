"""Coins, notes and typed amounts."""

from __future__ import annotations

from collections.abc import Mapping

from sales.money import minor_digits

_COINS: Mapping[str, tuple[int, ...]] = {
    "EUR": (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000),
    "CHF": (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 100000),
    "GBP": (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000),
}
_NOTES: Mapping[str, tuple[int, ...]] = {
    "EUR": (500, 1000, 2000, 5000),
    "CHF": (1000, 2000, 5000, 10000),
    "GBP": (500, 1000, 2000, 5000),
}
MOST_DIGITS = 9


def coins_and_notes(currency: str) -> tuple[int, ...]:
    """Every coin and note in minor units, smallest first; for a currency not listed here the series 1, 2, 5."""
    if currency in _COINS:
        return _COINS[currency]
    return tuple(step * 10**power for power in range(5) for step in (1, 2, 5))


def note_keys(currency: str) -> tuple[int, ...]:
    """The four notes people pay a meal with, in minor units, smallest first."""
    unit = 10 ** minor_digits(currency)
    return _NOTES.get(currency, (5 * unit, 10 * unit, 20 * unit, 50 * unit))


def parse_minor(text: str, currency: str) -> int | None:
    """The amount in minor units that was typed in whole units with or without decimals, None when it is none."""
    digits = minor_digits(currency)
    whole, _, fraction = text.partition(".")
    if not (whole or fraction) or len(fraction) > digits or not (whole + fraction).isdigit():
        return None
    scale: int = 10**digits
    return int(whole or "0") * scale + (int(fraction.ljust(digits, "0")) if fraction else 0)


def takes(text: str, typed: str, currency: str, *, decimal: bool) -> bool:
    """Whether `typed` can follow `text` on a pad."""
    if len(text) + len(typed) > MOST_DIGITS + 1:
        return False
    if typed == ".":
        return decimal and "." not in text and minor_digits(currency) > 0
    if not typed.isdigit() or not typed.isascii():
        return False
    _, mark, fraction = text.partition(".")
    return not mark or len(fraction) + len(typed) <= minor_digits(currency)
