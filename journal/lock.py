"""One writer per journal: an advisory lock on a file beside it, which the kernel drops when its holder dies."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from journal.errors import JournalLocked


class WriterLock:
    """Holds the lock from construction until `release`. Raises JournalLocked if somebody holds it."""

    def __init__(self, journal: Path) -> None:
        # The file stays when the lock goes: removing it would let two processes lock two files of one name.
        self._descriptor = os.open(journal.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._descriptor, 20, 0).strip()
            os.close(self._descriptor)
            raise JournalLocked(journal, int(holder) if holder.isdigit() else None) from error
        os.ftruncate(self._descriptor, 0)
        # On a full disk the lock still holds; only its message loses the number.
        with suppress(OSError):
            os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let another process write."""
        os.close(self._descriptor)
