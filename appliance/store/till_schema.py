"""The tables of `till.sqlite`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

migrations = Migrations("till")


@migrations()
def m001_first(db: Database) -> None:
    """Tickets on hold, as JSON: see `till_held`."""
    db.table("held").create({"id": str, "at": str, "document": str}, pk="id", not_null={"at", "document"}, strict=True)


def connect(path: Path | str) -> sqlite3.Connection:
    """A connection to the file at `path` in its newest schema; creates it if it is missing. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=1)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        migrations.apply(Database(connection))
    except BaseException:
        connection.close()
        raise
    return connection
