"""A serial cable to a simulated device that listens on TCP."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

from hal.sim.faults import Faults, Passage
from hal.sim.pty_line import PtyLine

_LISTEN_S = 0.05


class PtyToTcp:
    """Whoever opens `path` talks to the device at `tcp_port` on loopback. The device does not notice unplugging.

    `to_device` and `from_device` hold the faults of the two directions.
    """

    def __init__(self, tcp_port: int, name: str = "serial0") -> None:
        self.to_device = Faults()
        self._passage = Passage(self.to_device)
        self._line = PtyLine(name)
        self.from_device = self._line.faults
        self._device = socket.create_connection(("127.0.0.1", tcp_port), 5.0)
        self._device.settimeout(None)
        self._device.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._up, self._down)]
        for thread in self._threads:
            thread.start()

    @property
    def path(self) -> str:
        """The device file."""
        return self._line.path

    @property
    def plugged(self) -> bool:
        """Whether the cable is plugged in."""
        return self._line.plugged

    @property
    def passed_bytes(self) -> int:
        """How many bytes have gone towards the device."""
        return self._passage.passed_bytes

    def unplug(self) -> None:
        """Pull the cable at the host."""
        self._line.unplug()

    def plug(self) -> None:
        """Put it back."""
        self._line.plug()

    def close(self) -> None:
        """Remove the cable for good."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._device.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5.0)
        self._device.close()
        self._line.close()

    def __enter__(self) -> PtyToTcp:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _up(self) -> None:
        while not self._closing.is_set():
            try:
                data = self._line.read(_LISTEN_S)
            except ConnectionError:
                self._closing.wait(_LISTEN_S)
                continue
            pieces, cut = self._passage.pieces(data)
            for piece in pieces:
                if self.to_device.delay_s:
                    self._closing.wait(self.to_device.delay_s)
                with contextlib.suppress(OSError):
                    self._device.sendall(piece)
            if cut:
                self.to_device.cut_after_bytes = None
                self.unplug()

    def _down(self) -> None:
        while True:
            try:
                data = self._device.recv(4096)
            except OSError:
                return
            if not data:
                return
            with contextlib.suppress(ConnectionError, OSError):
                self._line.write(data)
