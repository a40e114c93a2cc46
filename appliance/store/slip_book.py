"""Which papers are still owed (`slips.sqlite`): what lets a restarted terminal print what an earlier run could not."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from appliance.store.slip_schema import connect
from hal.events import Event, PrintDone, PrintFailed

log = logging.getLogger(__name__)


class Paper(StrEnum):
    """Which paper of a sale."""

    SLIP = "slip"
    KITCHEN = "kitchen"


class Owed(NamedTuple):
    """A paper in a printer's queue: the journal entry it is of, when that was sold, and which of its papers it is."""

    seq: int
    sold_at: datetime
    paper: Paper = Paper.SLIP


class SlipBook:
    """Keeps one mark, and the papers in the printers' queues.

    Up to entry `settled_seq` it is decided what is printed: what is not in a queue has come out, was given up or is not
    to be printed unless a guest asks. The papers themselves are not kept; each can be derived from its journal entry. The
    file is a convenience: without it, or when it cannot be written, papers of an earlier run are not printed or are printed
    twice (with a marker), and selling goes on. Used from one thread.
    """

    def __init__(self, path: Path, epoch: int, head_seq: int) -> None:
        """`head_seq` is the last entry of the journal of `epoch`; for a journal the file does not know, nothing is owed."""
        self._path = path
        self._epoch = epoch
        self._owed: dict[str, Owed] = {}
        self._left: set[tuple[int, Paper]] = set()
        try:
            self._connection = connect(path)
            known = self._read()
        except (sqlite3.Error, ValueError) as error:
            log.warning("%s cannot be read (%s); slips of an earlier run are not printed", path, error)
            self._connection = _anew(path)
            known = None
        self.settled_seq = head_seq if known is None else min(known, head_seq)
        if known is None:
            self._left = set()
            self._write("delete from owed")
        if known != self.settled_seq:
            self._write_mark()

    @property
    def left(self) -> tuple[tuple[int, Paper], ...]:
        """What an earlier run had in the printers' queues when it ended: entries and papers, oldest first."""
        return tuple(sorted(self._left))

    def owe(self, job_id: str, slip: Owed) -> None:
        """A paper was put into a printer's queue."""
        self._owed[job_id] = slip
        self._left.discard((slip.seq, slip.paper))
        self._write("insert or ignore into owed (seq, paper) values (?, ?)", slip.seq, slip.paper.value)

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
        if slip is not None and all(slip[::2] != other[::2] for other in self._owed.values()):
            self._forget(slip.seq, slip.paper)

    def forget(self, seq: int, paper: Paper) -> None:
        """A paper that an earlier run left is not to be printed any more."""
        self._left.discard((seq, paper))
        self._forget(seq, paper)

    def settle(self, seq: int) -> None:
        """It is decided what of the entries up to `seq` is printed: what is in a queue by now, or asked for later."""
        if seq > self.settled_seq:
            self.settled_seq = seq
            self._write_mark()

    def close(self) -> None:
        self._connection.close()

    def _read(self) -> int | None:
        row = self._connection.execute("select settled_seq from mark where epoch = ?", (self._epoch,)).fetchone()
        if row is None:
            return None
        rows = self._connection.execute("select seq, paper from owed")
        self._left = {(int(seq), Paper(paper)) for seq, paper in rows}
        return int(row[0])

    def _forget(self, seq: int, paper: Paper) -> None:
        self._write("delete from owed where seq = ? and paper = ?", seq, paper.value)

    def _write_mark(self) -> None:
        self._write(
            "insert into mark (id, epoch, settled_seq) values (1, ?, ?)"
            " on conflict (id) do update set epoch = excluded.epoch, settled_seq = excluded.settled_seq",
            self._epoch,
            self.settled_seq,
        )

    def _write(self, sql: str, *values: int | str) -> None:
        try:
            self._connection.execute(sql, values)
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
