"""A receipt printer that knows whether a slip is on paper.

A slip is sent and followed by a question that the printer answers only after everything before it has been done. While
the answer is awaited, automatic status (GS a) and real-time status (DLE EOT) tell of paper, cover and line. When a slip
is interrupted, the printer's buffers are emptied (DLE DC4 8), so that no rest of it comes out with the new roll.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Sequence
from typing import cast

from drivers.escpos_printer.cables import connect
from drivers.escpos_printer.condition import health_of, raise_if_stopped
from drivers.escpos_printer.encode import Encoder
from drivers.escpos_printer.protocol import (
    ASK_PAPER_IN_ORDER,
    CLEAR_BUFFERS,
    ENABLE_ASB,
    ERROR_CAUSE,
    OFFLINE_CAUSE,
    PAPER,
    PRINTER,
    AnswerParser,
    Status,
    process_id_request,
    pulse,
    real_time_pulse,
    real_time_status,
    status_with,
)
from drivers.printer_drawer.driver import PrinterDrawer
from hal.contracts.drawer_host import Pin
from hal.contracts.receipt_printer import PrintLine
from hal.descriptor import Options
from hal.errors import DeviceError, DeviceOffline, DeviceTimeout
from hal.events import Certainty
from hal.health import Health
from hal.ports import Port
from hal.stream import ByteStream

log = logging.getLogger(__name__)

_CLEAR_TIMEOUT_S = 1.0
_ASK_AGAIN_S = 1.0
_PULSE_MS = 100
_DRAWER_OPENS_IN_S = 1.0


def open_device(port: Port, contract: str, options: Options) -> EscposPrinter:
    """Connect and make sure that a printer answers; raises `DeviceUnplugged`, `DeviceBusy` or `DeviceTimeout`."""
    encoder = Encoder(
        int(options["columns"]), str(options["code_pages"]), str(options["profile"]), int(options["qr_dots"])
    )
    stream = connect(port, options)
    printer = EscposPrinter(
        stream,
        encoder,
        timeout_s=float(options["timeout_s"]),
        print_timeout_s=float(options["print_timeout_s"]),
        by_process_id=options["confirm"] == "process_id",
        drawer_pin=cast(Pin, int(options["drawer_pin"])),
        drawer_sensor=str(options["drawer_sensor"]),
    )
    try:
        printer.start()
    except DeviceError:
        printer.close()
        raise
    return printer


class EscposPrinter:
    """Implements `ReceiptPrinter`, `DrawerHost` and, for the drawer its own options describe, `CashDrawer`."""

    def __init__(
        self,
        stream: ByteStream,
        encoder: Encoder,
        *,
        timeout_s: float,
        print_timeout_s: float,
        by_process_id: bool,
        drawer_pin: Pin,
        drawer_sensor: str,
    ) -> None:
        self._stream = stream
        self._encoder = encoder
        self._timeout_s = timeout_s
        self._print_timeout_s = print_timeout_s
        self._by_process_id = by_process_id
        self._own_drawer = PrinterDrawer(
            self, drawer_pin, pulse_ms=_PULSE_MS, sensor=drawer_sensor, opens_in_s=_DRAWER_OPENS_IN_S
        )
        self._answers = AnswerParser()
        self._marks = itertools.count()
        self._asked_in_order = 0

    def start(self) -> None:
        """Forget what an earlier connection left in the printer and ask it to report by itself."""
        self._ask_status()
        self._clear_buffers()
        self._send(ENABLE_ASB)

    def print(self, lines: Sequence[PrintLine], job_id: str) -> None:
        """See `ReceiptPrinter.print`."""
        data = self._encoder.encode(lines)
        raise_if_stopped(self._ask_status(), Certainty.NOTHING)
        question, is_answered = self._receipt_question()
        try:
            self._send(data + question, stop_when_stopped=True)
            self._await_receipt(is_answered)
        except DeviceError as error:
            error.certainty = Certainty.PART if not error.reopen else Certainty.UNKNOWN
            log.warning("job %s was interrupted: %s", job_id, error)
            if not error.reopen:
                self._forget_rest(error)
            raise

    def status(self) -> Health:
        """See `ReceiptPrinter.status`."""
        return health_of(self._ask_status())

    def open_drawer(self) -> None:
        """See `CashDrawer.open_drawer`."""
        self._own_drawer.open_drawer()

    def is_open(self) -> bool | None:
        """See `CashDrawer.is_open`."""
        return self._own_drawer.is_open()

    def kick(self, pin: Pin, pulse_ms: int) -> None:
        """See `DrawerHost.kick`. Without paper or with an open cover the pulse is sent in real time."""
        status = self._ask_status()
        if status.cutter_error or status.other_error or (status.offline and not status.waits_for_a_hand):
            raise DeviceOffline(f"the drawer cannot be opened while the printer is stopped: {health_of(status).detail}")
        if status.stops_printing:
            self._send(real_time_pulse(pin, pulse_ms))
            self._ask(PRINTER)
            return
        self._asked_in_order += 1
        self._send(pulse(pin, pulse_ms) + ASK_PAPER_IN_ORDER)
        self._await(lambda: self._answers.in_order >= self._asked_in_order, self._timeout_s, "confirm the drawer pulse")

    def drawer_signal(self) -> bool:
        """See `DrawerHost.drawer_signal`."""
        return status_with(Status(), PRINTER, self._ask(PRINTER)).drawer_high

    def close(self) -> None:
        """See `Device.close`."""
        self._stream.close()

    def _receipt_question(self) -> tuple[bytes, Callable[[], bool]]:
        if self._by_process_id:
            mark = b"%04d" % (next(self._marks) % 10000)
            return process_id_request(mark), lambda: mark in self._answers.process_ids
        self._asked_in_order += 1
        return ASK_PAPER_IN_ORDER, lambda: self._answers.in_order >= self._asked_in_order

    def _await_receipt(self, is_answered: Callable[[], bool]) -> None:
        """Wait until the slip is confirmed; ask how the printer is now and then, for one that does not report."""
        deadline_s = time.monotonic() + self._print_timeout_s
        while not is_answered():
            now_s = time.monotonic()
            if now_s >= deadline_s:
                raise DeviceTimeout(f"the printer did not confirm the slip within {self._print_timeout_s:g} s")
            pause_s = min(_ASK_AGAIN_S, deadline_s - now_s)
            if not self._wait_for(lambda: is_answered() or self._answers.status.stops_printing, pause_s):
                self._ask_status()
            if not is_answered():
                raise_if_stopped(self._answers.status, Certainty.PART)

    def _forget_rest(self, interruption: DeviceError) -> None:
        """Empty the buffers after `interruption`; when the printer does not confirm it, a new connection is needed."""
        try:
            interruption.reopen = not self._clear_buffers()
        except DeviceError as error:
            error.certainty = Certainty.UNKNOWN
            raise error from interruption

    def _clear_buffers(self) -> bool:
        """Empty the printer's buffers and return whether it confirmed; questions in them will not be answered."""
        expected = self._answers.cleared + 1
        self._send(CLEAR_BUFFERS)
        if self._wait_for(lambda: self._answers.cleared >= expected, _CLEAR_TIMEOUT_S):
            self._asked_in_order = self._answers.in_order
            return True
        log.warning("%s does not confirm that its buffer is empty; it may print a rest of a slip", self._stream.port)
        return False

    def _ask_status(self) -> Status:
        """Ask in real time; off line, ask for the cause too. Raises `DeviceTimeout` when there is no answer."""
        status = status_with(Status(), PRINTER, self._ask(PRINTER))
        questions = (OFFLINE_CAUSE, ERROR_CAUSE, PAPER) if status.offline else (PAPER,)
        for question in questions:
            status = status_with(status, question, self._ask(question))
        self._answers.status = status
        return status

    def _ask(self, question: int) -> int:
        self._answers.real_time.clear()
        self._send(real_time_status(question))
        self._await(lambda: bool(self._answers.real_time), self._timeout_s, "answer a status request")
        return self._answers.real_time.popleft()

    def _send(self, data: bytes, *, stop_when_stopped: bool = False) -> None:
        """Send all of `data`, listening meanwhile; raises `DeviceTimeout` when nothing moves for the time-out."""
        view = memoryview(data)
        moved_s = time.monotonic()
        while view:
            sent, received = self._stream.exchange(bytes(view[:4096]), self._timeout_s)
            self._answers.feed(received)
            if stop_when_stopped and self._answers.status.stops_printing:
                raise_if_stopped(self._answers.status, Certainty.PART)
            view = view[sent:]
            now_s = time.monotonic()
            if sent:
                moved_s = now_s
            elif now_s - moved_s >= self._timeout_s:
                raise DeviceTimeout(f"the printer took no data for {self._timeout_s:g} s")

    def _await(self, condition: Callable[[], bool], timeout_s: float, what: str) -> None:
        if not self._wait_for(condition, timeout_s):
            raise DeviceTimeout(f"the printer did not {what} within {timeout_s:g} s")

    def _wait_for(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        deadline_s = time.monotonic() + timeout_s
        while not condition():
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return False
            _, received = self._stream.exchange(b"", left_s)
            self._answers.feed(received)
        return True
