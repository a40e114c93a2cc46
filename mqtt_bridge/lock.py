"""One bridge per data folder: an advisory lock beside `bridge.sqlite`, which the kernel drops when its holder dies."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path


class FolderInUse(Exception):
    """Another bridge works on this data folder. Nothing was touched."""

    def __init__(self, path: Path, pid: int | None) -> None:
        holder = "another process" if pid is None else f"process {pid}"
        super().__init__(
            f"{path.parent} is in use by the bridge of {holder}; a data folder has one bridge. "
            "Stop that process, then start again."
        )


class FolderLock:
    """Holds the lock file `path` from construction until `release`. Raises FolderInUse, or OSError for a bad folder."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The file stays when the lock goes: removing it would let two processes lock two files of one name.
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._descriptor, 20, 0).strip()
            os.close(self._descriptor)
            if not isinstance(error, BlockingIOError):
                raise
            raise FolderInUse(path, int(holder) if holder.isdigit() else None) from error
        # On a full disk the lock still holds; only its message loses the number.
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let another bridge work here."""
        os.close(self._descriptor)
