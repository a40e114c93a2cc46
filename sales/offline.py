"""What a guest may spend while head office cannot be asked. Pure: nobody is asked, nothing is remembered.

`refuse` bounds money: on one terminal and in one outage a guest spends at most the limit, whatever the balance, so that N
terminals cut off at once leave an account at most credit limit + N x limit below zero. `feed_first` bounds meals: one meal in each
service whatever balance and limit; what stands beside the meal is bounded like everybody's money.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sales.errors import CatalogueError, SalesError
from sales.spending import check_spend

DEFAULT_LIMIT_MINOR = 3000


class OfflineKind(StrEnum):
    """The promise of a guest category while there is no connection."""

    REFUSE = "refuse"
    FEED_FIRST = "feed_first"


@dataclass(frozen=True)
class OfflinePolicy:
    """`limit_minor` is what one guest may spend on one terminal in one outage. Raises `CatalogueError` below zero."""

    kind: OfflineKind = OfflineKind.REFUSE
    limit_minor: int = DEFAULT_LIMIT_MINOR

    def __post_init__(self) -> None:
        if self.limit_minor < 0:
            raise CatalogueError(f"the offline limit cannot be below zero, it is {self.limit_minor}")


DEFAULT_OFFLINE = OfflinePolicy()
"""What counts for a guest category that says nothing else."""


class OfflineLimit(SalesError):
    """More than the limit would be spent in this outage; all figures in minor units, `left_minor` may still be spent."""

    def __init__(self, limit_minor: int, spent_minor: int, amount_minor: int) -> None:
        super().__init__(f"{spent_minor} of {limit_minor} are spent in this outage, {amount_minor} is too much")
        self.limit_minor = limit_minor
        self.spent_minor = spent_minor
        self.amount_minor = amount_minor
        self.left_minor = max(limit_minor - spent_minor, 0)
        self.missing_minor = amount_minor - self.left_minor


class BesideMeal(SalesError):
    """The meal is promised to the guest, what lies beside it on the tray is not covered; all figures in minor units."""

    def __init__(self, meal_minor: int, beside_minor: int) -> None:
        super().__init__(f"the meal of {meal_minor} is promised, {beside_minor} beside it is not covered")
        self.meal_minor = meal_minor
        self.beside_minor = beside_minor


def check_offline(
    policy: OfflinePolicy,
    *,
    balance_minor: int,
    credit_limit_minor: int,
    spent_minor: int,
    amount_minor: int,
    first_meal_minor: int | None = None,
) -> bool:
    """Raise unless a guest may spend the amount without an answer from head office; tells whether only a promise covers it.

    `balance_minor` is the effective balance, `spent_minor` what the guest has spent here in this outage. `first_meal_minor` is
    what of the amount is one meal, the guest's first in this service as far as is known here; None when there is none. Raises
    `InsufficientBalance` or `OfflineLimit`, or `BesideMeal` where only the meal is promised; ValueError for an amount or credit
    limit below zero.
    """

    def check(minor: int) -> None:
        check_spend(balance_minor, minor, credit_limit_minor)
        if minor and spent_minor + minor > policy.limit_minor:
            raise OfflineLimit(policy.limit_minor, spent_minor, minor)

    try:
        check(amount_minor)
    except SalesError:
        if policy.kind is OfflineKind.REFUSE or first_meal_minor is None:
            raise
    else:
        return False
    beside_minor = max(amount_minor - first_meal_minor, 0)
    try:
        check(beside_minor)
    except SalesError as error:
        raise BesideMeal(amount_minor - beside_minor, beside_minor) from error
    return True


def promised_meal_key(guest_id: str, day: date, meal_id: str) -> str:
    """Return the key under which the meals sold to a guest of a feed-first category are counted, by service."""
    return f"promised_meal:{guest_id}:{day.isoformat()}:{meal_id}"
