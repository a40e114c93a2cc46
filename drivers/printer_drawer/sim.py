"""A drawer at a simulated printer."""

from __future__ import annotations

from types import TracebackType

from drivers.escpos_printer.sim import EscposPrinterSimulator


class PrinterDrawerSimulator:
    """The drawer at `printer`, or at a printer of its own; `port` is where that printer is reached."""

    def __init__(self, printer: EscposPrinterSimulator | None = None, *, high_open: bool = True) -> None:
        self.printer = printer or EscposPrinterSimulator()
        self._own = printer is None
        self.printer.drawer_high_open = high_open

    @property
    def port(self) -> int:
        """The printer's TCP port on loopback."""
        return self.printer.port

    @property
    def is_open(self) -> bool:
        """Whether the drawer stands open."""
        return self.printer.drawer_open

    @property
    def kicks(self) -> int:
        """How many pulses it got."""
        return self.printer.drawer_kicks

    def open_by_key(self) -> None:
        """Open it with its key."""
        self.printer.set_drawer(True)

    def push_shut(self) -> None:
        """Push it shut."""
        self.printer.set_drawer(False)

    def lock(self, locked: bool) -> None:
        """Lock it, so that no pulse opens it."""
        self.printer.drawer_locked = locked

    def unplug(self) -> None:
        """Take the printer off the network, and the drawer with it."""
        self.printer.unplug()

    def plug(self) -> None:
        """Bring both back."""
        self.printer.plug()

    def close(self) -> None:
        """Remove the drawer, and the printer when it is its own."""
        if self._own:
            self.printer.close()

    def __enter__(self) -> PrinterDrawerSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
