"""A drawer that has no port of its own: it is reached through the open printer it hangs at."""

from __future__ import annotations

import time
from typing import cast

from drivers.printer_drawer.protocol import stands_open
from hal.contracts.drawer_host import DrawerHost, Pin
from hal.descriptor import Options
from hal.errors import DeviceError, PortError
from hal.ports import DevicePort, Port

_LOOK_AGAIN_S = 0.05


def open_device(port: Port, contract: str, options: Options) -> PrinterDrawer:
    """Take the connector of an open printer; raises `PortError` for a device that has none."""
    if not isinstance(port, DevicePort) or not isinstance(port.device, DrawerHost):
        raise PortError(
            f"driver printer_drawer works on device:<a receipt printer with a drawer connector>, not on {port}"
        )
    return PrinterDrawer(
        port.device,
        cast(Pin, int(options["pin"])),
        pulse_ms=int(options["pulse_ms"]),
        sensor=str(options["sensor"]),
        opens_in_s=float(options["opens_in_s"]),
    )


class PrinterDrawer:
    """Implements `hal.contracts.cash_drawer.CashDrawer`."""

    def __init__(self, host: DrawerHost, pin: Pin, *, pulse_ms: int, sensor: str, opens_in_s: float) -> None:
        self._host = host
        self._pin = pin
        self._pulse_ms = pulse_ms
        self._sensor = sensor
        self._opens_in_s = opens_in_s

    def open_drawer(self) -> None:
        """See `CashDrawer.open_drawer`."""
        self._host.kick(self._pin, self._pulse_ms)
        if self._sensor == "none":
            return
        deadline_s = time.monotonic() + self._opens_in_s
        while not self.is_open():
            if time.monotonic() >= deadline_s:
                raise DeviceError("the drawer got its pulse and did not open: it is locked, jammed or not connected")
            time.sleep(_LOOK_AGAIN_S)

    def is_open(self) -> bool | None:
        """See `CashDrawer.is_open`."""
        return None if self._sensor == "none" else stands_open(self._sensor, self._host.drawer_signal())

    def close(self) -> None:
        """See `Device.close`; the port belongs to the printer."""
