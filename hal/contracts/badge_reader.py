"""The contract of a badge reader."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from hal.contracts.device import Device

NAME = "badge_reader"


@runtime_checkable
class BadgeReader(Device, Protocol):
    """Reads the number of a badge that a guest or an employee presents."""

    def read(self, timeout_s: float) -> str | None:
        """Wait at most `timeout_s` seconds for a badge and return its number, or None when there was none.

        MUST return a number only when its frame was complete and every check the frame offers held.
        MUST return every number once per presentation, in order. MAY return before the time is over with None.
        Raises `BadData` when a frame was thrown away; the next call goes on behind it.
        Raises `DeviceUnplugged` when the port is gone; a badge presented meanwhile is lost.
        """
