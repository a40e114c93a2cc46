"""The simulated printer on a serial line."""

from __future__ import annotations

from types import TracebackType

from drivers.escpos_printer.sim import EscposPrinterSimulator
from hal.sim.faults import Faults
from hal.sim.pty_to_tcp import PtyToTcp


class EscposSerialSimulator:
    """A pseudo terminal to a printer; paper, cover and drawer are those of `printer`.

    A pseudo terminal has no CTS and DSR: `flow` of the driver does nothing on it, or is refused.
    """

    def __init__(self, printer: EscposPrinterSimulator | None = None) -> None:
        self.printer = printer or EscposPrinterSimulator()
        self._own = printer is None
        self._cable = PtyToTcp(self.printer.port, "printer0")

    @property
    def path(self) -> str:
        """The device file."""
        return self._cable.path

    @property
    def port(self) -> str:
        """The port as configuration writes it."""
        return f"serial:{self.path}?baud=19200"

    @property
    def plugged(self) -> bool:
        """Whether the cable is plugged in."""
        return self._cable.plugged

    @property
    def to_printer(self) -> Faults:
        """Faults on the way to the printer."""
        return self._cable.to_device

    @property
    def from_printer(self) -> Faults:
        """Faults on the way back."""
        return self._cable.from_device

    @property
    def passed_bytes(self) -> int:
        """How many bytes have gone towards the printer."""
        return self._cable.passed_bytes

    def unplug(self) -> None:
        """Pull the cable."""
        self._cable.unplug()

    def plug(self) -> None:
        """Put it back."""
        self._cable.plug()

    def close(self) -> None:
        """Remove it for good."""
        self._cable.close()
        if self._own:
            self.printer.close()

    def __enter__(self) -> EscposSerialSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
