"""The thread that owns a receipt printer and the drawer at it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from hal.backoff import Backoff
from hal.bus import EventBus
from hal.contracts.receipt_printer import PrintCut, ReceiptPrinter
from hal.device_thread import DeviceThread
from hal.errors import BadJob, DeviceError
from hal.events import Certainty, DrawerFailed, DrawerOpened, PrintDone, PrintFailed
from hal.health import Health, Reason
from hal.print_queue import PrintJob, PrintQueue

log = logging.getLogger(__name__)

MOST_UNKNOWN_OUTCOMES = 3
"""A printer that never confirms would use up its roll on copies of one slip."""
_POLL_S = 1.0
_POLL_STOPPED_S = 0.3


class PrinterThread(DeviceThread):
    """Works through a `PrintQueue`; asks the printer how it is whenever there is nothing else to do."""

    def __init__(
        self, device: str, opener: Callable[[], ReceiptPrinter], bus: EventBus, backoff: Backoff, queue: PrintQueue
    ) -> None:
        super().__init__(device, opener, bus, backoff)
        self.queue = queue

    def stop(self) -> None:
        """As `DeviceThread.stop`; jobs that wait stay in the queue; whoever submitted them knows them from `PrintDone`."""
        super().stop()
        self.queue.release()

    def report(self, health: Health) -> None:
        """As `DeviceThread.report`; also tell what it means for those who wait."""
        super().report(health)
        if not health.can_work:
            self._drop_drawer_requests(health.reason)
            self._tell_waiting(health.reason)

    def work(self, device: ReceiptPrinter) -> None:
        """Find out how the printer is, then do what is next in the queue."""
        health = device.status()
        self.report(health)
        if not health.can_work:
            self._stopping.wait(_POLL_STOPPED_S)
            return
        deadline_s = self.queue.next_drawer_request()
        if deadline_s is not None:
            self._open_drawer(device, deadline_s)
            return
        job = self.queue.next_job()
        if job is None:
            self.queue.wait(_POLL_S)
        else:
            self._print(device, job)

    def _print(self, device: ReceiptPrinter, job: PrintJob) -> None:
        lines = (PrintCut(), *job.marker, *job.lines) if job.spoilt else job.lines
        try:
            device.print(lines, job.job_id)
        except DeviceError as error:
            self._interrupted(job, error)
            if error.reopen:
                raise
            return
        except Exception:
            # A driver that fails in an unknown way may have sent anything.
            self._interrupted(job, DeviceError("the driver failed", certainty=Certainty.UNKNOWN))
            raise
        self.queue.finish(job)
        self._bus.publish(PrintDone(self.device_name, job.job_id))

    def _interrupted(self, job: PrintJob, error: DeviceError) -> None:
        log.warning("device %s: job %s: %s (%s on paper)", self.device_name, job.job_id, error, error.certainty)
        job.spoilt = job.spoilt or error.certainty is not Certainty.NOTHING
        job.unknown_outcomes += error.certainty is Certainty.UNKNOWN
        job.reported.add(error.reason)
        kept = not isinstance(error, BadJob) and job.unknown_outcomes < MOST_UNKNOWN_OUTCOMES
        if not kept:
            self.queue.finish(job)
        self._bus.publish(PrintFailed(self.device_name, job.job_id, error.reason, error.certainty, kept))

    def _open_drawer(self, device: ReceiptPrinter, deadline_s: float) -> None:
        if time.monotonic() > deadline_s:
            self._bus.publish(DrawerFailed(self.device_name, Reason.TIMEOUT))
            return
        try:
            device.open_drawer()
        except DeviceError as error:
            self._bus.publish(DrawerFailed(self.device_name, error.reason))
            if error.reopen:
                raise
            return
        self._bus.publish(DrawerOpened(self.device_name))

    def _drop_drawer_requests(self, reason: Reason) -> None:
        while self.queue.next_drawer_request() is not None:
            self._bus.publish(DrawerFailed(self.device_name, reason))

    def _tell_waiting(self, reason: Reason) -> None:
        """Say once for every job and reason that it has to wait."""
        for job in self.queue.waiting():
            if reason not in job.reported:
                job.reported.add(reason)
                certainty = Certainty.PART if job.spoilt else Certainty.NOTHING
                self._bus.publish(PrintFailed(self.device_name, job.job_id, reason, certainty))
