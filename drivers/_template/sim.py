"""The other end of the wire."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

from drivers._template.protocol import encode


class LineReaderSimulator:
    """A reader that serves one connection at a time on loopback at `port`."""

    def __init__(self) -> None:
        self._peer: socket.socket | None = None
        self._connected = threading.Condition()
        self._listener: socket.socket | None = None
        self.port = 0
        self.plug()

    def present(self, number: str) -> None:
        """Hold a badge before the reader."""
        self.send_raw(encode(number))

    def send_raw(self, data: bytes) -> None:
        """Send any bytes; raises `ConnectionError` when nobody is connected within five seconds."""
        with self._connected:
            if not self._connected.wait_for(lambda: self._peer is not None, 5.0) or self._peer is None:
                raise ConnectionError("nobody is connected")
            self._peer.sendall(data)

    def unplug(self) -> None:
        """Take the reader off the network."""
        listener, self._listener = self._listener, None
        if listener is not None:
            # Wakes the thread that waits in accept.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self._take_peer(None)

    def plug(self) -> None:
        """Be reachable again at the same port."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self.port = self._listener.getsockname()[1]
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def __enter__(self) -> LineReaderSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._take_peer(listener.accept()[0])

    def _take_peer(self, peer: socket.socket | None) -> None:
        with self._connected:
            if self._peer is not None:
                self._peer.close()
            self._peer = peer
            self._connected.notify_all()
