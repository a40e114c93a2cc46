"""Wrong PINs are counted, and cost time (`sign_in.sqlite`): what makes guessing hopeless, also with the power switched off and on."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database, Migrations

log = logging.getLogger(__name__)

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)

migrations = Migrations("sign_in")


@migrations()
def m001_first(db: Database) -> None:
    """How many PINs in a row were wrong, by cashier, and when the last one was tried."""
    db.table("tries").create({"cashier_id": str, "wrong": int, "last_at": str}, pk="cashier_id", strict=True)


class _Tries(NamedTuple):
    wrong: int
    last_at: datetime


class PinTries:
    """Five wrong PINs in a row cost 30 seconds, each further one twice as long as the one before, an hour at most.

    A try counts as wrong from before it is looked at, so that cutting the power takes nothing back. When the file cannot be
    written the counting goes on in memory. Used from one thread.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tries: dict[str, _Tries] = {}
        self._connection = _connect(path)
        for cashier_id, wrong, last_at in self._connection.execute("select cashier_id, wrong, last_at from tries"):
            self._tries[cashier_id] = _Tries(wrong, datetime.fromisoformat(last_at))

    def wait_s(self, cashier_id: str, now: datetime) -> int:
        """Whole seconds until this cashier's PIN is looked at again, 0 when it is now."""
        tries = self._tries.get(cashier_id)
        if tries is None or tries.wrong < FREE_TRIES:
            return 0
        if now < tries.last_at:
            # The clock was set back: the wait begins again, it does not last until that moment comes back.
            self._note(cashier_id, _Tries(tries.wrong, now))
            return self.wait_s(cashier_id, now)
        left_s = (tries.last_at + _wait(tries.wrong) - now).total_seconds()
        return max(0, -int(-left_s // 1))

    def count(self, cashier_id: str, now: datetime) -> None:
        """A PIN is about to be looked at."""
        tries = self._tries.get(cashier_id)
        self._note(cashier_id, _Tries(tries.wrong + 1 if tries else 1, now.astimezone(UTC)))

    def clear(self, cashier_id: str) -> None:
        """It was the right one."""
        self._tries.pop(cashier_id, None)
        self._write("delete from tries where cashier_id = ?", (cashier_id,))

    def close(self) -> None:
        self._connection.close()

    def _note(self, cashier_id: str, tries: _Tries) -> None:
        self._tries[cashier_id] = tries
        self._write(
            "insert or replace into tries (cashier_id, wrong, last_at) values (?, ?, ?)",
            (cashier_id, tries.wrong, tries.last_at.isoformat()),
        )

    def _write(self, sql: str, values: tuple[str | int, ...]) -> None:
        try:
            self._connection.execute(sql, values)
        except sqlite3.Error as error:
            log.warning(
                "%s cannot be written (%s); wrong PINs are counted until the next start only", self._path, error
            )


def _wait(wrong: int) -> timedelta:
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(wrong - FREE_TRIES, 20)))


def _connect(path: Path) -> sqlite3.Connection:
    try:
        return _open(path)
    except sqlite3.Error as error:
        log.warning("%s cannot be read (%s); wrong PINs of earlier are forgotten", path, error)
    try:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return _open(path)
    except (OSError, sqlite3.Error) as error:
        log.warning("%s cannot be made (%s)", path, error)
        return _open(":memory:")


def _open(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=1)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        migrations.apply(Database(connection))
        connection.execute("select cashier_id, wrong, last_at from tries").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
