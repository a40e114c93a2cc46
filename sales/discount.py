"""Reductions given by hand: a share in per cent or a fixed amount, never more than what they reduce."""

from dataclasses import dataclass

from sales.errors import SalesError
from sales.money import round_half_up
from sales.tax import BASIS_POINTS


class DiscountError(SalesError):
    """A discount is neither a percentage nor an amount, or a price set by hand is below zero."""


@dataclass(frozen=True)
class Discount:
    """What is taken off: `percent_bp` in basis points (10 % = 1000) or `amount_minor` in minor units, one of the two.

    Raises `DiscountError` unless exactly one is given, above zero and at most 100 %.
    """

    name: str
    percent_bp: int | None = None
    amount_minor: int | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.percent_bp is None) == (self.amount_minor is None):
            raise DiscountError(f"discount {self.name!r} is either a percentage or an amount")
        if self.percent_bp is not None and not 1 <= self.percent_bp <= BASIS_POINTS:
            raise DiscountError(f"discount {self.name!r}: 1 to {BASIS_POINTS} basis points, not {self.percent_bp}")
        if self.amount_minor is not None and self.amount_minor < 1:
            raise DiscountError(f"discount {self.name!r}: at least 1 minor unit, not {self.amount_minor}")

    def off_minor(self, amount_minor: int) -> int:
        """Return what is taken off `amount_minor`: at least nothing, at most all of it; a percentage is rounded once."""
        if amount_minor <= 0:
            return 0
        if self.percent_bp is not None:
            return round_half_up(amount_minor * self.percent_bp, BASIS_POINTS)
        return min(self.amount_minor or 0, amount_minor)


@dataclass(frozen=True)
class Override:
    """A price set by hand, per piece or per 100 g, in minor units; raises `DiscountError` when it is below zero."""

    unit_minor: int
    reason: str

    def __post_init__(self) -> None:
        if self.unit_minor < 0:
            raise DiscountError(f"a price set by hand cannot be below zero, this one is {self.unit_minor}")
