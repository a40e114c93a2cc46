"""Keeps all devices of a terminal open, each in a thread of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from hal.backoff import Backoff
from hal.bus import Publisher
from hal.contracts import badge_reader, barcode_scanner, cash_drawer, customer_display, receipt_printer
from hal.contracts.receipt_printer import PrintLine
from hal.descriptor import DriverDescriptor, OpenDevice, Options
from hal.device_thread import DeviceThread, ReaderThread
from hal.display_thread import DisplayHandle, DisplayThread
from hal.drawer_slot import DrawerSlot
from hal.errors import PortError
from hal.health import Health
from hal.ports import DevicePort, Port
from hal.print_queue import PrintQueue
from hal.printer_thread import PrinterThread

_READERS = (badge_reader.NAME, barcode_scanner.NAME)
_PRINTERS = (receipt_printer.NAME, cash_drawer.NAME)
_DRAWER_WAIT_S = 2.0


class PrinterHandle:
    """What the house sees of one printer. No method blocks."""

    def __init__(self, thread: PrinterThread) -> None:
        self._thread = thread

    def submit(
        self, lines: Sequence[PrintLine], *, marker: Sequence[PrintLine] | None = None, again: bool = False
    ) -> str:
        """As `PrintQueue.submit`."""
        return self._thread.queue.submit(lines, marker=marker, again=again)

    def cancel(self, job_id: str) -> bool:
        """As `PrintQueue.cancel`."""
        return self._thread.queue.cancel(job_id)

    def open_drawer(self) -> None:
        """Open the drawer within two seconds or not at all; `DrawerOpened` or `DrawerFailed` follows."""
        self._thread.queue.open_drawer(self._thread.device_name, time.monotonic() + _DRAWER_WAIT_S)

    @property
    def pending(self) -> tuple[str, ...]:
        """As `PrintQueue.pending`."""
        return self._thread.queue.pending

    @property
    def health(self) -> Health:
        """What was last found out about the printer."""
        return self._thread.health


class DrawerHandle:
    """What the house sees of one cash drawer. No method blocks."""

    def __init__(self, thread: PrinterThread, slot: DrawerSlot) -> None:
        self._thread = thread
        self._slot = slot

    def open_drawer(self) -> None:
        """Open the drawer within two seconds or not at all; `DrawerOpened` or `DrawerFailed` follows."""
        self._thread.queue.open_drawer(self._slot.device_name, time.monotonic() + _DRAWER_WAIT_S)

    @property
    def is_open(self) -> bool | None:
        """What its sensor said last; None where it has none or does not answer."""
        return self._slot.is_open


class Supervisor:
    """Opens devices and opens them again; publishes on `bus` what they read, print and how they are."""

    def __init__(self, bus: Publisher, *, backoff: Backoff | None = None) -> None:
        self._bus = bus
        self._backoff = backoff or Backoff()
        self._threads: dict[str, DeviceThread] = {}

    def add(
        self,
        name: str,
        descriptor: DriverDescriptor,
        port: Port,
        options: Mapping[str, object],
        *,
        contract: str | None = None,
        reprint_marker: Sequence[PrintLine] = (),
    ) -> None:
        """Take a device in and begin to open it; returns at once.

        `contract` is the one this device serves, by default the driver's first. `reprint_marker` heads a printer's
        repeated copies. Raises `OptionError`, `PortError`, `ImportError` or `AttributeError` for what can never work,
        `ValueError` when the name is taken; a device that is merely absent is no error.
        """
        if name in self.health():
            raise ValueError(f"there are two devices named {name}")
        serves = descriptor.check_contract(contract)
        descriptor.check_port(port)
        checked = descriptor.check_options(options)
        open_device = descriptor.load()

        def opener() -> Any:
            return open_device(port, serves, checked)

        if isinstance(port, DevicePort):
            if serves != cash_drawer.NAME:
                raise PortError(f"device {name}: a {serves} cannot hang at another device; only a cash_drawer can")
            self._attach_drawer(name, port, open_device, checked)
            return
        thread: DeviceThread
        if serves in _READERS:
            thread = ReaderThread(name, opener, self._bus, self._backoff, contract=serves)
        elif serves in _PRINTERS:
            thread = PrinterThread(name, opener, self._bus, self._backoff, PrintQueue(reprint_marker))
        elif serves == customer_display.NAME:
            columns, rows = (int(checked.get(key, usual)) for key, usual in (("columns", 20), ("rows", 2)))
            thread = DisplayThread(name, opener, self._bus, self._backoff, columns=columns, rows=rows)
        else:
            raise ValueError(f"device {name}: nobody here knows what to do with a {serves}")
        self._threads[name] = thread
        thread.start()

    def _attach_drawer(self, name: str, port: DevicePort, open_device: OpenDevice, options: Options) -> None:
        thread = self._threads.get(port.name)
        if not isinstance(thread, PrinterThread):
            printers = [other for other, thread in self._threads.items() if isinstance(thread, PrinterThread)]
            raise PortError(f"{port} names no printer; printers are: {', '.join(printers) or 'none'}")

        def opener(printer: Any) -> Any:
            return open_device(DevicePort(port.name, printer), cash_drawer.NAME, options)

        thread.add_drawer(DrawerSlot(name, opener, self._bus))

    def printer(self, name: str) -> PrinterHandle:
        """Return the handle of a printer; raises `LookupError` when `name` is no printer."""
        thread = self._threads.get(name)
        if not isinstance(thread, PrinterThread):
            raise LookupError(f"there is no printer named {name}")
        return PrinterHandle(thread)

    def drawer(self, name: str) -> DrawerHandle:
        """Return the handle of a cash drawer, or of the one a printer offers itself; raises `LookupError` for others."""
        for thread in self._threads.values():
            if isinstance(thread, PrinterThread) and (slot := thread.drawers().get(name)):
                return DrawerHandle(thread, slot)
        raise LookupError(f"there is no cash drawer named {name}")

    def display(self, name: str) -> DisplayHandle:
        """Return the handle of a customer display; raises `LookupError` when `name` is none."""
        thread = self._threads.get(name)
        if not isinstance(thread, DisplayThread):
            raise LookupError(f"there is no customer display named {name}")
        return DisplayHandle(thread)

    def health(self) -> dict[str, Health]:
        """Return what was last found out about every device, by name."""
        found: dict[str, Health] = {}
        for name, thread in self._threads.items():
            if isinstance(thread, PrinterThread):
                found.update({drawer: slot.health for drawer, slot in thread.drawers().items()})
            found[name] = thread.health
        return found

    def close(self, timeout_s: float = 5.0) -> None:
        """Close all devices and end their threads; waits at most `timeout_s` seconds for all of them together."""
        deadline_s = time.monotonic() + timeout_s
        for thread in self._threads.values():
            thread.stop()
        for thread in self._threads.values():
            thread.join(max(0.0, deadline_s - time.monotonic()))
        self._threads.clear()
