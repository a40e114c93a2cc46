"""Asks head office, while the guest waits, to hold the money for a sale; answers for it when it does not.

Whoever asks signs and sends through the bridge, which never waits; one thread waits, verifies, and ends at the event bus. A
question that cannot be answered in time is answered `LOCAL`, and from then on every one is at once, until probes that no
guest waits for have shown that head office is back.
"""

from __future__ import annotations

import logging
import os
import secrets
import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from appliance.store.breaker import Breaker
from journal.keys import BadSignature, PublicKey, SigningKey, sign_document
from mqtt_bridge import wire
from mqtt_bridge.local_socket import Authorise, Authorised, Link, LocalSocket
from mqtt_bridge.signed import from_head_office

log = logging.getLogger(__name__)

PROBE_EVERY_S = 3.0


class Outcome(StrEnum):
    """What became of a question."""

    GRANTED = "granted"
    """Head office holds the money for this sale."""
    REFUSED = "refused"
    """Head office says no; the reason says why."""
    LOCAL = "local"
    """Nobody answered in time: this terminal decides by what it knows."""


class Mode(StrEnum):
    """How the terminal sells from accounts."""

    CONNECTED = "connected"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class AuthorisationAnswered:
    """The one answer to a question. Amounts in minor units: the guest's balance at head office and what others hold of it;
    both 0 with `LOCAL`. `reason` is that of `wire.Authorised`, empty unless refused. What is granted may be used for `lifetime_s`
    seconds."""

    request: str
    outcome: Outcome
    reason: str = ""
    balance_minor: int = 0
    held_minor: int = 0
    lifetime_s: int = field(default=0, compare=False)


class Answers(Protocol):
    """Where answers go: an event bus that carries them."""

    def publish(self, event: AuthorisationAnswered) -> None:
        """Take one answer; never blocks."""


@dataclass(frozen=True)
class _Question:
    """What is waited for; `asked_s` is monotonic. `document` is not signed yet."""

    document: wire.Authorise
    asked_s: float


class Authoriser:
    """Owns `<data_dir>/sockets/authorise.sock` from construction to `close`. `deadline_s` is how long a guest waits."""

    def __init__(
        self,
        enrolment: wire.Enrolment,
        key: SigningKey,
        data_dir: Path,
        bus: Answers,
        now_utc: Callable[[], datetime],
        deadline_s: float,
    ) -> None:
        self._enrolment, self._key, self._bus, self._now_utc = enrolment, key, bus, now_utc
        self._head_office = PublicKey.from_base64(enrolment.ack_public_key)
        self._deadline_s = deadline_s
        self._lock = threading.Lock()
        self._breaker = Breaker(deadline_s / 2)
        self._since = now_utc()
        self._last_answer_s: float | None = None
        self._waiting: dict[str, _Question] = {}
        self._probe_at_s = time.monotonic()
        self._stopping = False
        self._socket = LocalSocket.for_authoriser(data_dir)
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._thread = threading.Thread(target=self._run, name="authoriser", daemon=True)
        self._thread.start()

    @property
    def mode(self) -> Mode:
        """How the next question will be dealt with."""
        with self._lock:
            return Mode.LOCAL if self._breaker.is_open else Mode.CONNECTED

    @property
    def since(self) -> datetime:
        """Since when the mode has been what it is (UTC)."""
        with self._lock:
            return self._since

    @property
    def last_answer_s(self) -> float | None:
        """How long head office took for its last answer, to a question or a probe; None before the first."""
        with self._lock:
            return self._last_answer_s

    def ask(
        self,
        guest_id: str,
        amount_minor: int,
        day: date,
        meal_id: str | None,
        meals: int,
        replaces: str | None = None,
    ) -> str:
        """Ask for `amount_minor` and `meals` subsidised meals (0 or 1) of that guest; returns the request's id at once.

        Exactly one `AuthorisationAnswered` with that id follows on the bus. `replaces` is an earlier request of this
        terminal whose hold is not wanted any more.
        """
        document = self._document(
            "hold", guest=guest_id, amount_minor=amount_minor, day=day, meal=meal_id, meals=meals, replaces=replaces
        )
        with self._lock:
            local = self._breaker.is_open or self._stopping
            if not local:
                self._expect(document)
        if local:
            self._bus.publish(AuthorisationAnswered(document.request, Outcome.LOCAL))
        else:
            self._send(document)
        return document.request

    def release(self, request: str) -> None:
        """Let go of what an earlier request holds: nothing will be sold with it. No answer follows on the bus.

        While head office does not answer nothing is sent, and the hold ends by itself.
        """
        document = self._document("release", replaces=request)
        with self._lock:
            if self._breaker.is_open or self._stopping:
                return
            self._expect(document)
        self._send(document)

    def close(self) -> None:
        """End the thread; what is still waited for is answered `LOCAL`."""
        with self._lock:
            self._stopping = True
        os.eventfd_write(self._bell, 1)
        self._thread.join()
        self._socket.close()
        os.close(self._bell)

    def _document(self, kind: Any, **fields: Any) -> wire.Authorise:
        return wire.Authorise(
            terminal=self._enrolment.terminal,
            epoch=self._enrolment.epoch,
            request=secrets.token_hex(16),
            kind=kind,
            **fields,
        )

    def _expect(self, document: wire.Authorise) -> None:
        """Wait for the answer to what is sent next. Call with the lock held."""
        now_s = time.monotonic()
        self._waiting[document.request] = _Question(document, now_s)
        self._probe_at_s = now_s + PROBE_EVERY_S

    def _send(self, document: wire.Authorise) -> None:
        """Sign and send unless it has been answered `LOCAL` already; the thread then looks at how long to wait."""
        with self._lock:
            if document.request not in self._waiting:
                return
        signed = sign_document(self._key, wire.AUTHORISE_CONTEXT, wire.unsigned(document))
        if not self._socket.send(Authorise(signed)):
            self._change(self._breaker.link_lost)
        os.eventfd_write(self._bell, 1)

    def _run(self) -> None:
        while self._turn():
            readable, _, _ = select.select([self._socket.fileno(), self._bell], [], [], self._pause_s())
            if self._bell in readable:
                os.eventfd_read(self._bell)
        self._answer_local()

    def _pause_s(self) -> float:
        """How long nothing needs to be done unless something comes."""
        with self._lock:
            due_s = min(
                (asked.asked_s + self._deadline_s for asked in self._waiting.values()), default=self._probe_at_s
            )
            return max(0.0, min(due_s, self._probe_at_s) - time.monotonic())

    def _turn(self) -> bool:
        """Take what has come, give up what is overdue, send what waits. Tells whether to go on."""
        for news in self._socket.drain():
            match news:
                case Link(connected=True):
                    self._link_is_up()
                case Link(connected=False):
                    self._change(self._breaker.link_lost)
                case Authorised(document=document):
                    self._take(document)
        now_s = time.monotonic()
        with self._lock:
            if self._stopping:
                return False
            overdue = any(now_s - asked.asked_s >= self._deadline_s for asked in self._waiting.values())
            probe = self._document("probe") if now_s >= self._probe_at_s and not overdue else None
            if probe:
                self._expect(probe)
        if overdue:
            self._change(self._breaker.timed_out)
        if probe:
            self._send(probe)
        return True

    def _take(self, document: dict[str, Any]) -> None:
        """Believe an answer that is head office's, for this terminal, to a question that is still open."""
        now_s = time.monotonic()
        try:
            answer = from_head_office(wire.Authorised, document, self._head_office)
        except (wire.WireError, BadSignature) as problem:
            log.error("an answer was refused: %s", problem)
            return
        if (answer.terminal, answer.epoch) != (self._enrolment.terminal, self._enrolment.epoch):
            log.error("an answer was refused: it is for terminal %s epoch %d", answer.terminal, answer.epoch)
            return
        with self._lock:
            question = self._waiting.pop(answer.request, None)
            if question is not None:
                self._last_answer_s = now_s - question.asked_s
        if question is None:
            return
        self._change(lambda: self._breaker.answered(now_s - question.asked_s))
        if question.document.kind == "hold":
            outcome = Outcome.GRANTED if answer.granted else Outcome.REFUSED
            self._bus.publish(
                AuthorisationAnswered(
                    answer.request,
                    outcome,
                    answer.reason,
                    answer.balance_minor,
                    answer.held_minor,
                    answer.lifetime_s,
                )
            )

    def _link_is_up(self) -> None:
        """A line that is back does not mean head office answers: find out now."""
        with self._lock:
            if self._breaker.is_open and not self._waiting:
                self._probe_at_s = min(self._probe_at_s, time.monotonic())

    def _change(self, tell: Callable[[], None]) -> None:
        """Tell the breaker something; when that opens it nobody waits any longer."""
        with self._lock:
            before = self._breaker.is_open
            tell()
            if self._breaker.is_open != before:
                self._since = self._now_utc()
                log.warning("selling %s", "by what is known here" if self._breaker.is_open else "with head office")
            is_open = self._breaker.is_open
        if is_open:
            self._answer_local()

    def _answer_local(self) -> None:
        """Let nobody wait any longer."""
        with self._lock:
            given_up = list(self._waiting.values())
            self._waiting.clear()
        for question in given_up:
            if question.document.kind == "hold":
                self._bus.publish(AuthorisationAnswered(question.document.request, Outcome.LOCAL))
