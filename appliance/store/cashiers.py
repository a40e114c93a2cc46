"""Who may work at this till: by badge, or by name and PIN."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.store.pin_tries import PinTries
from masterdata.accounts_file import AccountsReader, AmbiguousBadge, CashierRow
from masterdata.pins import pin_matches

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cashier:
    """`language` is empty when nothing is known of it; `permissions` are what head office allows, such as "void"."""

    cashier_id: str
    name: str
    language: str
    permissions: frozenset[str]


class PinRefused(Exception):
    """The PIN was wrong (`wait_s` 0), or is not looked at for another `wait_s` seconds. Its text tells nothing of either."""

    def __init__(self, wait_s: int) -> None:
        super().__init__("PIN refused")
        self.wait_s = wait_s


class Cashiers:
    """The cashiers of the replica the bridge keeps; every call reads it anew, so one who is blocked is refused at once."""

    def __init__(self, reader: AccountsReader, tries: PinTries, now: Callable[[], datetime]) -> None:
        """`now` gives the time in UTC."""
        self._reader = reader
        self._tries = tries
        self._now = now

    def all(self) -> tuple[Cashier, ...]:
        """The cashiers who may sign in, by name; none while the list has not come or cannot be read."""
        return tuple(_cashier(row) for row in self._rows() if not row.blocked)

    def by_badge(self, number: str) -> Cashier | None:
        """The cashier whose badge this is; None when it is no cashier's, a blocked one's, or nobody can say whose."""
        try:
            row = self._reader.cashier_by_badge(number)
        except AmbiguousBadge:
            log.warning("a badge is refused: different cashiers have it")
            return None
        except sqlite3.Error as error:
            log.warning("the cashiers cannot be read: %s", error)
            return None
        return None if row is None or row.blocked else _cashier(row)

    def now(self, cashier: Cashier) -> Cashier | None:
        """The cashier with the permissions of now, None when they are blocked or gone; while nobody can say, as they were."""
        try:
            rows = self._reader.cashiers()
            if not rows and self._reader.as_of is None:
                return cashier
        except sqlite3.Error as error:
            log.warning("the cashiers cannot be read: %s", error)
            return cashier
        return next((_cashier(row) for row in rows if row.cashier_id == cashier.cashier_id and not row.blocked), None)

    def verify_pin(self, cashier_id: str, pin: str) -> Cashier:
        """The cashier, if the PIN is theirs; raises `PinRefused`. It takes about a tenth of a second, right or wrong."""
        now = self._now()
        wait_s = self._tries.wait_s(cashier_id, now)
        if wait_s:
            raise PinRefused(wait_s)
        self._tries.count(cashier_id, now)
        row = next((row for row in self._rows() if row.cashier_id == cashier_id and not row.blocked), None)
        if not pin_matches(row.pin_hash if row else "", pin) or row is None:
            raise PinRefused(self._tries.wait_s(cashier_id, now))
        self._tries.clear(cashier_id)
        return _cashier(row)

    def _rows(self) -> list[CashierRow]:
        try:
            return self._reader.cashiers()
        except sqlite3.Error as error:
            log.warning("the cashiers cannot be read: %s", error)
            return []


def cashier_names(reader: AccountsReader) -> Callable[[], dict[str, str]]:
    """What gives the names of all cashiers, blocked ones too, by id; empty while the list cannot be read."""

    def names() -> dict[str, str]:
        try:
            return {row.cashier_id: row.name for row in reader.cashiers()}
        except sqlite3.Error as error:
            log.warning("the cashiers cannot be read: %s", error)
            return {}

    return names


def _cashier(row: CashierRow) -> Cashier:
    return Cashier(row.cashier_id, row.name, row.language, row.permissions)
