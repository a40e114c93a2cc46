"""Guests as the terminal knows them: the replica's picture, and what this terminal has sold since it was made."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from appliance.store.meals import meals_used
from journal.database import Movement
from journal.entry import Entry
from masterdata.accounts_file import AccountRow, AccountsReader, AmbiguousBadge
from masterdata.photos import photo_file
from sales.account import account_key, local_key
from sales.funding import Diner, MealUsed

log = logging.getLogger(__name__)


class OwnEntries(Protocol):
    """What of the terminal's own journal counts beside the replica; see `journal.store.Journal`."""

    @property
    def terminal(self) -> str: ...

    @property
    def epoch(self) -> int: ...

    @property
    def pruned_seq(self) -> int: ...

    def sum(self, key: str, above_seq: int = 0, also: Collection[int] = ()) -> int: ...

    def movements(self, prefix: str, above_seq: int = 0, also: Collection[int] = ()) -> list[Movement]: ...

    def entries(self, after_seq: int, limit: int) -> list[Entry]: ...


class AccountsMissing(Exception):
    """There is no replica yet, or it cannot be read: nothing can be said about any badge."""


class Standing(StrEnum):
    """Whether the badge counts."""

    GOOD = "good"
    ACCOUNT_BLOCKED = "account_blocked"
    BADGE_BLOCKED = "badge_blocked"
    BADGE_REPLACED = "badge_replaced"
    BADGE_NOT_YET_VALID = "badge_not_yet_valid"
    BADGE_EXPIRED = "badge_expired"


@dataclass(frozen=True)
class Guest:
    """Amounts in minor units of the store's currency; `balance_minor` is the effective balance, without what other
    terminals hold of it. `spent_local_minor` was spent here without head office's word since its picture was made.

    `photo_path` is None while there is no picture here. `meals_used` are the subsidised meals of the day asked for.
    """

    guest_id: str
    display_name: str
    initials: str
    category_id: str
    balance_minor: int
    credit_limit_minor: int
    standing: Standing
    payer_id: str | None = None
    photo_path: Path | None = None
    meals_used: tuple[MealUsed, ...] = ()
    spent_local_minor: int = 0

    @property
    def diner(self) -> Diner:
        """The guest as prices and shares know them."""
        return Diner(self.category_id, self.guest_id, self.payer_id, self.meals_used)

    def having_had(self, meal: MealUsed) -> Guest:
        """The guest with a meal the accounts here do not show yet; as they are when they show it."""
        if self.diner.meal_used(meal.day, meal.meal_id) is not None:
            return self
        return replace(self, meals_used=(*self.meals_used, meal))


@dataclass(frozen=True)
class UnsentOf:
    """What entries not at head office yet put onto an account less what they took, and what of that head office was not
    asked for; in minor units."""

    moved_minor: int
    local_minor: int


class Accounts:
    """The replica the bridge keeps, read together with this terminal's own journal. Every call reads it anew."""

    def __init__(self, reader: AccountsReader, own: OwnEntries) -> None:
        self._reader = reader
        self._own = own
        self._as_of: datetime | None = None
        self._acknowledged = 0
        self.look()

    @property
    def folder(self) -> Path:
        """The folder of the terminal's files."""
        return self._reader.folder

    @property
    def as_of(self) -> datetime | None:
        """When head office made the replica, as of the last `look`; None while there is none."""
        return self._as_of

    @property
    def acknowledged(self) -> int:
        """The highest own entry the balances are known to contain, as of the last `look`."""
        return self._acknowledged

    def look(self) -> None:
        """See whether the bridge has brought a newer replica."""
        try:
            self._as_of = self._reader.as_of
            epoch, upto = self._reader.mark()
        except sqlite3.Error as error:
            log.warning("the accounts replica cannot be read: %s", error)
            self._as_of = None
            return
        self._acknowledged = upto if epoch == self._own.epoch else 0

    def by_badge(self, number: str, on: date) -> Guest | None:
        """The guest whose badge this is on that day; raises `AccountsMissing`.

        None when it is nobody's, or when different people's badges could be meant.
        """
        try:
            row = self._reader.guest_by_badge(number, on)
            self._check_there(row)
        except AmbiguousBadge:
            log.warning("a badge is refused: its reader gives only a part of the number, which different people share")
            return None
        except sqlite3.Error as error:
            raise AccountsMissing(str(error)) from error
        return self._effective(row, on) if row else None

    def by_id(self, guest_id: str, on: date) -> Guest | None:
        """The guest with that id, or None; the standing is that of the account. Raises `AccountsMissing`."""
        try:
            row = self._reader.guest(guest_id, on)
            self._check_there(row)
        except sqlite3.Error as error:
            raise AccountsMissing(str(error)) from error
        return self._effective(row, on) if row else None

    def unsent_of(self, guest_id: str, acknowledged: int) -> UnsentOf:
        """What own entries did to an account that head office's balance cannot contain: those above `acknowledged`, and
        those it could not read. Raises `AccountsMissing`."""
        try:
            row = self._reader.guest(guest_id)
        except sqlite3.Error as error:
            raise AccountsMissing(str(error)) from error
        also = row.quarantined if row is not None and row.epoch == self._own.epoch else ()
        moved_minor, local_minor = (
            self._own.sum(key, acknowledged, also) for key in (account_key(guest_id), local_key(guest_id))
        )
        return UnsentOf(moved_minor, local_minor)

    def search(self, text: str, on: date, limit: int = 20) -> tuple[Guest, ...]:
        """At most `limit` guests, by name, whose names have words that begin with those of `text`; none for none.

        Raises `AccountsMissing`.
        """
        try:
            rows = self._reader.search(text, limit, on)
            if not rows:
                self._check_there(None)
        except sqlite3.Error as error:
            raise AccountsMissing(str(error)) from error
        return tuple(self._effective(row, on) for row in rows)

    def _check_there(self, row: AccountRow | None) -> None:
        if row is None and self._reader.as_of is None:
            raise AccountsMissing

    def _effective(self, row: AccountRow, on: date) -> Guest:
        """Own entries count that the picture does not contain: those above its mark, and below it those head office
        could not take in. Of another epoch's mark, all of them do."""
        above_seq, also = (row.upto, row.quarantined) if row.epoch == self._own.epoch else (0, ())
        if 0 < above_seq < self._own.pruned_seq:
            raise AccountsMissing(
                "head office came back from an old backup; it has to hear of what was sold since first"
            )
        photo = photo_file(self._reader.folder, row.photo) if row.photo else None
        return Guest(
            guest_id=row.guest_id,
            display_name=row.display_name,
            initials=row.initials,
            category_id=row.guest_category_id,
            balance_minor=row.balance_minor
            - row.held_minor
            + self._own.sum(account_key(row.guest_id), above_seq, also),
            credit_limit_minor=row.credit_limit_minor,
            standing=_standing(row),
            payer_id=row.payer_id,
            photo_path=photo if photo and photo.is_file() else None,
            meals_used=meals_used(row, on, self._own, above_seq, also),
            spent_local_minor=self._own.sum(local_key(row.guest_id), above_seq, also),
        )


def _standing(row: AccountRow) -> Standing:
    badge = (
        (row.badge_blocked, Standing.BADGE_BLOCKED),
        (row.badge_replaced, Standing.BADGE_REPLACED),
        (row.badge_not_yet_valid, Standing.BADGE_NOT_YET_VALID),
        (row.badge_expired, Standing.BADGE_EXPIRED),
        (row.blocked, Standing.ACCOUNT_BLOCKED),
    )
    return next((standing for holds, standing in badge if holds), Standing.GOOD)
