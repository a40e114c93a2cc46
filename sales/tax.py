"""Value added tax: rates over time, eat-in or take-away, and the breakdown of a ticket. Prices include the tax."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sales.errors import SalesError
from sales.money import round_half_up
from sales.text import Text

BASIS_POINTS = 10_000


class NoTaxRate(SalesError):
    """A tax class has no rate that is valid on the day."""


class Service(StrEnum):
    """Where the meal is eaten; it can change the rate of tax."""

    EAT_IN = "eat_in"
    TAKE_AWAY = "take_away"


@dataclass(frozen=True)
class TaxRate:
    """The rates of a tax class from `valid_from` on, in basis points (7 % = 700, 8.1 % = 810)."""

    valid_from: date
    eat_in_bp: int
    take_away_bp: int

    def __post_init__(self) -> None:
        for rate_bp in (self.eat_in_bp, self.take_away_bp):
            if not 0 <= rate_bp <= BASIS_POINTS:
                raise ValueError(f"a tax rate lies between 0 and {BASIS_POINTS} basis points, not {rate_bp}")


@dataclass(frozen=True)
class TaxClass:
    """What articles taxed alike have in common, with the rates it has had and will have."""

    id: str
    name: Text = field(hash=False)
    rates: tuple[TaxRate, ...]

    def rate_bp(self, service: Service, on: date) -> int:
        """Return the rate in basis points for `service` on the day `on`; raises `NoTaxRate` before the first one."""
        valid = [rate for rate in self.rates if rate.valid_from <= on]
        if not valid:
            raise NoTaxRate(f"tax class {self.id!r} has no rate valid on {on.isoformat()}")
        newest = max(valid, key=lambda rate: rate.valid_from)
        return newest.eat_in_bp if service is Service.EAT_IN else newest.take_away_bp


@dataclass(frozen=True)
class TaxLine:
    """The amounts of one rate on a ticket, in minor units: gross = net + tax."""

    rate_bp: int
    gross_minor: int
    net_minor: int
    tax_minor: int


@dataclass(frozen=True)
class RatePart:
    """A gross amount at one rate, in minor units."""

    rate_bp: int
    gross_minor: int


def breakdown(lines: Iterable[tuple[int, int]]) -> tuple[TaxLine, ...]:
    """Return one tax line per rate, lowest rate first, from (rate_bp, gross_minor) of every line.

    The tax is computed and rounded once per rate on the summed gross, so that gross = net + tax to the cent
    (EN 16931-1, BG-23: the VAT amount is stated per rate, not per line).
    """
    gross_by_rate: dict[int, int] = defaultdict(int)
    for rate_bp, gross_minor in lines:
        gross_by_rate[rate_bp] += gross_minor
    result = []
    for rate_bp, gross_minor in sorted(gross_by_rate.items()):
        tax_minor = round_half_up(gross_minor * rate_bp, BASIS_POINTS + rate_bp)
        result.append(TaxLine(rate_bp, gross_minor, gross_minor - tax_minor, tax_minor))
    return tuple(result)
