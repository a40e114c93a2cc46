"""The contract of a bar code scanner."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from hal.contracts.device import Device

NAME = "barcode_scanner"


@runtime_checkable
class BarcodeScanner(Device, Protocol):
    """Reads bar codes from goods, vouchers or telephones."""

    def read(self, timeout_s: float) -> str | None:
        """Wait at most `timeout_s` seconds for a code and return its text, or None when there was none.

        MUST return a text only when its frame was complete and every check the frame offers held.
        Raises `BadData` and `DeviceUnplugged` as `BadgeReader.read` does.
        """
