"""What can go wrong with a journal file. Every message says what to do."""

from __future__ import annotations

from pathlib import Path


class JournalError(Exception):
    """Base of all errors about a journal file."""


class NotAJournal(JournalError):
    """The file is missing, damaged as a database, or something else than a journal. Nothing was written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} is not a readable journal: {reason}")


class WrongKey(JournalError):
    """The journal belongs to another key. Nothing was written."""


class RolledBack(JournalError):
    """The journal lacks entries that are known to have existed: an old copy was put back. Nothing was written."""


class JournalLocked(JournalError):
    """Another process writes this journal; `pid` is its process id, None if it could not be read. Nothing was written."""

    def __init__(self, path: Path, pid: int | None) -> None:
        holder = "another process" if pid is None else f"process {pid}"
        super().__init__(
            f"{path} is in use by {holder}; a journal has one writer. Stop that process, then start again."
        )
        self.pid = pid


class JournalFull(JournalError):
    """The disk is too full to record a sale safely. The entry was not written; earlier ones are safe."""

    def __init__(self, path: Path, free_bytes: int, needed_bytes: int) -> None:
        super().__init__(
            f"The disk holding {path} has {free_bytes // 10**5 / 10} MB free; recording needs "
            f"{(needed_bytes + 10**5) // 10**5 / 10} MB. "
            "Free space on it; recording then goes on by itself."
        )
        self.free_bytes = free_bytes
        self.needed_bytes = needed_bytes


class JournalBroken(JournalError):
    """Writing failed. Whether the last entry is stored is unknown until the journal is opened again."""
