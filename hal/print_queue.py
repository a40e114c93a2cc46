"""The queue between those who want slips and the thread that owns the printer."""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from hal.contracts.receipt_printer import PrintLine
from hal.health import Reason


@dataclass(slots=True)
class PrintJob:
    """One slip on its way to paper."""

    job_id: str
    lines: tuple[PrintLine, ...]
    marker: tuple[PrintLine, ...]
    spoilt: bool = False
    """Whether some of it, or all of it unconfirmed, is on paper: the next copy has to say that it is another one."""
    unknown_outcomes: int = 0
    reported: set[Reason] = field(default_factory=set)


class PrintQueue:
    """Takes slips and drawer requests from any thread; none of the methods blocks.

    A job is printed whole or again whole. It leaves the queue when the printer confirmed it (`PrintDone`), when it is
    cancelled, or when it was given up (`PrintFailed` with `kept` False). While the paper is out, the cover open or the
    printer away, jobs wait in order. A job of which some came out, or of which nobody knows how much did, is printed
    again from its start, headed by its marker lines. So there is never more than one complete copy without a marker;
    a complete copy and a marked one can both exist when the line was cut between the last byte and the confirmation.
    """

    def __init__(self, marker: Sequence[PrintLine] = ()) -> None:
        self._marker = tuple(marker)
        self._jobs: deque[PrintJob] = deque()
        self._drawer_requests: deque[tuple[str, float]] = deque()
        self._released = False
        self._filled = threading.Condition()

    def submit(
        self, lines: Sequence[PrintLine], *, marker: Sequence[PrintLine] | None = None, again: bool = False
    ) -> str:
        """Queue a slip and return its job id; `marker` heads a repeated copy, by default the queue's own marker.

        `again`: somebody may already have put some of it on paper, an earlier run of the program for one; the copy is
        cut off from that and headed by the marker from the start.
        """
        job = PrintJob(uuid.uuid4().hex, tuple(lines), self._marker if marker is None else tuple(marker), again)
        with self._filled:
            self._jobs.append(job)
            self._filled.notify_all()
        return job.job_id

    def cancel(self, job_id: str) -> bool:
        """Forget a job; returns False when it is not in the queue. One that is just being printed still comes out."""
        with self._filled:
            for job in self._jobs:
                if job.job_id == job_id:
                    self._jobs.remove(job)
                    return True
        return False

    @property
    def pending(self) -> tuple[str, ...]:
        """The ids of all jobs that are not on paper yet, the next one first."""
        return tuple(job.job_id for job in self.waiting())

    def open_drawer(self, drawer: str, deadline_s: float) -> None:
        """Ask for a drawer to be opened before `deadline_s` (monotonic seconds); afterwards the wish is dropped."""
        with self._filled:
            self._drawer_requests.append((drawer, deadline_s))
            self._filled.notify_all()

    # For the printer's thread.

    def wait(self, timeout_s: float) -> None:
        """Return when there is something to do, when the queue is released, or after `timeout_s` seconds."""
        with self._filled:
            self._filled.wait_for(lambda: bool(self._jobs or self._drawer_requests or self._released), timeout_s)

    def release(self) -> None:
        """Let nobody `wait` here any more."""
        with self._filled:
            self._released = True
            self._filled.notify_all()

    def next_job(self) -> PrintJob | None:
        """Return the job to print next; it stays first until `finish`."""
        with self._filled:
            return self._jobs[0] if self._jobs else None

    def waiting(self) -> tuple[PrintJob, ...]:
        """Return all jobs, the next one first."""
        with self._filled:
            return tuple(self._jobs)

    def next_drawer_request(self) -> tuple[str, float] | None:
        """Take the oldest drawer request and return the drawer's name and the deadline."""
        with self._filled:
            return self._drawer_requests.popleft() if self._drawer_requests else None

    def finish(self, job: PrintJob) -> None:
        """Remove a job that is done or given up."""
        with self._filled:
            if job in self._jobs:
                self._jobs.remove(job)
