"""What a device offers that cash drawers can be plugged into; it is no contract of its own in a configuration."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

from hal.contracts.device import Device

Pin = Literal[2, 5]


@runtime_checkable
class DrawerHost(Device, Protocol):
    """A connector with two pulse lines and a line back from the drawer's sensor (pins 2, 5 and 3)."""

    def kick(self, pin: Pin, pulse_ms: int) -> None:
        """Put a pulse of `pulse_ms` milliseconds, 100 to 500, on `pin` now, or not at all.

        Raises as `CashDrawer.open_drawer` does, and never sends a refused pulse later.
        """

    def drawer_signal(self) -> bool:
        """Ask for the level of the sensor's line: True is high. What it means depends on the drawer's switch.

        Raises `DeviceTimeout` or `DeviceUnplugged`.
        """
