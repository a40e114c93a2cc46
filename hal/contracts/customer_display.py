"""The contract of a customer display: a few short lines of text that face the guest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from hal.contracts.device import Device
from hal.health import Health

NAME = "customer_display"


@runtime_checkable
class CustomerDisplay(Device, Protocol):
    """Shows text. `close` leaves it empty where it can: nobody reads the last guest's total in the morning."""

    @property
    def columns(self) -> int:
        """Characters in a line."""

    @property
    def rows(self) -> int:
        """Lines."""

    def show(self, lines: Sequence[str]) -> None:
        """Show `lines` from the top and nothing else; return once all of it was sent.

        A line that is too long first loses spaces where several stand together, then its end. Lines beyond `rows` are
        not shown. A character the display does not have becomes its nearest relative or a visible mark, never another
        character without a word in the log. Raises `DeviceTimeout` or `DeviceUnplugged`.
        """

    def clear(self) -> None:
        """Show nothing; raises as `show` does."""

    def status(self) -> Health:
        """How it is, as far as it can tell; raises `DeviceTimeout` or `DeviceUnplugged`.

        Most displays only listen: READY then means no more than that their port is there.
        """
