"""What head office has in its database, read beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


class Office:
    """Read-only questions to the SQLite database in head office's data folder."""

    def __init__(self, folder: Path) -> None:
        self._database = folder / "head-office.sqlite3"

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=20)) as connection:
            return connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        return self.rows(sql, *values)[0][0]

    def balances(self) -> dict[str, int]:
        """Balance in cents by guest."""
        return dict(self.rows("SELECT id, balance_minor FROM guests_guest"))

    def ledger_sums(self) -> dict[str, int]:
        """The sum of the ledger in cents by guest, whoever has no entry included."""
        return dict(
            self.rows(
                "SELECT g.id, COALESCE(SUM(l.amount_minor), 0) FROM guests_guest g"
                " LEFT JOIN guests_ledgerentry l ON l.guest_id = g.id GROUP BY g.id"
            )
        )

    def guest_of(self, badge: str) -> str:
        return str(self.one("SELECT guest_id FROM guests_badge WHERE number = ?", badge))

    def tickets(self) -> list[tuple[int, int, int]]:
        """(entry, number, total in cents) in order."""
        return self.rows("SELECT seq, number, total_minor FROM sales_ticket ORDER BY epoch, seq")
