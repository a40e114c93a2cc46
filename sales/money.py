"""Money in whole minor units, and the only rounding in the house."""

from collections.abc import Sequence
from dataclasses import dataclass

from sales.errors import SalesError
from sales.figures import decimal_mark

_MINOR_DIGITS = {
    **dict.fromkeys(
        (
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
            "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip
_SYMBOLS = {"EUR": "€"}


class CurrencyMismatch(SalesError):
    """Two amounts of different currencies were added, subtracted or compared."""


def minor_digits(currency: str) -> int:
    """Return how many digits the minor unit of an ISO 4217 currency has (list one: EUR and CHF 2, JPY 0, KWD 3)."""
    return _MINOR_DIGITS.get(currency, 2)


def currency_symbol(currency: str) -> str:
    """Return the sign people know a currency by, or its ISO 4217 code."""
    return _SYMBOLS.get(currency, currency)


def round_half_up(numerator: int, denominator: int) -> int:
    """Return numerator / denominator to the nearest whole number, a half away from zero.

    Raises ValueError when the denominator is not above zero.
    """
    if denominator <= 0:
        raise ValueError(f"the denominator must be above zero, not {denominator}")
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def cash_round(amount_minor: int, step_minor: int) -> int:
    """Return the amount as it can be paid in coins: the nearest multiple of `step_minor`, a half away from zero.

    A step of 1 leaves the amount alone; Swiss francs use 5 (0.05 CHF). Raises ValueError when the step is below 1.
    """
    if step_minor < 1:
        raise ValueError(f"the cash rounding step must be at least 1 minor unit (1 = no rounding), not {step_minor}")
    return round_half_up(amount_minor, step_minor) * step_minor


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split `total_minor` in proportion to `weights`; the parts sum to the total exactly.

    Largest remainder: every part is within one minor unit of its exact share, and the first of equal remainders
    is served first. Raises ValueError when a weight is negative or all are zero.
    """
    if any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("weights must not be negative and at least one must be above zero")
    sign = -1 if total_minor < 0 else 1
    whole = sum(weights)
    shares = [divmod(abs(total_minor) * weight, whole) for weight in weights]
    parts = [quotient for quotient, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda index: -shares[index][1])
    for index in by_remainder[: abs(total_minor) - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


@dataclass(frozen=True)
class Money:
    """An amount in minor units of one ISO 4217 currency.

    Adding, subtracting or ordering two currencies raises `CurrencyMismatch`; they are merely unequal.
    """

    minor: int
    currency: str

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)


def format_minor(
    amount_minor: int,
    currency: str,
    language: str,
    symbol: bool = True,
    *,
    minus: str = "-",
    group: str = "\u202f",
) -> str:
    """Write an amount for people: 2340 EUR is "23.40 €" in English and "23,40 €" in French, German and Spanish.

    Francs are written as in Switzerland, "CHF 23.40", in every language. A currency without a symbol here is followed
    by its code. `minus` is the sign of negative amounts (U+2212 on screens), `group` parts the thousands: by default a
    narrow no-break space, which receipt printers lack.
    """
    digits = minor_digits(currency)
    whole, fraction = divmod(abs(amount_minor), 10**digits)
    figures = f"{whole:,}".replace(",", group)
    if digits:
        mark = "." if currency == "CHF" else decimal_mark(language)
        figures += f"{mark}{fraction:0{digits}d}"
    if amount_minor < 0:
        figures = minus + figures
    if not symbol:
        return figures
    if currency == "CHF":
        return f"CHF {figures}"
    return f"{figures} {currency_symbol(currency)}"
