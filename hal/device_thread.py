"""One thread that owns one device: opens it, works with it, says how it is, and opens it again when it was lost."""

from __future__ import annotations

import logging
import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from hal.backoff import Backoff
from hal.bus import Publisher
from hal.contracts import barcode_scanner
from hal.errors import BadData, DeviceError
from hal.events import BadgePresented, BarcodeScanned, HealthChanged
from hal.health import CONNECTING, READY, Health, Reason, State

log = logging.getLogger(__name__)

_READ_SLICE_S = 0.25


class DeviceThread(threading.Thread, ABC):
    """Subclasses say what to do with an open device. No exception ends the thread; only `stop` does."""

    def __init__(self, device: str, opener: Callable[[], Any], bus: Publisher, backoff: Backoff) -> None:
        super().__init__(name=f"device-{device}", daemon=True)
        self.device_name = device
        self._opener = opener
        self._bus = bus
        self._backoff = backoff
        self._chance = random.Random()  # noqa: S311 - spreads retries, protects nothing
        self._stopping = threading.Event()
        self._health = CONNECTING

    @property
    def health(self) -> Health:
        """What was last found out about the device."""
        return self._health

    def stop(self) -> None:
        """Ask the thread to close the device and end; returns at once."""
        self._stopping.set()

    def run(self) -> None:
        """Keep the device open until `stop`."""
        failures = 0
        while not self._stopping.is_set():
            try:
                device = self._opener()
            except Exception as error:
                failures += 1
                self._lost(error)
                self._stopping.wait(self._backoff.pause_s(failures, self._chance))
                continue
            failures = self._work_until_lost(device, failures)
            if failures and not self._stopping.is_set():
                self._stopping.wait(self._backoff.pause_s(failures, self._chance))

    def _work_until_lost(self, device: Any, failures: int) -> int:
        """Return how many failures in a row there have been; a device that worked for a while begins anew."""
        opened_s = time.monotonic()
        try:
            while not self._stopping.is_set():
                self.work(device)
        except Exception as error:
            self._lost(error)
        finally:
            device.close()
        return 1 if time.monotonic() - opened_s >= self._backoff.longest_s else failures + 1

    @abstractmethod
    def work(self, device: Any) -> None:
        """Do one short piece of work; called again and again. An exception means that the device must be reopened."""

    def report(self, health: Health) -> None:
        """Remember `health` and publish it when it is news."""
        if health != self._health:
            self._health = health
            self._bus.publish(HealthChanged(self.device_name, health))

    def _lost(self, error: Exception) -> None:
        if isinstance(error, DeviceError):
            reason, detail = error.reason, str(error)
        else:
            log.exception("driver of device %s failed", self.device_name)
            reason, detail = Reason.DRIVER_ERROR, f"{type(error).__name__}: {error}"
        self.report(Health(State.OFFLINE, reason, detail))


class ReaderThread(DeviceThread):
    """Publishes what a badge reader or a bar code scanner reads."""

    def __init__(
        self, device: str, opener: Callable[[], Any], bus: Publisher, backoff: Backoff, *, contract: str
    ) -> None:
        super().__init__(device, opener, bus, backoff)
        self._event = BarcodeScanned if contract == barcode_scanner.NAME else BadgePresented

    def work(self, device: Any) -> None:
        """Wait a moment for something to be presented."""
        if self._health.state in (State.CONNECTING, State.OFFLINE):
            self.report(READY)
        try:
            read = device.read(_READ_SLICE_S)
        except BadData as error:
            self.report(Health(State.ATTENTION, Reason.BAD_DATA, str(error)))
            return
        if read is not None:
            self.report(READY)
            self._bus.publish(self._event(self.device_name, read, time.monotonic()))
