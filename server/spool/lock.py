"""One spool at a time: a second one stands by until the first is gone."""

import fcntl
import zlib
from pathlib import Path
from typing import IO

from django.db import connection

LOCK_CLASS = 0x5EF


class SpoolLock:
    """The right to take in what terminals of a shard send, held by the database (PostgreSQL) or beside it (SQLite)."""

    def __init__(self, shard: str, folder: Path) -> None:
        self._number = zlib.crc32(shard.encode()) - 2**31
        self._path = folder / f"spool-{'all' if shard == '+' else shard}.lock"
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Take the lock if nobody has it. Returns whether it is held now; asking again while holding it is harmless.

        On PostgreSQL the lock lives as long as the database connection: take it anew after every reconnect.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, self._number])
                return bool(cursor.fetchone()[0])
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("w")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._file = file
        return True

    def release(self) -> None:
        """Give the lock back."""
        if connection.vendor == "postgresql" and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, self._number])
        if self._file is not None:
            self._file.close()
            self._file = None
