"""The device: a port, the protocol, and errors in the words of `hal.errors`."""

from __future__ import annotations

import time

from drivers._template.protocol import take_line
from hal.descriptor import Options
from hal.errors import PortError
from hal.ports import Port, TcpPort
from hal.tcp_stream import TcpStream

_CONNECT_TIMEOUT_S = 3.0


def open_device(port: Port, contract: str, options: Options) -> LineReader:
    """Connect; raises `DeviceUnplugged` or `DeviceTimeout`."""
    if not isinstance(port, TcpPort):
        raise PortError(f"driver _template works on tcp:host:port, not on {port}")
    return LineReader(TcpStream(port, _CONNECT_TIMEOUT_S), int(options["max_length"]))


class LineReader:
    """Implements `hal.contracts.badge_reader.BadgeReader`."""

    def __init__(self, stream: TcpStream, max_length: int) -> None:
        self._stream = stream
        self._max_length = max_length
        self._buffer = bytearray()

    def read(self, timeout_s: float) -> str | None:
        """See `BadgeReader.read`."""
        deadline_s = time.monotonic() + timeout_s
        while (number := take_line(self._buffer, self._max_length)) is None:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return None
            _, received = self._stream.exchange(b"", left_s)
            self._buffer += received
        return number

    def close(self) -> None:
        """See `Device.close`."""
        self._stream.close()
