"""The line to the broker: small messages leave at once, and terminals do not knock together."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from mqtt_bridge.backoff import Backoff
from tests.mqtt_bridge.conftest import House
from tests.waiting import wait_until


def connections(port: int) -> list[bool]:
    """Whether each of this process's connections to that port sends without waiting for more (TCP_NODELAY)."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            number = int(link.name)
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as copy:
                if copy.family == socket.AF_INET and copy.getpeername()[1] == port:
                    found.append(bool(copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
    return found


def test_a_message_never_waits_in_the_kernel_for_the_next_one(house: House) -> None:
    house.broker.start()
    house.till.start_bridge(house.enrolment)
    wait_until(lambda: connections(house.broker.port) == [True], "the bridge is connected and sends at once")


@pytest.mark.parametrize("reset", [False, True])
def test_pauses_double_up_to_a_limit_and_differ_between_terminals(reset: bool) -> None:
    limits = (1.0, 2.0, 4.0, 8.0, 8.0)
    rows = []
    for _ in range(20):
        backoff = Backoff(1.0, 8.0)
        if reset:
            backoff.next_s()
            backoff.next_s()
            backoff.reset()
        rows.append([backoff.next_s() for _ in limits])
    for limit, column in zip(limits, zip(*rows, strict=True), strict=True):
        assert all(limit / 2 <= pause <= limit for pause in column)
        assert len(set(column)) > 10
