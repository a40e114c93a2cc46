"""Guests as the terminal knows them: the replica's balance, and what this terminal has sold since the replica was made."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from masterdata.accounts_file import AccountRow, AccountsReader
from sales.account import account_key

log = logging.getLogger(__name__)
OwnMovements = Callable[[str, int, Collection[int]], int]
"""The sum of a key's deltas in this terminal's own entries above a sequence number, and in those listed."""


class AccountsMissing(Exception):
    """There is no replica yet, or it cannot be read: nothing can be said about any badge."""


class Standing(StrEnum):
    """Whether the badge counts."""

    GOOD = "good"
    ACCOUNT_BLOCKED = "account_blocked"
    BADGE_BLOCKED = "badge_blocked"
    BADGE_EXPIRED = "badge_expired"


@dataclass(frozen=True)
class Guest:
    """Amounts in minor units of the store's currency; `balance_minor` is the effective balance."""

    guest_id: str
    display_name: str
    initials: str
    category_id: str
    balance_minor: int
    credit_limit_minor: int
    standing: Standing


class Accounts:
    """The replica the bridge keeps, read together with this terminal's own journal of `epoch`."""

    def __init__(self, reader: AccountsReader, epoch: int, own_movements: OwnMovements) -> None:
        self._reader = reader
        self._epoch = epoch
        self._own_movements = own_movements
        self._as_of: datetime | None = None
        self._acknowledged = 0
        self.look()

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
        self._acknowledged = upto if epoch == self._epoch else 0

    def by_badge(self, number: str, on: date) -> Guest | None:
        """The guest whose badge this is on that day, or None when it is nobody's; raises `AccountsMissing`."""
        try:
            row = self._reader.guest_by_badge(number, on)
            if row is None and self._reader.as_of is None:
                raise AccountsMissing
        except sqlite3.Error as error:
            raise AccountsMissing(str(error)) from error
        return self._effective(row) if row else None

    def _effective(self, row: AccountRow) -> Guest:
        """Own entries count that the balance does not contain: those above its mark, and below it those head office
        could not take in. Of another epoch's mark, all of them do."""
        above_seq, also = (row.upto, row.quarantined) if row.epoch == self._epoch else (0, ())
        own_minor = self._own_movements(account_key(row.guest_id), above_seq, also)
        return Guest(
            guest_id=row.guest_id,
            display_name=row.display_name,
            initials=row.initials,
            category_id=row.guest_category_id,
            balance_minor=row.balance_minor + own_minor,
            credit_limit_minor=row.credit_limit_minor,
            standing=_standing(row),
        )


def _standing(row: AccountRow) -> Standing:
    if row.badge_blocked:
        return Standing.BADGE_BLOCKED
    if row.badge_expired:
        return Standing.BADGE_EXPIRED
    return Standing.ACCOUNT_BLOCKED if row.blocked else Standing.GOOD
