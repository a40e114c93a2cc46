"""Keeping room on the disk, so that recording stops cleanly before SQLite has to.

SQLite needs more free space to recover from a full disk than its write-ahead log is long. A ballast file of
`reserve_bytes` holds that space back; it is given up only when the disk is full, and made again when there is room.
"""

from __future__ import annotations

import os
from pathlib import Path

from journal.errors import JournalFull

DEFAULT_RESERVE_BYTES = 16 * 1024 * 1024


def used_percent(folder: Path) -> int:
    """How full the disk of `folder` is for who is not root, in whole percent, rounded up as df(1) does. Raises OSError."""
    state = os.statvfs(folder)
    used = state.f_blocks - state.f_bfree
    return -(-100 * used // max(1, used + state.f_bavail))


class Reserve:
    """The free space a journal insists on: `reserve_bytes` free beside a ballast file of the same size."""

    def __init__(self, journal: Path, reserve_bytes: int) -> None:
        self._journal = journal
        self._ballast = journal.with_suffix(".ballast")
        self._reserve_bytes = reserve_bytes
        self._has_ballast = False

    def prepare(self) -> None:
        """At start: make the ballast if there is room for it; give it up if the disk is full, so that opening succeeds."""
        self._has_ballast = self._ballast.is_file() and self._ballast.stat().st_size >= self._reserve_bytes
        if self._has_ballast and self._free_bytes() < self._reserve_bytes:
            self.release()
        elif not self._has_ballast and self._free_bytes() >= 2 * self._reserve_bytes:
            self._make()

    def check(self) -> None:
        """Raises JournalFull when there is not room enough to go on. Makes the ballast again once there is."""
        free_bytes = self._free_bytes()
        if not self._has_ballast:
            if free_bytes < 2 * self._reserve_bytes:
                raise JournalFull(self._journal, free_bytes, 2 * self._reserve_bytes)
            self._make()
        elif free_bytes < self._reserve_bytes:
            raise JournalFull(self._journal, free_bytes, self._reserve_bytes)

    def release(self) -> JournalFull:
        """Give the ballast up; returns the error to raise. Recording goes on when there is room for it again."""
        self._ballast.unlink(missing_ok=True)
        self._has_ballast = False
        return JournalFull(self._journal, self._free_bytes(), 2 * self._reserve_bytes)

    def _free_bytes(self) -> int:
        state = os.statvfs(self._journal.parent)
        return state.f_bavail * state.f_frsize

    def _make(self) -> None:
        descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT, 0o640)
        try:
            os.posix_fallocate(descriptor, 0, self._reserve_bytes)
            os.fsync(descriptor)
        except OSError as error:
            # Somebody else took the room between the look and the claim.
            raise self.release() from error
        finally:
            os.close(descriptor)
        self._has_ballast = True
