"""A pole display that is not there: a pseudo terminal, the cells of its tube, and a picture of them.

Written from the command references named in `protocol`, not from what the driver happens to send.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from types import TracebackType

from drivers.serial_display.sim_tube import Tube
from hal.sim.faults import Faults
from hal.sim.pty_line import PtyLine

_LISTEN_S = 0.1
_LENGTHS = {0x1B: {"@": 2, "t": 3, "R": 3, "f": 3, "c": 3, "_": 3, "*": 3, "=": 3, "\x11": 2, "\x12": 2, "\x13": 2}}
_LENGTHS[0x1F] = {"\x01": 2, "\x02": 2, "\x03": 2, "$": 4, "C": 3, "X": 3, "B": 2, "E": 3, "\n": 2, "\r": 2}


class SerialDisplaySimulator:
    """Shows what it is sent at `path`, until `close`. `on_change` is called on its thread when the cells changed.

    It obeys both families of commands at once. `deaf` lets the line fill up, as a display does that is switched off.
    """

    def __init__(
        self,
        columns: int = 20,
        rows: int = 2,
        *,
        faults: Faults | None = None,
        on_change: Callable[[], None] | None = None,
    ) -> None:
        self.on_change = on_change
        self.deaf = False
        self._line = PtyLine("display0", faults)
        self._lock = threading.Lock()
        self._tube = Tube(columns, rows)
        self._pending = b""
        self._unknown: list[str] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="display-simulator", daemon=True)
        self._thread.start()

    @property
    def path(self) -> str:
        """The device file."""
        return self._line.path

    @property
    def port(self) -> str:
        """The port as configuration writes it."""
        return f"serial:{self.path}"

    @property
    def plugged(self) -> bool:
        """Whether the display is plugged in."""
        return self._line.plugged

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands on it, line by line, without the empty cells at the end."""
        with self._lock:
            return self._tube.lines

    @property
    def unknown_commands(self) -> list[str]:
        """Commands that this simulator does not obey; empty while it shows what a display would."""
        with self._lock:
            return list(self._unknown)

    def png(self) -> bytes:
        """What it looks like."""
        with self._lock:
            return self._tube.png()

    def unplug(self) -> None:
        """Pull the cable; without its current the display is dark."""
        self._line.unplug()
        with self._lock:
            self._pending = b""
            self._tube.reset()
        self._tell()

    def plug(self) -> None:
        """Put the cable back."""
        self._line.plug()

    def close(self) -> None:
        """Remove the display for good."""
        self._closing.set()
        self._thread.join(5.0)
        self._line.close()

    def __enter__(self) -> SerialDisplaySimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            data = b""
            with contextlib.suppress(ConnectionError):
                data = b"" if self.deaf else self._line.read(_LISTEN_S)
            if not data:
                self._closing.wait(_LISTEN_S if self.deaf or not self.plugged else 0.0)
                continue
            with self._lock:
                before = self._tube.lines
                self._pending += data
                while self._pending and (used := self._step(self._pending)):
                    self._pending = self._pending[used:]
                changed = self._tube.lines != before
            if changed:
                self._tell()

    def _tell(self) -> None:
        if self.on_change is not None:
            self.on_change()

    def _step(self, data: bytes) -> int:
        """Obey the command at the start of `data`; return its length, or 0 when bytes of it are missing."""
        first = data[0]
        if first in _LENGTHS:
            return self._command(data)
        if first == 0x0C:
            self._tube.clear()
        elif first == 0x0B:
            self._tube.move(1, 1)
        elif first == 0x0D:
            self._tube.move(1, self._tube.row + 1)
        elif first == 0x0A:
            self._tube.line_down()
        elif first == 0x18:
            self._tube.clear_line()
        elif first >= 0x20:
            self._tube.put(first)
        else:
            self._unknown.append(f"{first:02X}")
        return 1

    def _command(self, data: bytes) -> int:
        if len(data) < 2:
            return 0
        key = chr(data[1])
        if data[0] == 0x1B and key == "Q":
            return self._string(data)
        length = _LENGTHS[data[0]].get(key)
        if length is None:
            self._unknown.append(f"{'ESC' if data[0] == 0x1B else 'US'} {key!r}")
            return 2
        if len(data) < length:
            return 0
        if data[0] == 0x1B and key == "@":
            self._tube.reset()
        elif data[0] == 0x1B and key == "t":
            self._tube.table = data[2]
        elif data[0] == 0x1F and key == "$":
            self._tube.move(data[2], data[3])
        return length

    def _string(self, data: bytes) -> int:
        """ESC Q A and ESC Q B: a whole line up to CR."""
        end = data.find(b"\r")
        if end < 0:
            return 0
        row = {b"A": 1, b"B": 2}.get(data[2:3])
        if row is None:
            self._unknown.append(f"ESC 'Q' {data[2:3]!r}")
        else:
            self._tube.write_line(row, data[3:end])
        return end + 1
