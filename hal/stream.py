"""What carries bytes to a device and back, whatever the cable."""

from __future__ import annotations

from typing import Protocol

from hal.ports import Port


class ByteStream(Protocol):
    """An open connection. Nothing in it retries: who holds it decides what an error means."""

    @property
    def port(self) -> Port:
        """Where it leads."""

    def exchange(self, data: bytes, timeout_s: float) -> tuple[int, bytes]:
        """Send what fits of `data`, receive what is there; return the number of bytes sent and the bytes received.

        Waits at most `timeout_s` seconds for either to become possible; (0, b"") means that neither did.
        Raises `DeviceUnplugged` when the connection is gone.
        """

    def close(self) -> None:
        """Close the connection; harmless when it is."""
