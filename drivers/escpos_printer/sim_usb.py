"""The simulated printer on USB, for programs that run with `environment`: umockdev shows it to them."""

from __future__ import annotations

import itertools
import struct
from pathlib import Path
from types import TracebackType

from drivers.escpos_printer.sim import EscposPrinterSimulator
from hal.sim.preload import PreloadTestbed

PRINTER_CLASS, VENDOR_CLASS = 7, 0xFF


def new_testbed() -> PreloadTestbed:
    """A testbed without printers, for several of them."""
    return PreloadTestbed(Path(__file__).with_name("sim_usb_testbed.py"), tells_udev=True)


class EscposUsbSimulator:
    """A printer with one interface of `interface_class`; paper, cover and drawer are those of `printer`.

    `answers` False leaves the endpoint to the host away.
    """

    _numbers = itertools.count(2)

    def __init__(
        self,
        printer: EscposPrinterSimulator | None = None,
        *,
        vendor_id: int = 0x04B8,
        product_id: int = 0x0202,
        serial: str = "",
        interface_class: int = PRINTER_CLASS,
        answers: bool = True,
        testbed: PreloadTestbed | None = None,
    ) -> None:
        self.printer = printer or EscposPrinterSimulator()
        self._own = printer is None
        self._ids = (vendor_id, product_id)
        self._serial = serial
        self._descriptors = _descriptors(vendor_id, product_id, bool(serial), interface_class, answers)
        self._testbed = testbed or new_testbed()
        self._own_testbed = testbed is None
        self._number = 0
        self.plugged = False
        self.plug()

    @property
    def environment(self) -> dict[str, str]:
        """Variables of the programs that are to see it."""
        return self._testbed.environment

    @property
    def port(self) -> str:
        """The port as configuration writes it."""
        return f"usb:{self._ids[0]:04x}:{self._ids[1]:04x}" + (f":{self._serial}" if self._serial else "")

    def plug(self) -> None:
        """Put the cable in; the kernel gives it another number each time."""
        if not self.plugged:
            self._number = next(self._numbers)
            vendor_id, product_id = self._ids
            self._testbed.ask(
                "plug",
                number=self._number,
                vendor=vendor_id,
                product=product_id,
                serial=self._serial,
                descriptors=self._descriptors.hex().upper(),
                tcp_port=self.printer.port,
            )
            self.plugged = True

    def unplug(self) -> None:
        """Pull the cable."""
        if self.plugged:
            self.plugged = False
            self._testbed.ask("unplug", number=self._number)

    def state(self, **values: object) -> None:
        """Change what the USB side does: take_bytes (of each transfer, the rest waits), busy (another program has it)."""
        self._testbed.ask("state", number=self._number, **values)

    def close(self) -> None:
        """Remove it for good."""
        self.unplug()
        if self._own_testbed:
            self._testbed.close()
        if self._own:
            self.printer.close()

    def __enter__(self) -> EscposUsbSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _descriptors(vendor_id: int, product_id: int, serial: bool, interface_class: int, answers: bool) -> bytes:
    """Device, configuration, interface and endpoints as the USB 2.0 specification, 9.6, lays them out."""
    device = bytes([18, 1, 0, 2, 0, 0, 0, 64]) + struct.pack("<HHH", vendor_id, product_id, 0x100)
    device += bytes([0, 0, 3 if serial else 0, 1])
    endpoints = [0x01, *([0x82] if answers else [])]
    body = bytes([9, 4, 0, 0, len(endpoints), interface_class, 1, 2 if answers else 1, 0])
    for address in endpoints:
        body += bytes([7, 5, address, 2, 64, 0, 0])
    return device + bytes([9, 2, 9 + len(body), 0, 1, 1, 0, 0xC0, 50]) + body
