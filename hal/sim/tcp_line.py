"""A network cable with faults: a TCP relay between a driver and a device."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

from hal.sim.faults import Faults, Passage

_RESET_ON_CLOSE = (1).to_bytes(4, "little") + bytes(4)


class TcpLine:
    """Listens on loopback at `port` and relays to the device; `to_device` and `from_device` hold the faults.

    Fault counters run over the whole life of the line, over all its connections.
    """

    def __init__(self, target_host: str, target_port: int) -> None:
        self._target = (target_host, target_port)
        self.to_device = Faults()
        self.from_device = Faults()
        self._up = Passage(self.to_device)
        self._down = Passage(self.from_device)
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, name=f"tcp-line-{self.port}", daemon=True)]
        self._threads[0].start()

    @property
    def passed_bytes(self) -> int:
        """How many bytes have gone towards the device."""
        return self._up.passed_bytes

    def cut(self) -> None:
        """Cut all connections as a pulled plug and a rebooted switch do: both ends see a reset."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for one in pair:
                _reset(one)

    def close(self) -> None:
        """End the line and its threads."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(5.0)

    def __enter__(self) -> TcpLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target, 5.0)
            except OSError:
                _reset(near)
                continue
            far.settimeout(None)
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.append((near, far))
            for source, sink, passage in ((near, far, self._up), (far, near, self._down)):
                thread = threading.Thread(target=self._relay, args=(source, sink, passage), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _relay(self, source: socket.socket, sink: socket.socket, passage: Passage) -> None:
        try:
            while data := source.recv(4096):
                pieces, cut = passage.pieces(data)
                for piece in pieces:
                    if passage.faults.delay_s:
                        self._closing.wait(passage.faults.delay_s)
                    sink.sendall(piece)
                if cut:
                    passage.faults.cut_after_bytes = None
                    break
        except OSError:
            pass
        finally:
            for one in (source, sink):
                _reset(one)


def _reset(one: socket.socket) -> None:
    """Close so that the peer sees a reset, and so that a thread blocked in `recv` on it wakes up."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RD)
    one.close()
