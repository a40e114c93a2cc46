"""The thread that owns a customer display."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from hal.backoff import Backoff
from hal.bus import Publisher
from hal.contracts.customer_display import CustomerDisplay
from hal.device_thread import DeviceThread

_POLL_S = 1.0


class DisplayThread(DeviceThread):
    """Shows what was wanted last; what was wanted in between is skipped. A display that comes back shows it again."""

    def __init__(
        self,
        device: str,
        opener: Callable[[], Any],
        bus: Publisher,
        backoff: Backoff,
        *,
        columns: int,
        rows: int,
    ) -> None:
        super().__init__(device, opener, bus, backoff)
        self.columns = columns
        self.rows = rows
        self._changed = threading.Condition()
        self._wanted: tuple[str, ...] = ()
        self._shown: tuple[str, ...] | None = None
        self._device: CustomerDisplay | None = None

    def show(self, lines: Sequence[str]) -> None:
        """Want `lines` to be shown, an empty sequence for an empty display; returns at once."""
        with self._changed:
            self._wanted = tuple(lines)
            self._changed.notify_all()

    def stop(self) -> None:
        """As `DeviceThread.stop`."""
        super().stop()
        with self._changed:
            self._changed.notify_all()

    def work(self, device: CustomerDisplay) -> None:
        """Find out how the display is, then show what is wanted when it is something else."""
        if device is not self._device:
            self._device, self._shown = device, None
        self.report(device.status())
        with self._changed:
            self._changed.wait_for(lambda: self._wanted != self._shown or self._stopping.is_set(), _POLL_S)
            wanted = self._wanted
        if wanted == self._shown or self._stopping.is_set():
            return
        if any(wanted):
            device.show(wanted)
        else:
            device.clear()
        self._shown = wanted


class DisplayHandle:
    """What the house sees of one display. No method blocks."""

    def __init__(self, thread: DisplayThread) -> None:
        self._thread = thread

    @property
    def columns(self) -> int:
        """Characters in a line."""
        return self._thread.columns

    @property
    def rows(self) -> int:
        """Lines."""
        return self._thread.rows

    def show(self, lines: Sequence[str]) -> None:
        """Show `lines` as soon as the display can; a later call wins over one that was not shown yet."""
        self._thread.show(lines)

    def clear(self) -> None:
        """Show nothing."""
        self._thread.show(())
