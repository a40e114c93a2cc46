"""Head office and the bridge as the terminal's process sees them: the other end of its sockets, with a key and accounts."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from appliance.store.authoriser import Mode
from journal.keys import SigningKey, sign_document
from masterdata.accounts_file import AccountsReader
from mqtt_bridge import wire
from mqtt_bridge.local_socket import Authorise, Authorised, Link, LocalSocket, News

PATIENCE_S = 20.0


@dataclass(frozen=True)
class Verdict:
    """What is answered to a request: amounts in minor units, and why not when it is not granted."""

    granted: bool = True
    reason: str = ""
    balance_minor: int = 0
    held_minor: int = 0


Decide = Callable[[wire.Authorise], Verdict | None]
"""What to answer; None: nothing, as if head office were not there."""


def by_replica(folder: Path) -> Decide:
    """Answer as a head office would that knows what the replica in the terminal's folder says, and holds nothing for others."""
    reader = AccountsReader(folder / "accounts.sqlite", b"")

    def decide(asked: wire.Authorise) -> Verdict:
        if asked.kind == "probe":
            return Verdict()
        guest = reader.guest(asked.guest, asked.day)
        if guest is None:
            return Verdict(False, "unknown_guest")
        known = Verdict(balance_minor=guest.balance_minor, held_minor=guest.held_minor)
        if guest.blocked:
            return replace(known, granted=False, reason="blocked")
        if any(meal.meal == asked.meal and meal.count > 0 for meal in guest.meals) and asked.meals:
            return replace(known, granted=False, reason="meal_used")
        if guest.balance_minor + guest.credit_limit_minor - guest.held_minor < asked.amount_minor:
            return replace(known, granted=False, reason="balance")
        return known

    return decide


class StandIn:
    """Binds the bridge's socket in a terminal's folder and answers what is asked there, on a thread of its own.

    `decide` may be replaced at any time; at first it is `by_replica`. After `send(Link(False))` nothing is answered until
    the line is back. What else the terminal says is kept for `drain`.
    """

    def __init__(self, folder: Path, decide: Decide | None = None, key: SigningKey | None = None) -> None:
        self.key = key or SigningKey.generate()
        self.decide: Decide = decide or by_replica(folder)
        self.asked: list[wire.Authorise] = []
        self._socket = LocalSocket.for_bridge(folder)
        self._said: deque[News] = deque()
        self._cut = threading.Event()
        self._closed = threading.Event()
        self._mode: Callable[[], Mode] | None = None
        self._thread = threading.Thread(target=self._run, name="stand-in", daemon=True)
        self._thread.start()

    def believed(self, enrolment: Path) -> None:
        """Write this head office's key into a terminal's enrolment."""
        document = json.loads(enrolment.read_text(encoding="utf-8"))
        document["ack_public_key"] = self.key.public.to_base64()
        enrolment.write_text(json.dumps(document), encoding="utf-8")

    def send(self, news: News) -> bool:
        """Say something to the terminal's process. Raises TimeoutError when it does not follow the line it is told of."""
        if isinstance(news, Link):
            (self._cut.clear if news.connected else self._cut.set)()
        sent = self._socket.send(news)
        mode = self._mode
        if isinstance(news, Link) and mode is not None:
            wanted = Mode.CONNECTED if news.connected else Mode.LOCAL
            deadline_s = time.monotonic() + PATIENCE_S
            while mode() is not wanted:
                if time.monotonic() > deadline_s:
                    raise TimeoutError(f"the terminal is not {wanted}")
                time.sleep(0.002)
                # A line that comes back has the terminal ask at once whether head office answers.
                self._socket.send(news)
        return sent

    def follow(self, mode: Callable[[], Mode]) -> None:
        """From now on `send(Link(...))` returns when the terminal sells as the line is."""
        self._mode = mode

    def follow_nothing(self) -> None:
        """`send(Link(...))` waits for nobody any more."""
        self._mode = None

    def receive(self, timeout_s: float = 0.0) -> News | None:
        """What the terminal said first, None when it has said nothing in that time."""
        deadline_s = time.monotonic() + timeout_s
        while not self._said and time.monotonic() < deadline_s:
            time.sleep(0.002)
        return self._said.popleft() if self._said else None

    def drain(self) -> list[News]:
        """What the terminal has said so far, but for its requests."""
        return list(iter(self.receive, None))

    def holds(self) -> list[wire.Authorise]:
        """The requests for money so far."""
        return [asked for asked in self.asked if asked.kind == "hold"]

    def close(self) -> None:
        """Go away, as a bridge that was killed."""
        if not self._closed.is_set():
            self._closed.set()
            self._thread.join()
            self._socket.close()

    def fileno(self) -> int:
        """The descriptor of the socket; below zero once it is closed."""
        return -1 if self._closed.is_set() else self._socket.fileno()

    def _run(self) -> None:
        while not self._closed.is_set():
            news = self._socket.receive(timeout_s=0.02)
            if isinstance(news, Authorise):
                if not self._cut.is_set():
                    self._answer(news.document)
            elif news is not None:
                self._said.append(news)

    def _answer(self, document: dict[str, Any]) -> None:
        asked = wire.from_document(wire.Authorise, document)
        self.asked.append(asked)
        verdict = self.decide(asked)
        if verdict is not None:
            self._socket.send(Authorised(self.answer(asked, Verdict() if asked.kind == "probe" else verdict)))

    def answer(self, asked: wire.Authorise, verdict: Verdict) -> dict[str, Any]:
        """The signed answer to a request."""
        answer = wire.Authorised(
            terminal=asked.terminal,
            server="Head office",
            epoch=asked.epoch,
            request=asked.request,
            granted=verdict.granted,
            reason=verdict.reason,
            balance_minor=verdict.balance_minor,
            held_minor=verdict.held_minor,
            lifetime_s=120,
            at=datetime.now(UTC).isoformat(),
        )
        return sign_document(self.key, wire.AUTHORISED_CONTEXT, wire.unsigned(answer))
