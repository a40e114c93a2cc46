"""Events cross from device threads to their owner, all of them, in order."""

from __future__ import annotations

import threading
import time

from hal.bus import EventBus
from hal.events import BadgePresented


def badge(number: int, device: str = "badge") -> BadgePresented:
    return BadgePresented(device, str(number), 0.0)


def test_events_come_in_order_and_once() -> None:
    bus = EventBus()
    for number in range(3):
        bus.publish(badge(number))
    assert bus.drain() == [badge(0), badge(1), badge(2)]
    assert bus.drain() == []


def test_owner_is_woken_for_every_event_and_may_drain_at_once() -> None:
    drained: list[object] = []
    bus = EventBus(wake=lambda: drained.extend(bus.drain()))
    bus.publish(badge(1))
    bus.publish(badge(2))
    assert drained == [badge(1), badge(2)]


def test_waiting_ends_with_an_event_and_with_time() -> None:
    bus = EventBus()
    start_s = time.monotonic()
    assert not bus.wait(0.05)
    assert time.monotonic() - start_s >= 0.05
    thread = threading.Thread(target=bus.publish, args=(badge(1),))
    thread.start()
    assert bus.wait(5.0)
    thread.join()


def test_nothing_is_lost_between_many_threads() -> None:
    bus = EventBus()
    threads = [
        threading.Thread(target=lambda name=f"d{index}": [bus.publish(badge(n, name)) for n in range(200)])
        for index in range(4)
    ]
    for thread in threads:
        thread.start()
    seen: list[BadgePresented] = []
    deadline_s = time.monotonic() + 10
    while len(seen) < 800 and time.monotonic() < deadline_s:
        bus.wait(0.1)
        seen += [event for event in bus.drain() if isinstance(event, BadgePresented)]
    for thread in threads:
        thread.join()
    for index in range(4):
        assert [event.number for event in seen if event.device == f"d{index}"] == [str(n) for n in range(200)]
