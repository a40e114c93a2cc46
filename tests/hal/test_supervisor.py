"""Device threads outlive everything their devices and drivers do."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator

import pytest

from hal.backoff import Backoff
from hal.errors import OptionError, PortError
from hal.events import BadgePresented
from hal.health import Reason, State
from hal.ports import SerialPort, TcpPort
from hal.supervisor import Supervisor
from tests.hal.fragile_driver import descriptor
from tests.hal.support import Listener

FAST = Backoff(first_s=0.02, longest_s=0.05)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def house(listener: Listener) -> Iterator[Supervisor]:
    supervisor = Supervisor(listener.bus, backoff=FAST)
    yield supervisor
    supervisor.close()


def test_driver_that_fails_is_reported_and_opened_again(
    house: Supervisor, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5.0)
        house.add("badge", descriptor, TcpPort("127.0.0.1", server.getsockname()[1]), {})
        first, _ = server.accept()
        with first:
            first.sendall(b"0001\n")
            assert listener.next(BadgePresented).number == "0001"
            first.sendall(b"\n")
            health = listener.health(Reason.DRIVER_ERROR).health
        assert health.state is State.OFFLINE
        assert "IndexError" in health.detail
        assert "driver of device badge failed" in caplog.text
        second, _ = server.accept()
        with second:
            second.sendall(b"0002\n")
            assert listener.next(BadgePresented).number == "0002"
            assert house.health()["badge"].state is State.READY


def test_what_can_never_work_is_refused_at_once(house: Supervisor) -> None:
    port = TcpPort("127.0.0.1", 9)
    with pytest.raises(PortError, match="TcpPort"):
        house.add("a", descriptor, SerialPort("/dev/x"), {})
    with pytest.raises(OptionError, match="unknown option colour"):
        house.add("a", descriptor, port, {"colour": "red"})
    with pytest.raises(OptionError, match="not receipt_printer"):
        house.add("a", descriptor, port, {}, contract="receipt_printer")
    with pytest.raises(ValueError, match="shoe_polisher"):
        house.add("a", descriptor, port, {}, contract="shoe_polisher")
    assert house.health() == {}
    house.add("a", descriptor, port, {})
    with pytest.raises(ValueError, match="two devices named a"):
        house.add("a", descriptor, port, {})
    with pytest.raises(LookupError, match="no printer named a"):
        house.printer("a")


def test_closing_ends_the_threads(listener: Listener) -> None:
    before = threading.active_count()
    house = Supervisor(listener.bus, backoff=Backoff(first_s=60.0, longest_s=60.0))
    for index in range(3):
        house.add(f"badge{index}", descriptor, TcpPort("127.0.0.1", 9), {})
    listener.health(Reason.DRIVER_ERROR)
    house.close()
    assert threading.active_count() == before


def test_pauses_grow_to_a_limit_and_differ_between_terminals() -> None:
    backoff = Backoff(first_s=0.5, longest_s=8.0, factor=2.0, jitter=0.5)
    for failures, full_s in ((1, 0.5), (2, 1.0), (4, 4.0), (5, 8.0), (1000, 8.0)):
        pauses = [backoff.pause_s(failures, random.Random(seed)) for seed in range(20)]
        assert all(full_s / 2 <= pause <= full_s for pause in pauses)
        assert len(set(pauses)) > 10
