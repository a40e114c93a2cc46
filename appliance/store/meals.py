"""Which subsidised meals a guest has had: head office's count, and what this terminal has sold or taken back since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from masterdata.accounts_file import AccountRow
from sales.funding import MealUsed

if TYPE_CHECKING:
    from appliance.store.accounts import OwnEntries


class _Had(NamedTuple):
    at: datetime | None
    terminal: str


def meals_used(
    row: AccountRow, day: date, own: OwnEntries, above_seq: int, also: Collection[int]
) -> tuple[MealUsed, ...]:
    """The meals of the business day `day`, by meal service, with where and when the first one that counts was.

    `above_seq` and `also` say which own entries the row does not contain, as in `Journal.sum`.
    """
    had: dict[str, list[_Had]] = {}
    for meal in row.meals:
        had.setdefault(meal.meal, []).extend([_Had(meal.at, meal.terminal)] * meal.count)
    prefix = f"meal:{row.guest_id}:{day.isoformat()}:"
    for seq, key, count in own.movements(prefix, above_seq, also):
        meals = had.setdefault(key.removeprefix(prefix), [])
        if count > 0:
            meals.extend([_Had(_time_of(own, seq), own.terminal)] * count)
        elif count < 0:
            del meals[count:]
    return tuple(MealUsed(day, meal_id, len(meals), *meals[0]) for meal_id, meals in sorted(had.items()) if meals)


def _time_of(own: OwnEntries, seq: int) -> datetime | None:
    """When an entry was written; None when it has been pruned."""
    found = own.entries(seq - 1, 1)
    return datetime.fromisoformat(found[0].time_utc) if found and found[0].seq == seq else None
