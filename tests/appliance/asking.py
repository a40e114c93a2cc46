"""Head office at the wire for the terminal's tests: an authoriser, the other end of its sockets, and waiting for answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from appliance.store.authoriser import Authoriser
from hal.bus import EventBus
from journal.keys import SigningKey
from mqtt_bridge.wire import Broker, Enrolment
from tools.stand_in import StandIn

PATIENCE_S = 20.0


class Flow(Protocol):
    """What of a flow an answer needs."""

    @property
    def is_asking(self) -> bool:
        """Whether an answer is waited for."""

    def handle(self, event: Any) -> None:
        """Take one event."""


def enrolment(terminal: str, key: SigningKey) -> Enrolment:
    """What a terminal was given that believes head office by `key`."""
    return Enrolment(
        terminal=terminal,
        store="park",
        epoch=1,
        shard="s1",
        server="Head office",
        ack_public_key=key.public.to_base64(),
        revision_public_key=key.public.to_base64(),
        badge_key="",
        broker=Broker(host="127.0.0.1", port=1883),
        head_office_url="http://127.0.0.1:8000",
    )


def asker(
    stack: ExitStack,
    folder: Path,
    terminal: str,
    key: SigningKey,
    office: StandIn,
    now_utc: Callable[[], datetime],
    *,
    deadline_s: float = PATIENCE_S,
) -> tuple[Authoriser, EventBus[Any]]:
    """The terminal's authoriser and the bus its answers come over. Its deadline is that of a test: no answer is late."""
    bus: EventBus[Any] = EventBus()
    found = Authoriser(enrolment(terminal, office.key), key, folder, bus, now_utc, deadline_s)
    office.follow(lambda: found.mode)
    return stack.enter_context(closing(found)), bus


def settle(flow: Flow, bus: EventBus[Any]) -> None:
    """Let the answers come that are waited for."""
    deadline_s = time.monotonic() + PATIENCE_S
    take(flow, bus)
    while flow.is_asking:
        assert time.monotonic() < deadline_s, "no answer has come"
        bus.wait(0.1)
        take(flow, bus)


def take(flow: Flow, bus: EventBus[Any]) -> None:
    """Hand over what has come so far."""
    for event in bus.drain():
        flow.handle(event)
