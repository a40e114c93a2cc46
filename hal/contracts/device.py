"""What every device has in common."""

from __future__ import annotations

from typing import Protocol


class Device(Protocol):
    """An open device. One thread uses it, from its opening to `close`."""

    def close(self) -> None:
        """Release the port. MUST NOT raise, MUST be harmless when called twice."""
