"""Old entries leave the journal once head office has them in a backup and an archive here holds them too."""

from __future__ import annotations

import logging
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from appliance.store.proof import newest_proof
from journal.chain import ChainError
from journal.errors import JournalError
from journal.space import used_percent
from journal.store import Journal
from mqtt_bridge.local_files import ARCHIVES
from mqtt_bridge.wire import Enrolment

log = logging.getLogger(__name__)

DISK_IS_TIGHT_PERCENT = 80
KEPT_WHEN_TIGHT = timedelta(days=7)
ENTRIES_AN_ARCHIVE = 1000
LONGEST_ARCHIVING_S = 300
_LOOK_AT_PROCESS_S = 0.2
_DAY = re.compile(r"[:_](\d{4}-\d\d-\d\d)(?=[:_]|$)")


@dataclass(frozen=True)
class Pace:
    """How often to look for what may go, how long nothing must have been written before, how much goes in one transaction,
    the pause between two of these, and how many entries are worth an archive."""

    first_look_s: float = 60.0
    look_every_s: float = 600.0
    idle_s: float = 30.0
    entries_a_step: int = 25
    pause_s: float = 0.1
    least_entries: int = 200


class Pruner:
    """A thread of the terminal process, which is the journal's only writer. Nothing it cannot prove is ever deleted."""

    def __init__(
        self,
        journal: Journal,
        data_dir: Path,
        enrolment: Enrolment,
        keep: timedelta,
        *,
        keep_from: Callable[[], int] | None = None,
        pace: Pace | None = None,
    ) -> None:
        """`keep_from` tells the first entry that is still needed here, whatever its age."""
        self._journal, self._data_dir, self._enrolment = journal, data_dir, enrolment
        self._keep, self._keep_from, self._pace = keep, keep_from, pace or Pace()
        self._stop = threading.Event()
        self._seen = (journal.head.seq, time.monotonic())
        self._thread = threading.Thread(target=self._run, name="pruner", daemon=True)

    def start(self) -> None:
        """Begin to look from time to time."""
        self._thread.start()

    def close(self) -> None:
        """End the thread after the step it is at."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def turn(self) -> int:
        """Archive and delete one archive's worth of what may go; returns how many entries went.

        Raises JournalError or OSError; what was deleted by then is in an archive.
        """
        upto = self.prunable_upto()
        first = self._journal.pruned_seq + 1
        if upto - first + 1 < self._pace.least_entries:
            return 0
        last = min(upto, first + ENTRIES_AN_ARCHIVE - 1)
        if not self._archive(first, last):
            return 0
        before = self._oldest_day(last)
        count = 0
        while self._journal.pruned_seq < last and not self._stop.is_set():
            if self._is_idle():
                step = min(last, self._journal.pruned_seq + self._pace.entries_a_step)
                # The clock only dates the checkpoint; it decides nothing.
                count += self._journal.prune(step, now_utc=_now(), forget=lambda key: _is_over(key, before))
            self._stop.wait(self._pace.pause_s)
        log.info("entries up to %d are pruned; they are in %s", self._journal.pruned_seq, self._data_dir / ARCHIVES)
        return count

    def prunable_upto(self) -> int:
        """The last entry that may go: old enough by head office's clock, acknowledged and in its backup, needed by nobody."""
        proof = newest_proof(self._data_dir, self._enrolment, self._journal.epoch)
        if (
            proof is None
            or proof.at is None
            or self._journal.hash_at(proof.acknowledged.seq) != proof.acknowledged.hash
        ):
            return 0
        bound = min(proof.backed_up, self._journal.head.seq - 1)
        if self._keep_from is not None:
            bound = min(bound, self._keep_from() - 1)
        is_tight = used_percent(self._data_dir) >= DISK_IS_TIGHT_PERCENT
        keep = min(self._keep, KEPT_WHEN_TIGHT) if is_tight else self._keep
        return self._journal.written_before(proof.at - keep, bound) if bound > 0 else 0

    def _run(self) -> None:
        pause_s = self._pace.first_look_s
        while not self._stop.wait(pause_s):
            pause_s = self._pace.look_every_s
            if not self._is_idle():
                pause_s = min(pause_s, max(1.0, self._pace.idle_s))
                continue
            try:
                if self.turn():
                    pause_s = self._pace.pause_s
            except (JournalError, ChainError, OSError, sqlite3.Error) as error:
                log.error("old entries cannot be pruned now: %s", error)

    def _is_idle(self) -> bool:
        head_seq, now_s = self._journal.head.seq, time.monotonic()
        if head_seq != self._seen[0]:
            self._seen = head_seq, now_s
        return now_s - self._seen[1] >= self._pace.idle_s

    def _archive(self, first: int, last: int) -> bool:
        folder = self._data_dir / ARCHIVES
        folder.mkdir(mode=0o770, exist_ok=True)
        for left_behind in folder.glob(".journal-*.archive.gz.*"):
            left_behind.unlink(missing_ok=True)
        archive = folder / f"journal-{self._journal.epoch}-{first:012}-{last:012}.archive.gz"
        words = [self._journal.path, first, last, archive]
        command = [sys.executable, "-m", "journal.archiving", *map(str, words)]
        with tempfile.TemporaryFile() as complaint:
            code = self._wait_for(subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=complaint))
            complaint.seek(0)
            reason = complaint.read().decode(errors="replace").strip()
        if code == 0:
            return True
        if not self._stop.is_set():
            log.error("nothing is pruned: %s", reason or f"{archive} was not written ({code})")
        # What the journal still holds can be written again.
        archive.unlink(missing_ok=True)
        return False

    def _wait_for(self, process: subprocess.Popen[bytes]) -> int:
        """The exit code; a process that takes too long, or that nobody waits for any more, is ended."""
        until_s = time.monotonic() + LONGEST_ARCHIVING_S
        while process.poll() is None:
            if self._stop.wait(_LOOK_AT_PROCESS_S) or time.monotonic() > until_s:
                process.kill()
        return process.wait()

    def _oldest_day(self, last: int) -> date:
        """A business day of which no entry is pruned yet, by what is written in the first that stays."""
        following = self._journal.entries(last, 1)
        return date.fromisoformat(following[0].business_day) - timedelta(days=1)


def _is_over(key: str, before: date) -> bool:
    """Whether a delta counts something of a business day before `before`, such as a meal: nobody asks for that again."""
    found = _DAY.search(key)
    try:
        return found is not None and date.fromisoformat(found[1]) < before
    except ValueError:
        return False


def _now() -> datetime:
    return datetime.now().astimezone()
