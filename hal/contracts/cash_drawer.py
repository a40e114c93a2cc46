"""The contract of a cash drawer."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from hal.contracts.device import Device

NAME = "cash_drawer"


@runtime_checkable
class CashDrawer(Device, Protocol):
    """A drawer that opens by a pulse."""

    def open_drawer(self) -> None:
        """Open the drawer and return once the pulse was given, or once its sensor has seen it open.

        Raises `DeviceError` when its sensor did not, `DeviceOffline`, `DeviceTimeout` or `DeviceUnplugged`; after the
        last two the drawer may be open.
        MUST NOT be tried again by itself after an error: a drawer that springs open later is a danger.
        """

    def is_open(self) -> bool | None:
        """Whether the drawer stands open; None when it has no sensor.

        Raises `DeviceTimeout` or `DeviceUnplugged` when what it hangs at does not answer.
        """
