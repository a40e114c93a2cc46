"""An ESC/POS network printer that is not there: a TCP server, a paper path with its troubles, and paper as pictures."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Literal

from drivers.escpos_printer.protocol import CLEAR_BUFFERS
from drivers.escpos_printer.sim_engine import Engine, PrinterState
from drivers.escpos_printer.sim_paper import Paper, Slip

PaperLevel = Literal["ok", "near_end", "out"]
_REAL_TIME_LENGTHS = {0x04: 3, 0x05: 3}
_REAL_TIME_REQUEST_LENGTHS = {0x01: 5, 0x02: 5, 0x08: len(CLEAR_BUFFERS)}
"""Of DLE DC4, by its function."""


class EscposPrinterSimulator(PrinterState):
    """A printer at `host`:`port`, serving one connection at a time as such printers do. Its thread starts at once.

    Without paper, with an open cover or off line it keeps what it received and prints it later, unless told to forget
    it. `buffer_bytes` is its receive buffer: when it is full, the printer stops reading. `speed_bytes_s` 0 prints at
    once. `confirms` False makes a printer that knows no GS r. `on_change` is called on the printer's or the caller's
    thread after anything visible changed.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        buffer_bytes: int = 4096,
        speed_bytes_s: int = 0,
        confirms: bool = True,
        on_change: Callable[[], None] | None = None,
    ) -> None:
        self.host = host
        self.on_change = on_change
        self.drawer_kicks = 0
        self.drawer_open = False
        self.drawer_locked = False
        self.drawer_high_open = True
        self.buffer_bytes = buffer_bytes
        self.speed_bytes_s = speed_bytes_s
        self._confirms = confirms
        self._lock = threading.RLock()
        self._paper = Paper()
        self._engine = Engine(self._paper, self._send, self)
        self._buffer = bytearray()
        self._tail = b""
        self._wants_rest = False
        self._slips: list[Slip] = []
        self._torn: list[Slip] = []
        self._level: PaperLevel = "ok"
        self._cover_open = False
        self._online = True
        self._cutter_blocked = False
        self._paper_left_bytes: int | None = None
        self._asb = False
        self._peer: socket.socket | None = None
        self._listener: socket.socket | None = None
        self._stopping = False
        self._bell_out, self._bell_in = socket.socketpair()
        self._bell_out.setblocking(False)
        self.port = self._listen(port)
        self._thread = threading.Thread(target=self._run, name=f"escpos-simulator-{self.port}", daemon=True)
        self._thread.start()

    @property
    def slips(self) -> list[Slip]:
        """Everything that was cut off, oldest first; blank pieces are not counted."""
        with self._lock:
            return list(self._slips)

    @property
    def torn(self) -> list[Slip]:
        """Unfinished pieces that went into the bin when the roll was changed."""
        with self._lock:
            return list(self._torn)

    @property
    def unknown_commands(self) -> list[str]:
        """Commands that this simulator does not draw; empty while it shows what a printer would."""
        with self._lock:
            return list(self._engine.unknown)

    @property
    def paper(self) -> PaperLevel:
        """How much paper there is."""
        return self._level

    @property
    def cover_open(self) -> bool:
        """Whether the cover is open."""
        return self._cover_open

    @property
    def online(self) -> bool:
        """Whether the printer is switched on line at its panel."""
        return self._online

    @property
    def plugged(self) -> bool:
        """Whether the printer is on the network."""
        return self._listener is not None

    def current_png(self) -> bytes:
        """The paper that hangs out of the printer, uncut."""
        with self._lock:
            return self._paper.png()

    def set_paper(self, level: PaperLevel) -> None:
        """Let the paper run low or out; from "out" to another level is a new roll, the unfinished piece is torn off."""
        with self._lock:
            if self._level == "out" and level != "out" and self._paper.has_ink:
                self._torn.append(self._paper.take())
            self._level = level
        self._changed()

    def set_cover(self, open: bool) -> None:
        """Open or close the paper cover."""
        with self._lock:
            self._cover_open = open
        self._changed()

    def set_online(self, online: bool) -> None:
        """Switch the printer on or off line at its panel; the network goes on answering."""
        with self._lock:
            self._online = online
        self._changed()

    def set_cutter_error(self, blocked: bool) -> None:
        """Block the knife, or clear it."""
        with self._lock:
            self._cutter_blocked = blocked
        self._changed()

    def set_drawer(self, open: bool) -> None:
        """Push the drawer shut, or open it with a key."""
        with self._lock:
            self.drawer_open = open
        self._changed()

    def paper_out_after_bytes(self, count: int) -> None:
        """Let the paper end after the command in which the next `count` bytes have been worked through."""
        with self._lock:
            self._paper_left_bytes = count

    def unplug(self) -> None:
        """Pull the network cable's far end: the connection is reset and the port refuses."""
        with self._lock:
            self._drop_peer(reset=True)
            if self._listener is not None:
                self._listener.close()
                self._listener = None
        self._changed()

    def plug(self) -> None:
        """Be reachable again at the same port."""
        with self._lock:
            if self._listener is None:
                self._listen(self.port)
        self._changed()

    def close(self) -> None:
        """Stop the thread and free the port."""
        self._stopping = True
        self._ring()
        self._thread.join(5.0)
        with self._lock:
            self._drop_peer(reset=False)
            if self._listener is not None:
                self._listener.close()
                self._listener = None
        self._bell_in.close()
        self._bell_out.close()

    def __enter__(self) -> EscposPrinterSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # The engine's view of the printer.

    def in_order_answer(self, question: int) -> bytes:
        """GS r 1: paper sensors; GS r 2: drawer connector."""
        if not self._confirms:
            return b""
        if question in (1, 49):
            return bytes([{"ok": 0x00, "near_end": 0x03, "out": 0x0F}[self._level]])
        return bytes([int(self._drawer_line_high)])

    def enable_asb(self, enabled: bool) -> None:
        """GS a: report now and at every change from now on."""
        self._asb = enabled
        if enabled:
            self._send(self._asb_block())

    def kick_drawer(self) -> None:
        """ESC p and DLE DC4 1."""
        self.drawer_kicks += 1
        if not self.drawer_locked and not self.drawer_open:
            self.drawer_open = True
            self._report_change()

    def cut(self) -> None:
        """Keep the piece that falls off."""
        if self._paper.has_ink:
            self._slips.append(self._paper.take())

    # The printer's thread.

    def _listen(self, port: int) -> int:
        self._listener = socket.create_server((self.host, port), backlog=4)
        self._listener.setblocking(False)
        return int(self._listener.getsockname()[1])

    def _run(self) -> None:
        while not self._stopping:
            with self._lock:
                worked = self._work()
                waiting = self._watched()
                pause_s = 64 / self.speed_bytes_s if self.speed_bytes_s and self._can_print and self._buffer else None
            if worked:
                self._tell()
            with selectors.DefaultSelector() as selector:
                for one in waiting:
                    # A socket that unplug() closed meanwhile has no descriptor any more.
                    with contextlib.suppress(ValueError):
                        selector.register(one, selectors.EVENT_READ)
                ready = [key.fileobj for key, _ in selector.select(pause_s)]
            self._hear(ready)

    def _watched(self) -> list[socket.socket]:
        watched = [self._bell_out]
        if self._peer is None and self._listener is not None:
            watched.append(self._listener)
        if self._peer is not None and (len(self._buffer) < self.buffer_bytes or self._wants_rest):
            watched.append(self._peer)
        return watched

    def _hear(self, ready: Sequence[object]) -> None:
        with self._lock:
            for one in ready:
                if one is self._bell_out:
                    with contextlib.suppress(BlockingIOError):
                        self._bell_out.recv(4096)
                elif one is self._listener and self._listener is not None:
                    with contextlib.suppress(OSError):
                        self._peer, _ = self._listener.accept()
                        self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                elif one is self._peer:
                    self._receive()

    def _receive(self) -> None:
        assert self._peer is not None
        try:
            data = self._peer.recv(max(64, self.buffer_bytes - len(self._buffer)))
        except OSError:
            data = b""
        if not data:
            self._drop_peer(reset=False)
            return
        self._obey_at_once(data)

    def _obey_at_once(self, data: bytes) -> None:
        """Find real-time commands in what has just arrived; they work whatever waits in the buffer."""
        data = self._tail + data
        self._tail = b""
        at = 0
        while (at := data.find(0x10, at)) >= 0:
            rest = data[at:]
            length = _real_time_length(rest)
            if len(rest) < length:
                self._tail = rest
                data = data[:at]
                break
            if rest.startswith(CLEAR_BUFFERS):
                self._buffer.clear()
                self._engine.forget_line()
                data, at = rest[length:], 0
                self._send(b"\x37\x25\x00")
                continue
            if rest[1:3] == b"\x14\x01":
                self.kick_drawer()
            elif rest[1:2] == b"\x04":
                self._send(bytes([self._real_time_answer(rest[2])]))
            at += length
        self._buffer += data

    @property
    def waiting_bytes(self) -> int:
        """How much was received and not worked through yet."""
        with self._lock:
            return len(self._buffer)

    @property
    def _can_print(self) -> bool:
        return self._online and not self._cover_open and not self._cutter_blocked and self._level != "out"

    def _work(self) -> bool:
        """Work through the buffer as far as paper, cover and speed allow; return whether anything was done."""
        budget = 64 if self.speed_bytes_s else len(self._buffer)
        done = 0
        self._wants_rest = False
        while self._buffer and self._can_print and done < budget:
            used = self._engine.step(bytes(self._buffer))
            if not used:
                # One command, a picture for instance, may be longer than the buffer; its dots are used as they come.
                self._wants_rest = True
                break
            del self._buffer[:used]
            done += used
            if self._paper_left_bytes is not None:
                self._paper_left_bytes -= used
                if self._paper_left_bytes <= 0:
                    self._paper_left_bytes = None
                    self._level = "out"
                    self._report_change()
        return done > 0

    def _real_time_answer(self, question: int) -> int:
        if question == 1:
            return 0x12 | (0 if self._can_print else 0x08) | (0x04 if self._drawer_line_high else 0)
        if question == 2:
            cause = 0x12 | (0x04 if self._cover_open else 0) | (0x20 if self._level == "out" else 0)
            return cause | (0x40 if self._cutter_blocked else 0)
        if question == 3:
            return 0x12 | (0x08 if self._cutter_blocked else 0)
        if question == 4:
            return 0x12 | {"ok": 0, "near_end": 0x0C, "out": 0x6C}[self._level]
        return 0x12

    @property
    def _drawer_line_high(self) -> bool:
        return self.drawer_open is self.drawer_high_open

    def _asb_block(self) -> bytes:
        first = 0x10 | (0 if self._can_print else 0x08) | (0x20 if self._cover_open else 0)
        first |= 0x04 if self._drawer_line_high else 0
        second = 0x08 if self._cutter_blocked else 0x00
        return bytes([first, second, {"ok": 0x00, "near_end": 0x03, "out": 0x0F}[self._level], 0x0F])

    def _send(self, data: bytes) -> None:
        if self._peer is not None:
            with contextlib.suppress(OSError):
                self._peer.sendall(data)

    def _drop_peer(self, *, reset: bool) -> None:
        if self._peer is None:
            return
        if reset:
            linger_now = (1).to_bytes(4, "little") + bytes(4)
            self._peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_now)
        self._peer.close()
        self._peer = None
        self._asb = False
        self._tail = b""

    def _report_change(self) -> None:
        if self._asb:
            self._send(self._asb_block())

    def _changed(self) -> None:
        with self._lock:
            self._report_change()
        self._ring()
        self._tell()

    def _ring(self) -> None:
        with contextlib.suppress(OSError):
            self._bell_in.send(b"\x01")

    def _tell(self) -> None:
        if self.on_change is not None:
            self.on_change()


def _real_time_length(data: bytes) -> int:
    """The length of the real-time command at the start of `data`, as far as it can be told already; 1 for none."""
    if len(data) < 2 or (data[1] == 0x14 and len(data) < 3):
        return len(data) + 1
    if data[1] == 0x14:
        return _REAL_TIME_REQUEST_LENGTHS.get(data[2], 1)
    return _REAL_TIME_LENGTHS.get(data[1], 1)
