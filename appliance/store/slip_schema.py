"""The tables of `slips.sqlite`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

migrations = Migrations("slips")


@migrations()
def m001_first(db: Database) -> None:
    """Up to which entry of which journal it is decided what is printed (one row)."""
    db.table("mark").create({"id": int, "epoch": int, "settled_seq": int}, pk="id", strict=True)


@migrations()
def m002_owed(db: Database) -> None:
    """The papers in the printers' queues: the entry each is of, and which of its papers it is."""
    db.table("owed").create({"seq": int, "paper": str}, pk=("seq", "paper"), strict=True)


def connect(path: Path | str) -> sqlite3.Connection:
    """A connection to the file at `path` in its newest schema; creates it if it is missing. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=1)
    try:
        # A mark lost with the power costs a second copy of a slip: not worth a wait for the disk.
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        migrations.apply(Database(connection))
    except BaseException:
        connection.close()
        raise
    return connection
