"""One spool at a time for every shard: a second one stands by until the first is gone."""

import fcntl
import zlib
from pathlib import Path
from typing import IO, Any

from django.db import connection

LOCK_CLASS = 0x5EF
ALL = "+"


class SpoolLock:
    """The right to take in what terminals of a shard send, held by the database (PostgreSQL) or beside it (SQLite).

    Whoever works for all shards (`+`) keeps out everybody else; others keep out that one and a second one of their shard.

    On PostgreSQL the lock belongs to the very connection with which the calling thread writes: who loses the lock has lost
    the connection, so nothing that was begun under it can be committed any more.
    """

    def __init__(self, shard: str, folder: Path) -> None:
        self._wanted = [(ALL, False)] if shard == ALL else [(ALL, True), (shard, False)]
        self._folder = folder
        self._files: list[IO[str]] = []
        self._holder: Any = None

    def take(self) -> bool:
        """Take the lock if nobody has it. Returns whether it is held now; asking again while holding it is harmless."""
        if connection.vendor == "postgresql":
            if not self._take_in_database():
                return False
            self._holder = connection.connection
            return True
        return bool(self._files) or self._take_files()

    def is_held(self) -> bool:
        """Whether the lock is still there, as far as can be known without asking the database."""
        if connection.vendor == "postgresql":
            return self._holder is not None and connection.connection is self._holder
        return bool(self._files)

    def release(self) -> None:
        """Give the lock back."""
        if connection.vendor == "postgresql" and self.is_held() and connection.is_usable():
            self._unlock()
        self._holder = None
        self._close_files()

    def _take_in_database(self) -> bool:
        with connection.cursor() as cursor:
            for name, shared in self._wanted:
                number = zlib.crc32(name.encode()) - 2**31
                function = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
                cursor.execute(f"SELECT {function}(%s, %s)", [LOCK_CLASS, number])
                if not cursor.fetchone()[0]:
                    self._unlock()
                    return False
        return True

    def _unlock(self) -> None:
        with connection.cursor() as cursor:
            # A connection counts how often it took a lock; none is taken for anything else.
            cursor.execute("SELECT pg_advisory_unlock_all()")

    def _take_files(self) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, shared in self._wanted:
            file = (self._folder / ("spool.lock" if name == ALL else f"spool-{name}.lock")).open("w")
            self._files.append(file)
            try:
                fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                self._close_files()
                return False
        return True

    def _close_files(self) -> None:
        for file in self._files:
            file.close()
        self._files.clear()
