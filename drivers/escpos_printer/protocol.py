"""What an ESC/POS printer says, and the commands whose answers the driver needs.

Source: Epson, ESC/POS command reference (DLE EOT, DLE DC4, GS a, GS r, GS ( H) and its chapter on telling the kinds of
transmitted status apart by their fixed bits.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

CLEAR_BUFFERS = bytes([0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8])
"""DLE DC4 fn 8: empty receive and print buffers, at once even when off line."""
_PULSE_UNIT_MS = 2
_REAL_TIME_PULSE_UNIT_MS = 100
ENABLE_ASB = b"\x1da\x0f"
"""GS a: report drawer, on/off line, errors and paper by itself whenever one changes."""
ASK_PAPER_IN_ORDER = b"\x1dr\x01"
"""GS r 1: answered only after everything before it has been done, which makes it a receipt for the slip."""
PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, PAPER = 1, 2, 3, 4
"""The questions of DLE EOT."""


def real_time_status(question: int) -> bytes:
    """DLE EOT n: answered at once, whatever is in the buffer."""
    return bytes([0x10, 0x04, question])


def pulse(pin: int, pulse_ms: int) -> bytes:
    """ESC p: a pulse for the drawer at `pin` 2 or 5, in order behind everything sent before."""
    time = min(255, pulse_ms // _PULSE_UNIT_MS)
    return b"\x1bp" + bytes([0 if pin == 2 else 1, time, time])


def real_time_pulse(pin: int, pulse_ms: int) -> bytes:
    """DLE DC4 fn 1: the same at once, even without paper or with an open cover; in steps of 100 ms."""
    steps = max(1, min(8, round(pulse_ms / _REAL_TIME_PULSE_UNIT_MS)))
    return bytes([0x10, 0x14, 1, 0 if pin == 2 else 1, steps])


def process_id_request(mark: bytes) -> bytes:
    """GS ( H fn 48: sends the four characters of `mark` back when everything before it has been done."""
    return b"\x1d(H\x06\x0000" + mark


@dataclass(frozen=True, slots=True)
class Status:
    """The conditions a printer reports; `None` where it has not said anything yet."""

    offline: bool = False
    cover_open: bool = False
    paper_out: bool = False
    paper_near_end: bool = False
    cutter_error: bool = False
    other_error: bool = False
    drawer_high: bool = False
    """The level of the line from the drawer's sensor, pin 3 of the kick-out connector."""

    @property
    def waits_for_a_hand(self) -> bool:
        """Whether paper or cover keep the printer from printing and nothing else is known to."""
        return self.cover_open or self.paper_out

    @property
    def stops_printing(self) -> bool:
        """Whether the printer will not go on by itself."""
        return self.offline or self.cover_open or self.paper_out or self.cutter_error or self.other_error


class AnswerParser:
    """Sorts the bytes a printer sends. The fixed bits tell the kinds apart, so answers may come in any mixture."""

    def __init__(self) -> None:
        self.status = Status()
        self.real_time: deque[int] = deque()
        """Answers to DLE EOT, oldest first."""
        self.in_order = 0
        """How many answers to GS r have come."""
        self.process_ids: deque[bytes] = deque()
        self.cleared = 0
        """How many times the printer said that its buffers are empty."""
        self._block = bytearray()

    def feed(self, data: bytes) -> None:
        """Take bytes in whatever pieces they arrive."""
        for byte in data:
            self._take(byte)

    def _take(self, byte: int) -> None:
        if self._block:
            self._block.append(byte)
            self._finish_block()
        elif byte == 0x37 or byte & 0x93 == 0x10:
            self._block.append(byte)
        elif byte & 0x93 == 0x12:
            self.real_time.append(byte)
        elif byte & 0x90 == 0:
            self.in_order += 1

    def _finish_block(self) -> None:
        block = bytes(self._block)
        if block[0] == 0x37:
            if block[-1] != 0 or len(block) < 3:
                if len(block) > 16:
                    self._block.clear()
                return
            if block[1] == 0x22:
                self.process_ids.append(block[2:-1])
            elif block[1] == 0x25:
                self.cleared += 1
        elif len(block) < 4:
            return
        else:
            self.status = status_of_asb(block)
        self._block.clear()


def status_of_asb(block: bytes) -> Status:
    """Read the four bytes of an automatic status (GS a)."""
    return Status(
        offline=bool(block[0] & 0x08),
        cover_open=bool(block[0] & 0x20),
        cutter_error=bool(block[1] & 0x08),
        other_error=bool(block[1] & 0x60),
        drawer_high=bool(block[0] & 0x04),
        paper_near_end=bool(block[2] & 0x03),
        paper_out=bool(block[2] & 0x0C),
    )


def status_with(status: Status, question: int, answer: int) -> Status:
    """Return `status` with what a DLE EOT answer adds to it."""
    if question == PRINTER:
        return replace(status, offline=bool(answer & 0x08), drawer_high=bool(answer & 0x04))
    if question == OFFLINE_CAUSE:
        return replace(status, cover_open=bool(answer & 0x04), other_error=bool(answer & 0x40))
    if question == ERROR_CAUSE:
        other_error = status.other_error or bool(answer & 0x64)
        return replace(status, cutter_error=bool(answer & 0x08), other_error=other_error)
    return replace(status, paper_near_end=bool(answer & 0x0C), paper_out=bool(answer & 0x60))
