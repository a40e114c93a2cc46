"""Runs on a small disk of its own and prints, as JSON, what a terminal notices while the disk fills and empties again."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from journal.keys import SigningKey
from journal.store import Journal, JournalError
from journal.verify import verify_file

NOW, DAY = datetime(2026, 11, 21, tzinfo=UTC), date(2026, 11, 21)
RESERVE_BYTES = 1024 * 1024


class Disk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "journal.sqlite"
        self.ballast = folder / "journal.ballast"
        self.filler = folder / "filler"
        self.key = SigningKey.generate()

    def open(self, reserve_bytes: int = RESERVE_BYTES) -> Journal:
        return Journal.open(
            self.path, self.key, business_day=DAY, now_utc=NOW, software="test", reserve_bytes=reserve_bytes
        )

    def free_bytes(self) -> int:
        state = os.statvfs(self.folder)
        return state.f_bavail * state.f_frsize

    def fill(self, leave_bytes: int) -> None:
        """Somebody else's file takes all but `leave_bytes`."""
        descriptor = os.open(self.filler, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size + self.free_bytes() - leave_bytes
            os.ftruncate(descriptor, 0)
            os.posix_fallocate(descriptor, 0, size)
        finally:
            os.close(descriptor)

    def sell(self, journal: Journal, size: int = 1000) -> str:
        """ "sold", or the name of the error that refused it."""
        before = journal.head
        payload = {"number": journal.next_number("ticket"), "text": "x" * size}
        try:
            journal.append("ticket", payload, [("ticket_count", 1)], now_utc=NOW, business_day=DAY)
        except JournalError as error:
            return f"{type(error).__name__} {error}" if journal.head == before else "refused, yet the head moved"
        return "sold"


def fills_slowly(disk: Disk) -> dict[str, Any]:
    with disk.open() as journal:
        seen = {"ballast": disk.ballast.stat().st_size, "at first": disk.sell(journal)}
        disk.fill(leave_bytes=RESERVE_BYTES - 65536)
        seen["nearly full"] = disk.sell(journal)
        seen["ballast when nearly full"] = disk.ballast.exists()
        disk.filler.unlink()
        seen["freed"] = disk.sell(journal)
    return seen


def restarts_on_a_full_disk(disk: Disk) -> dict[str, Any]:
    disk.fill(leave_bytes=0)
    seen: dict[str, Any] = {"free": disk.free_bytes()}
    with disk.open() as journal:
        seen["opened"] = journal.last("open").head == journal.head
        seen["selling"] = disk.sell(journal)
        seen["ballast while full"] = disk.ballast.exists()
        disk.filler.unlink()
        seen["freed"] = disk.sell(journal)
        seen["ballast when freed"] = disk.ballast.stat().st_size
    return seen


def outgrows_its_reserve(disk: Disk) -> dict[str, Any]:
    """An entry larger than the reserve: SQLite itself runs out of room in the middle of the transaction."""
    disk.ballast.unlink()
    with disk.open(reserve_bytes=8192) as journal:
        disk.fill(leave_bytes=65536)
        seen = {"too large": disk.sell(journal, size=2_000_000)}
        disk.filler.unlink()
        seen["freed"] = disk.sell(journal)
        seen["count"] = journal.sum("ticket_count")
        seen["next"] = journal.next_number("ticket")
    return seen


def main() -> None:
    disk = Disk(Path(sys.argv[1]))
    Journal.create(disk.path, "kiosk-1", 1, disk.key)
    seen = {scene.__name__: scene(disk) for scene in (fills_slowly, restarts_on_a_full_disk, outgrows_its_reserve)}
    report = verify_file(disk.path, disk.key.public)
    print(json.dumps({**seen, "verified": report.entries}))


main()
