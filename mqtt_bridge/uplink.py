"""Up: from the journal to head office, as far ahead of the acknowledged mark as the window allows.

A conversation begins with an `Ask` carrying a new nonce; until it is answered nothing is sent, and only acknowledgements
with that nonce count. The answer says where to go on, higher or lower than before. When acknowledgements stay away, a new
conversation begins, so what was lost is sent again and nothing piles up behind a head office that is down.
"""

from __future__ import annotations

import logging
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from journal.keys import BadSignature, PublicKey
from mqtt_bridge import local_socket, wire
from mqtt_bridge.journal_tail import JournalTail
from mqtt_bridge.marks import Marks
from mqtt_bridge.signed import from_head_office

log = logging.getLogger(__name__)

WINDOW_MESSAGES = 20
ENVELOPE_BYTES = 256


class AckRefused(Exception):
    """An acknowledgement nobody should have sent; it changed nothing."""


@dataclass(frozen=True)
class AckTiming:
    """How long to wait for an acknowledgement before asking again: at first, and at most (it doubles); and how long a
    terminal with nothing to send waits: head office may have been restored, and asks for nothing by itself."""

    first_s: float = 5.0
    longest_s: float = 60.0
    quiet_s: float = 120.0


class Uplink:
    """What to send next and what to believe. Holds no connection; every moment comes in as monotonic seconds."""

    def __init__(
        self,
        enrolment: wire.Enrolment,
        journal: JournalTail,
        marks: Marks,
        tell: Callable[[local_socket.News], object],
        timing: AckTiming,
    ) -> None:
        self._enrolment, self._journal, self._marks, self._tell = enrolment, journal, marks, tell
        self._key = PublicKey.from_base64(enrolment.ack_public_key)
        self._timing = timing
        self._timeout_s = timing.first_s
        self._mark = marks.mark(enrolment.epoch)
        self._cursor = self._mark.upto
        self._in_flight: deque[int] = deque()
        self._nonce = ""
        self._answered = self._refused = False
        self._last_number = 0
        self._needs_served: set[int] = set()
        self._heard_at_s = 0.0
        self.stopped = marks.stop(enrolment.epoch)
        self.halted = self.stopped
        self.warning = ""
        """What a person should look at although delivery goes on."""
        self._warned = ""
        self._evidence_after: int | None = None
        self._evidence_sent = 0
        self.skew_s: int | None = None
        """How many seconds this machine's clock is ahead of head office's, as of the last acknowledgement."""
        self.through: int | None = None
        """The last entry that may be sent, None: all."""

    @property
    def upto(self) -> int:
        """The acknowledged mark."""
        return self._mark.upto

    def news(self) -> local_socket.Mark | local_socket.Alarm:
        """Return where delivery stands: the mark, or why the terminal must not sell."""
        if self.stopped:
            return local_socket.Alarm(self.stopped, stops=True)
        unsent = max(0, self._journal.head().seq - self._mark.upto)
        return local_socket.Mark(
            self._enrolment.epoch, self._mark.upto, unsent, self._mark.quarantined, skew_s=self.skew_s
        )

    def begin(self, now_s: float, accounts_version: int) -> wire.Ask:
        """Begin a conversation; the result is to be published."""
        self._nonce = secrets.token_hex(16)
        self._answered = self._refused = False
        self._last_number = 0
        self._in_flight.clear()
        self._needs_served.clear()
        self._heard_at_s = now_s
        head = self._journal.head()
        return wire.Ask(
            terminal=self._enrolment.terminal,
            epoch=self._enrolment.epoch,
            nonce=self._nonce,
            head_seq=head.seq,
            head_hash=head.hash,
            accounts_version=accounts_version,
        )

    @property
    def has_said_all(self) -> bool:
        """Whether a stopped terminal has heard why, and has shown what it wrote: it may leave the line to the other."""
        return bool(self.stopped) and self._refused and self._evidence_after is None

    def is_overdue(self, now_s: float) -> bool:
        """Tell whether an acknowledgement has been waited for too long; then `begin` again. The next wait is longer."""
        if self.halted:
            return now_s - self._heard_at_s >= self._timing.longest_s
        if self._answered and not self._in_flight:
            return now_s - self._heard_at_s >= self._timing.quiet_s
        if now_s - self._heard_at_s < self._timeout_s:
            return False
        self._timeout_s = min(self._timing.longest_s, self._timeout_s * 2)
        return True

    def next_message(self, now_s: float) -> bytes | None:
        """Return the next message to publish, None when there is none or the window is full."""
        if self._evidence_after is not None:
            return self._evidence()
        if self.halted or not self._answered or len(self._in_flight) >= WINDOW_MESSAGES:
            return None
        entries = self._pack(self._cursor, self._may_send())
        if not entries:
            return None
        if entries[0]["seq"] != self._cursor + 1:
            self._halt(f"The journal lacks entry {self._cursor + 1}, which head office needs.", stops=False)
            return None
        if not self._in_flight:
            self._heard_at_s = now_s
        self._cursor += len(entries)
        self._in_flight.append(self._cursor)
        return wire.encode(wire.Up(terminal=self._enrolment.terminal, epoch=self._enrolment.epoch, entries=entries))

    def _pack(self, after_seq: int, limit: int) -> list[dict[str, Any]]:
        """Return entries above `after_seq` without a gap between them, as many as fit into a message."""
        entries: list[dict[str, Any]] = []
        size = ENVELOPE_BYTES
        for entry in self._journal.entries(after_seq, limit):
            fields = entry.to_json_dict()
            size += len(msgspec.json.encode(fields)) + 1
            if entries and (size > wire.MAX_UP_BYTES or entry.seq != entries[-1]["seq"] + 1):
                break
            entries.append(fields)
        return entries

    def _evidence(self) -> bytes | None:
        """Return the next part of the branch that head office does not hold, for its quarantine; a window of them at most."""
        entries = self._pack(self._evidence_after or 0, wire.MAX_ENTRIES)
        self._evidence_sent += 1
        is_over = not entries or self._evidence_sent >= WINDOW_MESSAGES
        self._evidence_after = None if is_over else entries[-1]["seq"]
        if not entries:
            return None
        return wire.encode(wire.Up(terminal=self._enrolment.terminal, epoch=self._enrolment.epoch, entries=entries))

    def on_ack(self, payload: bytes, now_s: float) -> None:
        """Take an acknowledgement. Raises `AckRefused` when it is not head office's; then nothing changed."""
        ack, document = self._read(payload)
        if ack.nonce != self._nonce or ack.number < self._last_number:
            log.info("passed over an acknowledgement of an earlier conversation")
            return
        self._last_number = ack.number
        self.skew_s = _skew_s(ack.at)
        if not self._answered or ack.upto != self._mark.upto:
            self._heard_at_s = now_s
        if self._agrees(ack):
            self._accept(ack, document)

    def on_proof(self, payload: bytes, wrote: Callable[[str], bool]) -> bool:
        """Take the answer to an archive on a stick; `wrote` tells whether this terminal wrote one with that nonce.

        Returns whether it said anything new: an answer that was taken before, or stands below the mark, changes nothing.
        Raises `AckRefused` when it is not head office's, or no archive of this terminal is answered by it.
        """
        ack, document = self._read(payload)
        if not wrote(ack.nonce):
            raise AckRefused("acknowledgement refused: nonce: it answers no archive of this terminal")
        if ack.upto < self._mark.upto or ack.number <= self._marks.answered(ack.nonce):
            log.info("passed over an answer to an archive that says nothing new")
            return False
        self._marks.set_answered(ack.nonce, ack.number)
        if not self._agrees(ack):
            return True
        self._marks.record(ack, document)
        self._mark = self._marks.mark(self._enrolment.epoch)
        if ack.upto > self._cursor:
            self._go_to(ack.upto)
        if not self.stopped or ack.number > self._marks.stop_number(self._enrolment.epoch):
            self._go_on()
        self._tell(self.news())
        return True

    def _read(self, payload: bytes) -> tuple[wire.Ack, dict[str, Any]]:
        """Return what head office signed for this terminal and epoch, also as the document. Raises `AckRefused`."""
        try:
            document = wire.document(payload)
            ack = from_head_office(wire.Ack, document, self._key)
        except (wire.WireError, BadSignature) as problem:
            raise AckRefused(f"acknowledgement refused: {problem}") from problem
        if ack.terminal != self._enrolment.terminal:
            raise AckRefused(f"acknowledgement refused: terminal: it is for {ack.terminal}")
        if ack.epoch != self._enrolment.epoch:
            raise AckRefused(f"acknowledgement refused: epoch: it is for {ack.epoch}, ours is {self._enrolment.epoch}")
        return ack, document

    def _agrees(self, ack: wire.Ack) -> bool:
        """Tell whether head office holds this terminal's own journal and takes more of it; halts when it does not."""
        ours = self._journal.hash_at(ack.upto)
        if ours is None:
            stops = ack.upto > self._journal.head().seq
            text = f"Head office stands at entry {ack.upto}, which this terminal's journal does not hold"
            text += (
                ": its journal was copied, or an old copy was put back." if stops else " any more, nor do its archives."
            )
        elif ours != ack.head:
            text = f"Head office holds another entry {ack.upto} than this terminal: its journal was copied or replaced."
            stops = True
        else:
            self._warn(ack.alarm or "")
            return True
        if stops and text != self.stopped:
            # Common history ends at the mark believed last at the latest; what is above it head office has to see.
            self._evidence_after, self._evidence_sent = min(self._mark.upto, ack.upto), 0
        self._refused = True
        self._halt(text, stops=stops, number=ack.number)
        return False

    def _warn(self, alarm: str) -> None:
        """Head office holds our journal and has an alarm all the same: a copy has written under our name."""
        self.warning = (
            f"Head office says: {alarm} This terminal's journal is the one head office holds." if alarm else ""
        )
        if self.warning and self.warning != self._warned:
            log.error("%s", self.warning)
            self._tell(local_socket.Alarm(self.warning))
        self._warned = self.warning

    def _halt(self, text: str, *, stops: bool, number: int = 0) -> None:
        """Send nothing more. `stops`: the journal is not head office's any more, which a restart does not mend."""
        self._in_flight.clear()
        if text != self.halted:
            log.error("%s", text)
        self.halted = text
        if stops and text != self.stopped:
            self._marks.set_stop(self._enrolment.epoch, text, number)
            self.stopped = text
        self._tell(local_socket.Alarm(text, stops))

    def _go_on(self) -> None:
        self.halted = ""
        if self.stopped:
            self._marks.set_stop(self._enrolment.epoch, "")
            self.stopped = ""

    def _may_send(self) -> int:
        """How many entries the next message may hold: those the transfer mode has let through."""
        return wire.MAX_ENTRIES if self.through is None else max(0, min(wire.MAX_ENTRIES, self.through - self._cursor))

    def _accept(self, ack: wire.Ack, document: dict[str, Any]) -> None:
        before = self._mark
        self._marks.record(ack, document)
        self._mark = self._marks.mark(self._enrolment.epoch)
        if ack.upto < before.upto:
            log.warning("head office stands at entry %d, it stood at %d: sending again", ack.upto, before.upto)
        if ack.upto > before.upto or ack.upto >= self._journal.head().seq:
            self._timeout_s = self._timing.first_s
        if not self._answered or ack.upto < before.upto or ack.upto > self._cursor:
            self._go_to(ack.upto)
        while self._in_flight and self._in_flight[0] <= ack.upto:
            self._in_flight.popleft()
        if ack.need and ack.upto < ack.need <= self._cursor and ack.need not in self._needs_served:
            self._needs_served.add(ack.need)
            self._go_to(ack.need - 1)
        self._answered = True
        self._go_on()
        self._tell(self.news())

    def _go_to(self, seq: int) -> None:
        self._cursor = seq
        self._in_flight.clear()


def _skew_s(at: str) -> int | None:
    """How far this machine's clock is ahead of the time `at` that has just been told; None if it is no time.

    Way and commit make it seconds too high; a wrong clock is wrong by minutes or days.
    """
    try:
        told = datetime.fromisoformat(at)
    except ValueError:
        return None
    return round((datetime.now(UTC) - told).total_seconds()) if told.tzinfo else None
