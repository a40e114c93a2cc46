"""A copy of the SQLite database while others write to it, and putting one back."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from journal.files import sync_directory
from server.backup.aftermath import Statement
from server.backup.manifest import BackupError, Reach

DUMP = "database.sqlite3"
_REACH = (
    "SELECT t.code, e.epoch, e.upto, e.head_hash FROM fleet_enrolment e"
    " JOIN fleet_terminal t ON t.id = e.terminal_id ORDER BY t.code, e.epoch"
)
BUSY_S = 20


@contextmanager
def _sqlite(path: Path) -> Iterator[None]:
    """Turns SQLite's complaints about the file at `path` into BackupError."""
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"{path}: {error}") from error


def dump(database: Path, target: Path) -> list[Reach]:
    """Copy the database to the new file `target` as it is at one moment; returns how far every journal is in the copy.

    Raises BackupError or OSError.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        _sqlite(target),
        closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        # All pages in one step: one read transaction, which keeps nobody from writing.
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        reach = [Reach(terminal=t, epoch=e, upto=u, head=h) for t, e, u, h in copy.execute(_REACH)]
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return reach


def verify(copy: Path) -> None:
    """Read the whole copy. Raises BackupError when it is damaged."""
    with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        except sqlite3.DatabaseError as error:
            raise BackupError(f"{copy} is damaged: {error}") from error
    if found != ["ok"]:
        raise BackupError(f"{copy} is damaged: {'; '.join(found[:5])}")


def is_empty(database: Path) -> bool:
    """Whether there is no database yet. Raises BackupError or OSError."""
    if not database.exists() or database.stat().st_size == 0:
        return True
    with _sqlite(database), closing(sqlite3.connect(database, timeout=1)) as connection:
        return connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def restore(copy: Path, database: Path, aside: Path, statements: list[Statement]) -> None:
    """Put the copy, changed by `statements`, in the place of the database, whole or not at all; what was there is kept as `aside`.

    Raises BackupError when somebody has the database open.
    """
    beside = database.with_name(f".{database.name}.restoring")
    try:
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with _sqlite(beside), closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(beside)) as target:
            source.backup(target, pages=-1)
            for statement in statements:
                target.execute(statement.sql.replace("%s", "?"), statement.values)
            target.commit()
        verify(beside)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        if database.exists():
            _close_log(database)
            os.link(database, aside)
        beside.replace(database)
        sync_directory(database.parent)
    finally:
        beside.unlink(missing_ok=True)


def _close_log(database: Path) -> None:
    """Fold the write-ahead log into the file, which only who is alone with it can do."""
    try:
        with closing(sqlite3.connect(database, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise BackupError(
            f"{database} is in use ({error}); stop web and spool of head office, then try again"
        ) from error
    for suffix in ("-wal", "-shm"):
        if database.with_name(database.name + suffix).exists():
            raise BackupError(f"{database} is in use; stop web and spool of head office, then try again")
