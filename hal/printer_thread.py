"""The thread that owns a receipt printer and the drawers at it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from hal.backoff import Backoff
from hal.bus import Publisher
from hal.contracts.receipt_printer import PrintCut, ReceiptPrinter
from hal.device_thread import DeviceThread
from hal.drawer_slot import DrawerSlot
from hal.errors import BadJob, DeviceError
from hal.events import Certainty, PrintDone, PrintFailed
from hal.health import Health, Reason
from hal.print_queue import PrintJob, PrintQueue

log = logging.getLogger(__name__)

MOST_UNKNOWN_OUTCOMES = 3
"""A printer that never confirms would use up its roll on copies of one slip."""
_POLL_S = 1.0
_POLL_OPEN_S = 0.3
"""While a drawer stands open: somebody waits for it to be pushed shut."""
_POLL_STOPPED_S = 0.3


class PrinterThread(DeviceThread):
    """Works through a `PrintQueue`; asks the printer how it is whenever there is nothing else to do."""

    def __init__(
        self, device: str, opener: Callable[[], Any], bus: Publisher, backoff: Backoff, queue: PrintQueue
    ) -> None:
        super().__init__(device, opener, bus, backoff)
        self.queue = queue
        own = DrawerSlot(device, lambda printer: printer, bus, own_health=False)
        self._slots: dict[str, DrawerSlot] = {device: own}
        self._slots_changing = threading.Lock()

    def add_drawer(self, slot: DrawerSlot) -> None:
        """Take in a drawer that hangs at this printer."""
        with self._slots_changing:
            self._slots[slot.device_name] = slot

    def drawers(self) -> dict[str, DrawerSlot]:
        """All drawers at this printer by name; the printer's own name stands for the one its driver offers itself."""
        with self._slots_changing:
            return dict(self._slots)

    def run(self) -> None:
        """As `DeviceThread.run`."""
        super().run()
        for slot in self.drawers().values():
            slot.close()

    def stop(self) -> None:
        """As `DeviceThread.stop`; jobs that wait stay in the queue; whoever submitted them knows them from `PrintDone`."""
        super().stop()
        self.queue.release()

    def report(self, health: Health) -> None:
        """As `DeviceThread.report`; also tell what it means for those who wait."""
        super().report(health)
        if not health.can_work:
            self._tell_waiting(health.reason)

    def work(self, device: ReceiptPrinter) -> None:
        """Find out how the printer is, then do what is next: a drawer, then a slip."""
        health = device.status()
        self.report(health)
        slots = self.drawers()
        for slot in slots.values():
            slot.attach(device, health)
        request = self.queue.next_drawer_request()
        if request is not None:
            slots[request[0]].open(request[1])
            return
        for slot in slots.values():
            slot.look()
        if not health.can_work:
            self._stopping.wait(_POLL_STOPPED_S)
            return
        job = self.queue.next_job()
        if job is None:
            self.queue.wait(_POLL_OPEN_S if any(slot.is_open for slot in slots.values()) else _POLL_S)
        else:
            self._print(device, job)

    def _lost(self, error: Exception) -> None:
        super()._lost(error)
        for slot in self.drawers().values():
            slot.detach(self.health)
        while (request := self.queue.next_drawer_request()) is not None:
            self.drawers()[request[0]].refuse(self.health.reason)

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

    def _tell_waiting(self, reason: Reason) -> None:
        """Say once for every job and reason that it has to wait."""
        for job in self.queue.waiting():
            if reason not in job.reported:
                job.reported.add(reason)
                certainty = Certainty.PART if job.spoilt else Certainty.NOTHING
                self._bus.publish(PrintFailed(self.device_name, job.job_id, reason, certainty))
