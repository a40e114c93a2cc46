"""Numbers that are typed or scanned: price look-up numbers, and EAN-13 codes that carry a price or a weight.

GS1 General Specifications, section 1.4.4 (restricted circulation numbers): prefixes 20 to 29 mean what the shop
decides. Here 20-24 carry a price and 25-29 a weight:

    2 x PPPPP VVVVV C     x = 0-4: V is the price in minor units; x = 5-9: V is the weight in grams

with P the price look-up number and C the check digit.
"""

import re
from dataclasses import dataclass

from sales.errors import SalesError

_PLU = re.compile(r"[0-9]{1,5}", re.ASCII)
_EAN_13 = re.compile(r"[0-9]{13}", re.ASCII)
_FIRST_WEIGHT_PREFIX = 5


class EanError(SalesError):
    """A code was misread: its check digit does not fit, or it carries neither a price nor a weight."""


@dataclass(frozen=True)
class PriceEmbedded:
    """What a code from the shop's own scale says: the article by `plu`, and either `amount_minor` or `weight_g`."""

    plu: int
    amount_minor: int | None
    weight_g: int | None


def plu(text: str) -> int | None:
    """Return the price look-up number that was typed, 1 to 99999, or None when `text` is none."""
    return int(text) or None if _PLU.fullmatch(text) else None


def check_digit(digits: str) -> int:
    """Return the check digit for the digits before it (GS1 General Specifications, section 7.9.1).

    Works for EAN-8, UPC-A, EAN-13 and GTIN-14: seen from the right, the digits count 3, 1, 3, 1 ... Raises ValueError
    for anything but digits.
    """
    if not digits.isascii() or not digits.isdecimal():
        raise ValueError(f"a check digit is made from digits, not {digits!r}")
    weighted = sum(int(digit) * (1 if index % 2 else 3) for index, digit in enumerate(reversed(digits)))
    return -weighted % 10


def price_embedded(code: str) -> PriceEmbedded | None:
    """Return what a scanned code carries, or None when it is no EAN-13 of the shop's own (prefix 20 to 29).

    Raises `EanError` when the check digit is wrong, or when the number, the price or the weight is zero.
    """
    if not _EAN_13.fullmatch(code) or code[0] != "2":
        return None
    expected = check_digit(code[:-1])
    if int(code[-1]) != expected:
        raise EanError(f"{code} was misread: its last digit must be {expected}")
    number, value = int(code[2:7]), int(code[7:12])
    if not number or not value:
        raise EanError(f"{code} carries no {'price or weight' if number else 'article number'}")
    if int(code[1]) < _FIRST_WEIGHT_PREFIX:
        return PriceEmbedded(number, amount_minor=value, weight_g=None)
    return PriceEmbedded(number, amount_minor=None, weight_g=value)
