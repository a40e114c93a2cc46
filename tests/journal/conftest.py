"""A terminal's journal in a fresh folder, and what tests do to it again and again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from journal.entry import Entry, Head
from journal.keys import SigningKey
from journal.store import Journal

NOW = datetime(2026, 11, 21, 11, 28, 3, 123456, tzinfo=UTC)
DAY = date(2026, 11, 21)


class Till:
    """A journal file with its key; opens it, sells on it, and edits it behind its back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "journal.sqlite"
        self.key = SigningKey.generate()
        self.key_path = folder / "journal.key"
        self.public_path = folder / "journal.pub"
        self.key.save(self.key_path)
        self.public_path.write_text(self.key.public.to_base64() + "\n")
        Journal.create(self.path, "kiosk-1", 1, self.key)

    def open(self, key: SigningKey | None = None, anchor: Head | None = None, reserve_bytes: int = 65536) -> Journal:
        return Journal.open(
            self.path,
            key or self.key,
            business_day=DAY,
            now_utc=NOW,
            software="refectory test",
            anchor=anchor,
            reserve_bytes=reserve_bytes,
        )

    @staticmethod
    def sell(journal: Journal, amount_minor: int = 450, guest: str = "g1") -> Entry:
        payload = {"number": journal.next_number("ticket"), "total_minor": amount_minor, "guest_id": guest}
        deltas = [("ticket_count", 1), ("turnover", amount_minor), (f"account:{guest}", -amount_minor)]
        return journal.append("ticket", payload, deltas, now_utc=NOW, business_day=DAY)

    def sell_and_close(self, count: int) -> Head:
        with self.open() as journal:
            for _ in range(count):
                self.sell(journal)
            return journal.head

    def tamper(self, statement: str, values: tuple[Any, ...] = ()) -> None:
        """Change the file as somebody with a database tool would, guards removed."""
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
                connection.execute(f"drop trigger {name}")
            connection.execute(statement, values)
        finally:
            connection.close()


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return Till(tmp_path)


@pytest.fixture
def journal(till: Till) -> Iterator[Journal]:
    with till.open() as opened:
        yield opened
