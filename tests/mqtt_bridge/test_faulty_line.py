"""A line that loses, doubles, delays and swaps whole messages, and breaks within them: what was sold arrives once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import msgspec
import pytest

from mqtt_bridge import wire
from tests.mqtt_bridge.conftest import House
from tests.mqtt_bridge.terminal import IMPATIENT
from tests.torture.proxy import Line, Loop, Network, Rates
from tests.waiting import wait_until


@pytest.fixture
def line(house: House) -> Iterator[Line]:
    loop = Loop()
    made = Line(loop, "line", 7, ("127.0.0.1", house.broker.port), Rates())
    yield made
    house.till.stop_bridge()
    made.close()
    loop.close()


def through(house: House, line: Line) -> wire.Enrolment:
    return msgspec.structs.replace(house.enrolment, broker=wire.Broker(host="127.0.0.1", port=line.port))


def open_through(house: House, line: Line, unconfirmed_s: float = IMPATIENT.unconfirmed_s) -> None:
    house.broker.start()
    house.head_office.start()
    house.till.start_bridge(through(house, line), dataclasses.replace(IMPATIENT, unconfirmed_s=unconfirmed_s))


def test_everything_arrives_once_and_in_order(house: House, line: Line) -> None:
    line.rates = Rates(lost=60, gone=30, unacknowledged=30, doubled=80, late=60, swapped=80, torn=20)
    open_through(house, line, unconfirmed_s=2.0)
    for _ in range(12):
        house.till.sell(100)
    last = house.till.journal.head.seq
    wait_until(lambda: house.head_office.upto() > last // 2, "half of it is through")
    line.rates = Rates()

    wait_until(house.delivered, "everything is delivered")

    assert [entry.seq for entry in house.head_office.entries] == list(range(1, last + 1))
    assert sum(line.counts.values()) > 10, line.counts


def test_a_broker_that_confirms_nothing_is_left_and_tried_again(house: House, line: Line) -> None:
    line.rates = Rates(unacknowledged=1000)
    house.till.sell(1500)
    open_through(house, line, unconfirmed_s=1.0)
    wait_until(lambda: line.counts["unacknowledged"] > 20, "the window is full, and a new connection is made")
    line.rates = Rates()

    wait_until(house.delivered, "everything is delivered")


@pytest.mark.parametrize("network", [Network.CUT, Network.HELD, Network.SWALLOWED, Network.SLOW])
def test_what_was_sold_meanwhile_follows_when_the_network_is_back(house: House, line: Line, network: Network) -> None:
    open_through(house, line)
    wait_until(house.delivered, "the opening entry is delivered")
    line.set_network(network)
    house.till.sell(60)
    if network is not Network.SLOW:
        assert not house.delivered()
        line.set_network(Network.UP)

    wait_until(house.delivered, "everything is delivered")
