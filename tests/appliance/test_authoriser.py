"""The authoriser at its sockets: what it sends, whose answers it believes, and how long anybody waits."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from appliance.store.authoriser import AuthorisationAnswered, Authoriser, Mode, Outcome
from hal.bus import EventBus
from journal.keys import SigningKey, sign_document, verify_document
from mqtt_bridge import wire
from mqtt_bridge.local_socket import Authorise, Link, LocalSocket
from mqtt_bridge.local_socket import Authorised as Answer
from tests.appliance.asking import enrolment
from tests.waiting import wait_until

DAY = date(2026, 11, 21)
PATIENCE_S = 20.0
DEADLINE_S = 0.6


class Bridge:
    """The bridge's end of the sockets, and head office behind it."""

    def __init__(self, folder: Path, deadline_s: float, stack: ExitStack) -> None:
        self.key, self.journal_key = SigningKey.generate(), SigningKey.generate()
        self.bus: EventBus[Any] = EventBus()
        self.socket = stack.enter_context(closing(LocalSocket.for_bridge(folder)))
        authoriser = Authoriser(
            enrolment("till-1", self.key), self.journal_key, folder, self.bus, lambda: datetime.now(UTC), deadline_s
        )
        self.authoriser = stack.enter_context(closing(authoriser))

    def asked(self, kind: str) -> wire.Authorise:
        """The next request of that kind; its signature is checked."""
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            news = self.socket.receive(0.5)
            if isinstance(news, Authorise):
                verify_document(self.journal_key.public, wire.AUTHORISE_CONTEXT, news.document)
                request = wire.from_document(wire.Authorise, news.document)
                if request.kind == kind:
                    return request
        raise AssertionError(f"no {kind} has come")

    def answer(self, request: str, key: SigningKey | None = None, **changes: Any) -> None:
        fields = {
            "v": 1,
            "terminal": "till-1",
            "server": "main",
            "epoch": 1,
            "request": request,
            "granted": True,
            "reason": "",
            "balance_minor": 1200,
            "held_minor": 300,
            "lifetime_s": 120,
            "at": "2026-11-21T11:28:00Z",
        }
        self.socket.send(Answer(sign_document(key or self.key, wire.AUTHORISED_CONTEXT, fields | changes)))

    def connect(self) -> None:
        """Answer probes until guests are waited for."""

        def connected() -> bool:
            news = self.socket.receive(0.0)
            if isinstance(news, Authorise):
                self.answer(news.document["request"])
                # A line that comes back has the terminal ask at once.
                self.socket.send(Link(connected=True))
            return self.authoriser.mode is Mode.CONNECTED

        wait_until(connected, "it is connected")

    def ask(self, amount_minor: int = 450) -> str:
        return self.authoriser.ask("g-1", amount_minor, DAY, "lunch", 1)

    def event(self) -> AuthorisationAnswered:
        assert self.bus.wait(PATIENCE_S), "no answer has come"
        (event,) = self.bus.drain()
        assert isinstance(event, AuthorisationAnswered)
        return event


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Bridge]:
    """Nobody answers too late."""
    with ExitStack() as stack:
        bridge = Bridge(tmp_path, PATIENCE_S, stack)
        bridge.connect()
        yield bridge


@pytest.fixture
def hurried(tmp_path: Path) -> Iterator[Bridge]:
    """As at a till, and not connected yet."""
    with ExitStack() as stack:
        yield Bridge(tmp_path, DEADLINE_S, stack)


def test_a_question_is_signed_by_the_journal_key_and_answered_once(patient: Bridge) -> None:
    earlier = secrets.token_hex(16)
    request = patient.authoriser.ask("g-1", 450, DAY, "lunch", 1, replaces=earlier)

    asked = patient.asked("hold")
    patient.answer(asked.request)
    patient.answer(asked.request)

    assert (asked.terminal, asked.epoch, asked.request) == ("till-1", 1, request)
    assert (asked.guest, asked.amount_minor, asked.day, asked.meal, asked.meals) == ("g-1", 450, DAY, "lunch", 1)
    assert asked.replaces == earlier
    assert patient.event() == AuthorisationAnswered(request, Outcome.GRANTED, "", 1200, 300)
    patient.answer(patient.asked("probe").request)
    assert patient.bus.drain() == []


def test_a_refusal_says_why_also_for_a_reason_of_tomorrow(patient: Bridge) -> None:
    for reason in ("balance", "not_invented_yet"):
        request = patient.ask()
        patient.answer(patient.asked("hold").request, granted=False, reason=reason)
        assert patient.event() == AuthorisationAnswered(request, Outcome.REFUSED, reason, 1200, 300)


def test_only_head_office_s_answer_to_this_terminal_counts(patient: Bridge) -> None:
    request = patient.ask()
    patient.asked("hold")

    patient.answer(request, key=SigningKey.generate(), granted=False)
    patient.answer(request, key=patient.journal_key, granted=False)
    patient.answer(request, terminal="till-2", granted=False)
    patient.answer(request, epoch=2, granted=False)
    patient.answer(secrets.token_hex(16), granted=False)
    patient.answer(request, granted="perhaps")
    patient.socket.send(Answer({"v": 1}))
    patient.answer(request)

    assert patient.event().outcome is Outcome.GRANTED


def test_before_head_office_has_answered_nobody_waits(tmp_path: Path) -> None:
    with ExitStack() as stack:
        bridge = Bridge(tmp_path, PATIENCE_S, stack)
        begun_s = time.monotonic()
        request = bridge.ask()

        assert bridge.bus.drain() == [AuthorisationAnswered(request, Outcome.LOCAL)]
        assert time.monotonic() - begun_s < PATIENCE_S / 2
        assert bridge.authoriser.mode is Mode.LOCAL


def test_the_first_guest_waits_for_the_deadline_and_no_other_does(hurried: Bridge) -> None:
    hurried.connect()
    since = hurried.authoriser.since
    begun_s = time.monotonic()
    first = hurried.ask()
    event = hurried.event()
    took_s = time.monotonic() - begun_s
    second = hurried.ask()

    assert event == AuthorisationAnswered(first, Outcome.LOCAL)
    assert took_s >= DEADLINE_S
    assert hurried.bus.drain() == [AuthorisationAnswered(second, Outcome.LOCAL)]
    assert hurried.authoriser.mode is Mode.LOCAL
    assert hurried.authoriser.since > since


def test_an_answer_that_comes_too_late_changes_nothing(hurried: Bridge) -> None:
    hurried.connect()
    request = hurried.ask()
    assert hurried.event().outcome is Outcome.LOCAL

    hurried.answer(request)
    hurried.asked("probe")

    assert hurried.bus.drain() == []
    assert hurried.authoriser.mode is Mode.LOCAL


def test_a_lost_line_answers_whoever_waits_and_probes_find_head_office_again(patient: Bridge) -> None:
    requests = {patient.ask(), patient.ask()}
    for _ in requests:
        patient.asked("hold")
    patient.socket.send(Link(connected=False))
    answered: list[AuthorisationAnswered] = []
    while len(answered) < len(requests):
        assert patient.bus.wait(PATIENCE_S), "both are answered"
        answered += patient.bus.drain()

    assert {(event.request, event.outcome) for event in answered} == {(request, Outcome.LOCAL) for request in requests}
    patient.socket.send(Link(connected=True))
    patient.answer(patient.asked("probe").request)
    assert patient.authoriser.mode is Mode.LOCAL
    patient.connect()
    patient.ask()
    patient.answer(patient.asked("hold").request)
    assert patient.event().outcome is Outcome.GRANTED


def test_a_bridge_that_is_gone_is_as_good_as_a_lost_line(patient: Bridge) -> None:
    patient.socket.close()

    request = patient.ask()

    assert patient.event() == AuthorisationAnswered(request, Outcome.LOCAL)


def test_letting_go_of_money_is_sent_and_answered_to_nobody(patient: Bridge) -> None:
    request = patient.ask()
    patient.answer(patient.asked("hold").request)
    patient.event()

    patient.authoriser.release(request)

    released = patient.asked("release")
    patient.answer(released.request)
    assert released.replaces == request
    patient.answer(patient.asked("probe").request)
    assert patient.bus.drain() == []


def test_whoever_still_waits_at_the_end_is_answered(tmp_path: Path) -> None:
    with ExitStack() as stack:
        bridge = Bridge(tmp_path, PATIENCE_S, stack)
        bridge.connect()
        request = bridge.ask()

    assert bridge.bus.drain() == [AuthorisationAnswered(request, Outcome.LOCAL)]
