"""A serial line made of a pseudo terminal, with a path that stays the same over unplugging."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import tempfile
import threading
import tty
from pathlib import Path

from hal.sim.faults import Faults, Passage


class PtyLine:
    """The far end of a serial line: what is written here is what the driver reads at `path`.

    A pseudo terminal has no modem lines and ignores baud rate and parity; both show on real hardware only.
    """

    def __init__(self, name: str = "serial0", faults: Faults | None = None) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="refectory-line-"))
        self.path = str(self._directory / name)
        self.faults = faults or Faults()
        self._passage = Passage(self.faults)
        self._lock = threading.Lock()
        self._far_fd: int | None = None
        self._near_fd: int | None = None
        self._unplugged = threading.Event()
        self._reading = threading.Lock()
        self._bell_out, self._bell_in = socket.socketpair()
        self.plug()

    @property
    def plugged(self) -> bool:
        """Whether the line is there."""
        return self._far_fd is not None

    def plug(self) -> None:
        """Make the line available at `path`; harmless when it is."""
        with self._lock:
            if self._far_fd is not None:
                return
            self._far_fd, self._near_fd = os.openpty()
            tty.setraw(self._near_fd)
            self._unplugged.clear()
            Path(self.path).symlink_to(os.ttyname(self._near_fd))

    def unplug(self) -> None:
        """Hang the line up: whoever has it open gets an I/O error, and `path` is gone."""
        # A line that somebody waits on is hung up only when that wait ends.
        with contextlib.suppress(OSError):
            self._bell_in.send(b"\x01")
        with self._reading, self._lock:
            with contextlib.suppress(OSError):
                self._bell_out.recv(1)
            self._unplugged.set()
            Path(self.path).unlink(missing_ok=True)
            for fd in (self._far_fd, self._near_fd):
                if fd is not None:
                    os.close(fd)
            self._far_fd = self._near_fd = None

    def write(self, data: bytes) -> None:
        """Send `data` to whoever has `path` open, with the line's faults; raises `ConnectionError` when unplugged."""
        pieces, cut = self._passage.pieces(data)
        for piece in pieces:
            if self.faults.delay_s:
                self._unplugged.wait(self.faults.delay_s)
            with self._lock:
                if self._far_fd is None:
                    raise ConnectionError("the line is unplugged")
                os.write(self._far_fd, piece)
        if cut:
            self.faults.cut_after_bytes = None
            self.unplug()

    def read(self, timeout_s: float) -> bytes:
        """Return what arrived from whoever has `path` open, empty after `timeout_s` seconds without anything or
        when the line is being unplugged.

        Raises `ConnectionError` when unplugged.
        """
        with self._reading:
            if self._far_fd is None:
                raise ConnectionError("the line is unplugged")
            readable, _, _ = select.select([self._far_fd, self._bell_out.fileno()], [], [], timeout_s)
            return os.read(self._far_fd, 4096) if self._far_fd in readable else b""

    def close(self) -> None:
        """Unplug for good and remove what was made for the line."""
        self.unplug()
        self._bell_in.close()
        self._bell_out.close()
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._directory)
