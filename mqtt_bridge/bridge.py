"""The bridge: one thread that waits for the doorbell and the broker, and moves what can be moved."""

from __future__ import annotations

import logging
import select
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from journal.entry import EntryFormatError
from journal.errors import JournalError
from mqtt_bridge import local_socket, wire
from mqtt_bridge.backoff import Backoff
from mqtt_bridge.credentials import broker_context
from mqtt_bridge.downlink import Downlink
from mqtt_bridge.inbox import Inbox
from mqtt_bridge.journal_tail import JournalTail
from mqtt_bridge.local_files import BRIDGE_FILE, JOURNAL_FILE
from mqtt_bridge.local_socket import LocalSocket
from mqtt_bridge.lock import FolderLock
from mqtt_bridge.marks import Marks
from mqtt_bridge.session import Session
from mqtt_bridge.store_day import StoreClock
from mqtt_bridge.transfer import Gate, StoreDay, TransferMode, TransferPlan
from mqtt_bridge.uplink import AckRefused, AckTiming, Uplink

log = logging.getLogger(__name__)

GOODBYE_S = 1.0
SHIFT_END = "shift_close"
"""The kind of the entry that closes a shift."""


@dataclass(frozen=True)
class Timing:
    """Seconds: acknowledgements, reconnecting and downloading again (first and longest pause), repeating the news, telling
    head office how things stand, asking for full accounts, waiting for the broker's word on a message, and how long to sleep
    when nothing wakes the bridge."""

    ack: AckTiming = field(default_factory=AckTiming)
    reconnect_first_s: float = 0.5
    reconnect_longest_s: float = 5.0
    download_first_s: float = 5.0
    download_longest_s: float = 300.0
    news_s: float = 5.0
    state_s: float = 5.0
    full_accounts_s: float = 30.0
    unconfirmed_s: float = 60.0
    tick_s: float = 0.5


class Bridge:
    """Delivers `<data_dir>/journal.sqlite` to head office and brings down catalogues, accounts and the board."""

    def __init__(
        self,
        enrolment: wire.Enrolment,
        data_dir: Path,
        *,
        software: str = "refectory",
        timing: Timing | None = None,
        transfer: TransferPlan | None = None,
    ) -> None:
        self._enrolment, self._data_dir, self._software = enrolment, data_dir, software
        self._tls = broker_context(enrolment, data_dir)
        self._transfer = transfer or TransferPlan()
        self._timing = timing or Timing()
        self._backoff = Backoff(self._timing.reconnect_first_s, self._timing.reconnect_longest_s)
        self._trouble = Backoff(self._timing.reconnect_first_s, self._timing.reconnect_longest_s)
        self._session: Session | None = None
        self._greeted = False
        self._lost = ""
        self._connect_at_s = 0.0
        self._news_at_s = 0.0
        self._state_at_s = 0.0
        self._said = b""
        self._report = local_socket.Report(mode="")
        self._full_accounts_at_s = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set (looked at on every tick).

        Raises `FolderInUse` when another bridge works on the data folder, `OSError` when it cannot be used.
        """
        lock = FolderLock(self._data_dir / "bridge.lock")
        try:
            self._run(stop)
        finally:
            lock.release()

    def _run(self, stop: threading.Event) -> None:
        self._marks = Marks(self._data_dir / BRIDGE_FILE)
        self._journal = JournalTail(self._data_dir / JOURNAL_FILE, self._enrolment.terminal, self._enrolment.epoch)
        self._socket = LocalSocket.for_bridge(self._data_dir)
        tell = self._socket.send
        self._uplink = Uplink(self._enrolment, self._journal, self._marks, tell, self._timing.ack)
        self._kept_opening = self._marks.opening(self._enrolment.epoch)
        self._gate = Gate(self._transfer, self._kept_opening)
        self._store_clock = StoreClock(self._data_dir / "catalogues")
        self._inbox = Inbox(self._data_dir)
        retries, photo_retries = (
            Backoff(self._timing.download_first_s, self._timing.download_longest_s) for _ in range(2)
        )
        self._downlink = Downlink(self._enrolment, self._data_dir, self._marks, tell, retries, photo_retries)
        try:
            while not stop.is_set():
                pause_s = self._turn_safely()
                if pause_s:
                    stop.wait(pause_s)
            self._say_goodbye()
        finally:
            self._downlink.close()
            self._socket.close()
            self._journal.close()
            self._marks.close()

    def _turn_safely(self) -> float:
        """A file that cannot be read or written is told and tried again after the seconds returned, disconnected."""
        try:
            self._turn()
        except (OSError, sqlite3.Error, JournalError, EntryFormatError) as problem:
            log.error("%s", problem)
            self._socket.send(local_socket.Alarm(str(problem)))
            self._lose(f"stopped by: {problem}")
            self._journal.close()
            return self._trouble.next_s()
        self._trouble.reset()
        return 0.0

    def _turn(self) -> None:
        now_s = time.monotonic()
        if self._session is None and now_s >= self._connect_at_s:
            self._connect()
        arrived = self._wait()
        now_s = time.monotonic()
        for leaf, payload in arrived:
            self._take(leaf, payload, now_s)
        self._take_proofs()
        self._look_at_gate(now_s)
        if self._session:
            if self._session.lost:
                self._lose(self._session.lost)
            elif self._session.ready:
                self._converse(self._session, now_s)
                self._step_aside(self._session, now_s)
        self._downlink.turn(now_s)
        if now_s >= self._news_at_s:
            self._news_at_s = now_s + self._timing.news_s
            self._tell_all()

    def _wait(self) -> list[tuple[str, bytes]]:
        """Sleep until the doorbell, the broker or the next tick; return what the broker sent."""
        session, bell = self._session, self._socket.fileno()
        number = session.fileno() if session else None
        readers = [bell] if number is None else [bell, number]
        writers = [number] if session and number is not None and session.wants_write else []
        readable, writable, _ = select.select(readers, writers, [], self._timing.tick_s)
        if bell in readable:
            for news in self._socket.drain():
                self._hear(news)
        return session.turn(number in readable, number in writable) if session else []

    def _hear(self, news: local_socket.News) -> None:
        """Take what the terminal says; an entry it rings for is found in the journal."""
        match news:
            case local_socket.Authorise(document=document):
                self._ask_to_authorise(document)
            case local_socket.Report():
                self._report = news
            case local_socket.Refresh():
                self._downlink.needs_full_accounts = True
                self._full_accounts_at_s = 0.0
            case local_socket.Send():
                self._gate.open(self._journal.head().seq, time.monotonic(), datetime.now(UTC))
            case local_socket.Moment(name=name):
                self._gate.hear(name, self._journal.head().seq, time.monotonic(), datetime.now(UTC))

    def _ask_to_authorise(self, document: dict[str, Any]) -> None:
        """Send a request now, or drop it: behind something that is stuck it would come too late.

        A terminal that sends later never asks: the hold would be over before its ticket came.
        """
        if self._transfer.mode is not TransferMode.IMMEDIATE:
            return
        if self._session and self._session.ready and self._greeted and not self._session.wants_write:
            self._session.ask_to_authorise(document)

    def _look_at_gate(self, now_s: float) -> None:
        """Let the uplink send what the transfer mode lets through; what that is survives a restart."""
        plan = self._transfer
        if plan.mode is not TransferMode.IMMEDIATE:
            shift_end_seq = self._journal.last_seq(SHIFT_END) if plan.mode is TransferMode.SHIFT_END else 0
            by_clock = plan.mode in (TransferMode.TIMES, TransferMode.SERVICE_END)
            day = self._store_clock.day() if by_clock else StoreDay()
            self._gate.turn(self._journal.head().seq, shift_end_seq, now_s, datetime.now(UTC), day)
        if self._gate.opening != self._kept_opening:
            self._kept_opening = self._gate.opening
            self._marks.set_opening(self._enrolment.epoch, self._gate.opening)
        self._uplink.through = self._gate.through

    def _take_proofs(self) -> None:
        for path, payload in self._inbox.waiting():
            try:
                self._uplink.on_proof(payload, self._inbox.wrote)
            except AckRefused as problem:
                log.error("%s: %s", path, problem)
                self._socket.send(local_socket.Alarm(str(problem)))
            self._inbox.remove(path)

    def _take(self, leaf: str, payload: bytes, now_s: float) -> None:
        if leaf == "ack":
            try:
                self._uplink.on_ack(payload, now_s)
            except AckRefused as problem:
                log.error("%s", problem)
                self._socket.send(local_socket.Alarm(str(problem)))
            else:
                self._backoff.reset()
                self._tell_proof()
        elif leaf == "accounts":
            self._downlink.on_accounts(payload, now_s)
        elif leaf == "authorised":
            try:
                self._socket.send(local_socket.Authorised(wire.document(payload)))
            except wire.WireError as problem:
                log.error("%s", problem)
        elif leaf == "board":
            self._downlink.on_board(payload)
        elif leaf == "revision" and payload:
            self._downlink.on_revision(payload, now_s)

    def _converse(self, session: Session, now_s: float) -> None:
        if not self._greeted:
            self._greeted, self._lost = True, ""
            log.info("connected to %s:%d", self._enrolment.broker.host, self._enrolment.broker.port)
            self._tell_state(session, now_s)
            self._ask(session, now_s)
            self._socket.send(local_socket.Link(connected=True))
        elif session.unconfirmed_s(now_s) > self._timing.unconfirmed_s:
            self._lose("the broker confirms nothing any more")
            return
        elif self._uplink.is_overdue(now_s) or self._wants_full_accounts(now_s):
            self._ask(session, now_s)
        if now_s >= self._state_at_s:
            self._tell_state(session, now_s)
        while (message := self._uplink.next_message(now_s)) is not None:
            session.publish("up", message)

    def _step_aside(self, session: Session, now_s: float) -> None:
        """Two copies of a terminal take the line from each other, for they have one name; the stopped one leaves it."""
        if self._uplink.has_said_all and not session.wants_write:
            session.abandon()
            self._session = None
            self._connect_at_s = now_s + self._timing.ack.longest_s
            self._socket.send(local_socket.Link(connected=False))

    def _tell_state(self, session: Session, now_s: float) -> None:
        """Tell head office how things stand if it has not heard that on this connection."""
        self._state_at_s = now_s + self._timing.state_s
        state = self._state(online=True)
        told = wire.encode(msgspec.structs.replace(state, at=""))
        if told != self._said:
            session.publish("state", wire.encode(state), retain=True)
            self._said = told

    def _ask(self, session: Session, now_s: float) -> None:
        session.publish("ask", wire.encode(self._uplink.begin(now_s, self._downlink.accounts_version)))

    def _wants_full_accounts(self, now_s: float) -> bool:
        if not self._downlink.needs_full_accounts or now_s < self._full_accounts_at_s:
            return False
        self._full_accounts_at_s = now_s + self._timing.full_accounts_s
        return True

    def _connect(self) -> None:
        self._said = b""
        session = Session(self._enrolment, wire.encode(self._state(online=False)), self._tls)
        self._greeted = False
        try:
            session.open()
        except OSError as problem:
            self._lose(f"{self._enrolment.broker.host}:{self._enrolment.broker.port}: {problem}")
        else:
            self._session = session

    def _lose(self, reason: str) -> None:
        pause_s = self._backoff.next_s()
        log.log(
            logging.DEBUG if reason == self._lost else logging.WARNING, "%s; trying again in %.1f s", reason, pause_s
        )
        self._lost = reason
        if self._session:
            self._session.abandon()
            self._session = None
        self._connect_at_s = time.monotonic() + pause_s
        self._socket.send(local_socket.Link(connected=False))

    def _tell_proof(self) -> None:
        """Say which acknowledgement stands, and when the terminal sends."""
        document = self._marks.newest(self._enrolment.epoch) or {"server": "", "number": 0}
        self._socket.send(
            local_socket.Proof(document["server"], document["number"], document.get("at", ""), str(self._transfer))
        )

    def _tell_all(self) -> None:
        """Repeat where things stand, for a terminal that was not listening."""
        self._socket.send(local_socket.Link(connected=self._session is not None and self._greeted))
        self._socket.send(self._uplink.news())
        self._tell_proof()
        if self._uplink.halted and not self._uplink.stopped:
            self._socket.send(local_socket.Alarm(self._uplink.halted))
        if self._uplink.warning:
            self._socket.send(local_socket.Alarm(self._uplink.warning))

    def _say_goodbye(self) -> None:
        session = self._session
        if session and session.ready:
            session.publish("state", wire.encode(self._state(online=False)), retain=True)
            until_s = time.monotonic() + GOODBYE_S
            while session.wants_write and not session.lost and time.monotonic() < until_s:
                number = session.fileno()
                session.turn(False, bool(number is not None and select.select([], [number], [], 0.1)[1]))
        if session:
            session.close()
        self._socket.send(local_socket.Link(connected=False))

    def _state(self, *, online: bool) -> wire.State:
        head_seq, upto, report = self._journal.head().seq, self._uplink.upto, self._report
        return wire.State(
            terminal=self._enrolment.terminal,
            online=online,
            software=self._software,
            epoch=self._enrolment.epoch,
            head_seq=head_seq,
            upto=upto,
            at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            mode=report.mode,
            unsent=max(0, head_seq - upto),
            unsent_minor=report.unsent_minor,
            oldest_unsent_at=report.oldest_unsent_at,
            disk_used_percent=report.disk_used_percent,
            transfer=str(self._transfer),
        )
