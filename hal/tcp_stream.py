"""Bytes to and from a network device, with the faults of sockets turned into device errors."""

from __future__ import annotations

import contextlib
import select
import socket

from hal.errors import DeviceTimeout, DeviceUnplugged
from hal.ports import TcpPort


class TcpStream:
    """One TCP connection. Nothing here retries: who holds the stream decides what an error means."""

    def __init__(self, port: TcpPort, timeout_s: float) -> None:
        """Connect; raises `DeviceUnplugged` when the port refuses, `DeviceTimeout` after `timeout_s` of silence."""
        self.port = port
        try:
            self._socket = socket.create_connection((port.host, port.port), timeout_s)
        except TimeoutError as error:
            raise DeviceTimeout(f"{port} did not accept a connection within {timeout_s:g} s") from error
        except OSError as error:
            raise DeviceUnplugged(f"{port} cannot be reached: {error.strerror or error}") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)

    def exchange(self, data: bytes, timeout_s: float) -> tuple[int, bytes]:
        """As `ByteStream.exchange`."""
        writing = [self._socket] if data else []
        try:
            readable, writable, _ = select.select([self._socket], writing, [], max(0.0, timeout_s))
            received = self._socket.recv(4096) if readable else b""
            if readable and not received:
                raise DeviceUnplugged(f"{self.port} closed the connection")
            sent = self._socket.send(data) if writable else 0
        except BlockingIOError:
            return 0, b""
        except (OSError, ValueError) as error:
            raise DeviceUnplugged(f"{self.port}: the connection broke: {error}") from error
        return sent, received

    def close(self) -> None:
        """Close the connection; harmless when it is."""
        with contextlib.suppress(OSError):
            self._socket.close()
