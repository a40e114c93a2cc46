"""Which slips are still owed to diners (`slips.sqlite`): what lets a restarted terminal print what an earlier run could not."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from appliance.store.slip_schema import connect
from hal.events import Event, PrintDone, PrintFailed

log = logging.getLogger(__name__)


class Owed(NamedTuple):
    """A slip in the printer's queue: the journal entry it is of, and when that was sold."""

    seq: int
    sold_at: datetime


class SlipBook:
    """Keeps one mark: every slip up to entry `settled_seq` has been printed, given up or was never to be printed.

    The slips themselves are not kept; each can be derived from its journal entry. The file is a convenience: without it,
    or when it cannot be written, slips of an earlier run are not printed or are printed twice (with a marker), and
    selling goes on. Used from one thread.
    """

    def __init__(self, path: Path, epoch: int, head_seq: int) -> None:
        """`head_seq` is the last entry of the journal of `epoch`; for a journal the file does not know, nothing is owed."""
        self._path = path
        self._epoch = epoch
        self._owed: dict[str, Owed] = {}
        try:
            self._connection = connect(path)
            known = self._read()
        except sqlite3.Error as error:
            log.warning("%s cannot be read (%s); slips of an earlier run are not printed", path, error)
            self._connection = _anew(path)
            known = None
        self._highest = head_seq if known is None else min(known, head_seq)
        self.settled_seq = self._highest
        if known != self.settled_seq:
            self._write()

    def owe(self, job_id: str, slip: Owed) -> None:
        """A slip was put into the printer's queue."""
        self._owed[job_id] = slip

    def owed_since_before(self, moment: datetime) -> tuple[str, ...]:
        """The jobs whose tickets were sold before `moment`."""
        return tuple(job_id for job_id, slip in self._owed.items() if slip.sold_at < moment)

    def heard(self, event: Event) -> None:
        """Take what a printer says; a job that is done or given up is owed no more."""
        if isinstance(event, PrintDone) or (isinstance(event, PrintFailed) and not event.kept):
            self.settle_job(event.job_id)

    def settle_job(self, job_id: str) -> None:
        """A job is on paper or will never be."""
        slip = self._owed.pop(job_id, None)
        if slip is not None:
            self.settle(slip.seq)

    def settle(self, seq: int) -> None:
        """No slip up to entry `seq` is owed, but for those that wait in the queue."""
        self._highest = max(self._highest, seq)
        settled = min((slip.seq - 1 for slip in self._owed.values()), default=self._highest)
        if settled > self.settled_seq:
            self.settled_seq = settled
            self._write()

    def close(self) -> None:
        self._connection.close()

    def _read(self) -> int | None:
        row = self._connection.execute("select settled_seq from mark where epoch = ?", (self._epoch,)).fetchone()
        return None if row is None else int(row[0])

    def _write(self) -> None:
        try:
            self._connection.execute(
                "insert into mark (id, epoch, settled_seq) values (1, ?, ?)"
                " on conflict (id) do update set epoch = excluded.epoch, settled_seq = excluded.settled_seq",
                (self._epoch, self.settled_seq),
            )
        except sqlite3.Error as error:
            log.warning("%s cannot be written (%s); after a restart slips may be printed twice", self._path, error)


def _anew(path: Path) -> sqlite3.Connection:
    """A fresh file in the place of a damaged one; when there can be none, memory has to do until the next start."""
    try:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return connect(path)
    except (OSError, sqlite3.Error) as error:
        log.warning("%s cannot be made (%s)", path, error)
        return connect(":memory:")
