"""A cash drawer that hangs at a printer, as the printer's thread sees it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from hal.bus import Publisher
from hal.contracts.cash_drawer import CashDrawer
from hal.errors import DeviceError
from hal.events import DrawerClosed, DrawerFailed, DrawerOpened, HealthChanged
from hal.health import CONNECTING, READY, Health, Reason, State

log = logging.getLogger(__name__)


class DrawerSlot:
    """Opens its drawer through the open printer, tells what its sensor says and how it is.

    Only the printer's thread calls the methods; any thread may read `health` and `is_open`. `own_health` False is the
    drawer that a printer's driver offers itself: it is as the printer is, and nothing is said about it separately.
    """

    def __init__(self, device: str, opener: Callable[[Any], Any], bus: Publisher, *, own_health: bool = True) -> None:
        self.device_name = device
        self._opener = opener
        self._bus = bus
        self._own_health = own_health
        self._drawer: Any = None
        self._health = CONNECTING
        self._is_open: bool | None = None

    @property
    def health(self) -> Health:
        """What was last found out about the drawer."""
        return self._health

    @property
    def is_open(self) -> bool | None:
        """What the sensor said last; None without a sensor, or while the printer does not answer."""
        return self._is_open

    def attach(self, printer: Any, printer_health: Health) -> None:
        """Open the drawer on `printer`, unless it is, and take over what the printer's health means for it."""
        if self._drawer is None:
            try:
                self._drawer = self._opener(printer)
            except Exception as error:
                log.exception("drawer %s", self.device_name)
                reason = error.reason if isinstance(error, DeviceError) else Reason.DRIVER_ERROR
                self._report(Health(State.OFFLINE, reason, str(error)))
                return
        offline = printer_health.state is State.OFFLINE
        self._report(Health(State.OFFLINE, printer_health.reason, printer_health.detail) if offline else READY)

    def detach(self, printer_health: Health) -> None:
        """Give the drawer up together with its printer."""
        self.close()
        self._report(Health(State.OFFLINE, printer_health.reason, printer_health.detail))

    def close(self) -> None:
        """Close the drawer, unless it is the printer itself."""
        drawer, self._drawer, self._is_open = self._drawer, None, None
        if drawer is not None and self._own_health:
            drawer.close()

    def open(self, deadline_s: float) -> None:
        """Open the drawer unless `deadline_s` (monotonic seconds) is over; raises what the printer must be reopened for."""
        if self._drawer is None:
            self.refuse(self._health.reason)
            return
        if time.monotonic() > deadline_s:
            self.refuse(Reason.TIMEOUT)
            return
        try:
            self._drawer.open_drawer()
            if self._has_sensor:
                self._is_open = self._drawer.is_open()
        except DeviceError as error:
            self.refuse(error.reason)
            if error.reopen:
                raise
            return
        self._bus.publish(DrawerOpened(self.device_name))

    def refuse(self, reason: Reason) -> None:
        """Say that the drawer was not opened."""
        self._bus.publish(DrawerFailed(self.device_name, reason))

    def look(self) -> None:
        """Ask the sensor and tell what a hand did to the drawer; raises what the printer must be reopened for."""
        if not self._has_sensor:
            return
        before, self._is_open = self._is_open, self._drawer.is_open()
        if before is False and self._is_open:
            self._bus.publish(DrawerOpened(self.device_name, by_hand=True))
        elif before and self._is_open is False:
            self._bus.publish(DrawerClosed(self.device_name))

    @property
    def _has_sensor(self) -> bool:
        return isinstance(self._drawer, CashDrawer)

    def _report(self, health: Health) -> None:
        if health != self._health:
            self._health = health
            if self._own_health:
                self._bus.publish(HealthChanged(self.device_name, health))
