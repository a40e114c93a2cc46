"""The terminal's end of the accounts replica: a guest and the mark their balance contains, in one read.

Own entries above the mark are to be added: effective balance = `balance_minor` - `held_minor` + own deltas above `upto`
and of the entries `quarantined` below it.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from masterdata.accounts_document import Meal
from masterdata.badges import badge_hash
from masterdata.name_search import search_terms

_GUEST = """
SELECT g.guest_id, g.display_name, g.initials, g.guest_category_id, g.payer_id, g.photo, g.balance_minor,
       g.credit_limit_minor, g.held_minor, r.epoch, r.upto, r.quarantined, g.meals, g.blocked"""
_BY_ID = f"{_GUEST}, 0, 0, 0, 0 FROM replica r JOIN guest g WHERE g.guest_id = ?"
_BY_NAME = f"{_GUEST}, 0, 0, 0, 0 FROM replica r JOIN guest g WHERE %s ORDER BY g.name_key, g.guest_id LIMIT ?"
_BY_BADGE = f"""{_GUEST}, b.blocked, b.replaced, coalesce(b.valid_from > :day, 0), coalesce(b.valid_to < :day, 0)
FROM replica r JOIN badge b JOIN guest g ON g.guest_id = b.guest_id
WHERE b.hash = :hash OR b.short_hash = :hash ORDER BY b.hash = :hash DESC"""
_CASHIERS = "SELECT c.cashier_id, c.name, c.language, c.permissions, c.blocked, c.pin_hash FROM cashier c "
_CASHIER_BY_BADGE = f"{_CASHIERS} JOIN cashier_badge b ON b.cashier_id = c.cashier_id WHERE b.hash = ?"
_meals: msgspec.json.Decoder[list[Meal]] = msgspec.json.Decoder(list[Meal])


class AmbiguousBadge(Exception):
    """The number is that of badges of different people: nobody can say whose it is."""


@dataclass(frozen=True)
class AccountRow:
    """A guest, and the mark (`epoch`, `upto`) their balance and meals contain, but for the entries `quarantined`.

    `initials` are for a screen others can see. `photo` is empty when there is none. `meals` are those of one day.
    `held_minor` is what head office holds of the balance for sales at other terminals.
    """

    guest_id: str
    display_name: str
    initials: str
    guest_category_id: str
    payer_id: str | None
    photo: str
    balance_minor: int
    credit_limit_minor: int
    held_minor: int
    epoch: int
    upto: int
    quarantined: tuple[int, ...]
    meals: tuple[Meal, ...]
    blocked: bool
    badge_blocked: bool
    badge_replaced: bool
    badge_not_yet_valid: bool
    badge_expired: bool


@dataclass(frozen=True)
class CashierRow:
    """A cashier; `pin_hash` is an encoded Argon2id hash or empty, `language` may be empty."""

    cashier_id: str
    name: str
    language: str
    permissions: frozenset[str]
    blocked: bool
    pin_hash: str

    def __repr__(self) -> str:
        return f"CashierRow(cashier_id={self.cashier_id!r})"


class AccountsReader:
    """Before the bridge has written anything every answer is "nothing known": see `as_of`. Raises `sqlite3.Error`."""

    def __init__(self, path: Path, badge_key: bytes) -> None:
        self._path, self._badge_key = path, badge_key

    @property
    def folder(self) -> Path:
        """The folder of the file, with the photos beside it."""
        return self._path.parent

    def guest_by_badge(self, badge_number: str, on: date | None = None) -> AccountRow | None:
        """Return whose badge this is on that day (the local day if not given), None when nobody's.

        A number of four bytes is also looked for as the beginning of a longer one. Raises `AmbiguousBadge`.
        """
        hashed = self._hashed(badge_number)
        if hashed is None:
            return None
        day = on or _today()
        found = self._all(_BY_BADGE, {"day": day.isoformat(), "hash": hashed})
        if len({row[0] for row in found}) > 1:
            raise AmbiguousBadge
        return _row(found[0], day) if found else None

    def guest(self, guest_id: str, on: date | None = None) -> AccountRow | None:
        """Return the guest with that id; the badge fields are False."""
        found = self._all(_BY_ID, (guest_id,))
        return _row(found[0], on or _today()) if found else None

    def search(self, text: str, limit: int, on: date | None = None) -> list[AccountRow]:
        """Return at most `limit` guests, by name, in whose names a word begins with each word of `text`; none for none."""
        terms = search_terms(text)
        if not terms:
            return []
        where = " AND ".join(["g.name_key LIKE ?"] * len(terms))
        day = on or _today()
        return [_row(row, day) for row in self._all(_BY_NAME % where, (*(f"% {term}%" for term in terms), limit))]

    def cashiers(self) -> list[CashierRow]:
        """Return all cashiers by name, blocked ones too."""
        return [_cashier(row) for row in self._all(f"{_CASHIERS} ORDER BY c.name, c.cashier_id")]

    def cashier_by_badge(self, badge_number: str) -> CashierRow | None:
        """Return whose badge this is, None when no cashier's. Raises `AmbiguousBadge`."""
        hashed = self._hashed(badge_number)
        found = [] if hashed is None else self._all(_CASHIER_BY_BADGE, (hashed,))
        if len(found) > 1:
            raise AmbiguousBadge
        return _cashier(found[0]) if found else None

    def mark(self) -> tuple[int, int]:
        """Return the (epoch, upto) of this terminal that the balances contain; (0, 0) when nothing is here."""
        rows = self._all("SELECT epoch, upto FROM replica")
        return (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)

    @property
    def as_of(self) -> datetime | None:
        """When head office made this picture; None when nothing is here."""
        rows = self._all("SELECT as_of FROM replica")
        return datetime.fromisoformat(rows[0][0]) if rows else None

    @property
    def version(self) -> int:
        """The version held; 0 when nothing is here."""
        rows = self._all("SELECT version FROM replica")
        return int(rows[0][0]) if rows else 0

    def _hashed(self, badge_number: str) -> str | None:
        try:
            return badge_hash(self._badge_key, badge_number)
        except ValueError:
            return None

    def _all(self, sql: str, parameters: tuple[object, ...] | dict[str, str] = ()) -> list[Any]:
        if not self._path.exists():
            return []
        with closing(sqlite3.connect(self._path, timeout=5.0)) as connection:
            connection.execute("PRAGMA query_only=1")
            try:
                return connection.execute(sql, parameters).fetchall()
            except sqlite3.OperationalError as problem:
                if "no such table" in str(problem):
                    return []
                raise


def _row(found: tuple[Any, ...], day: date) -> AccountRow:
    meals = tuple(meal for meal in _meals.decode(found[12]) if meal.day == day)
    values: list[Any] = [*found[:11], tuple(json.loads(found[11])), meals, *map(bool, found[13:])]
    return AccountRow(*values)


def _cashier(found: tuple[Any, ...]) -> CashierRow:
    cashier_id, name, language, permissions, blocked, pin_hash = found
    return CashierRow(cashier_id, name, language, frozenset(json.loads(permissions)), bool(blocked), pin_hash)


def _today() -> date:
    return datetime.now().astimezone().date()
