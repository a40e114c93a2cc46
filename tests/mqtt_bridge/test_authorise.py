"""What a guest waits for passes the bridge at once or not at all, and how the terminal stands reaches head office."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from journal.keys import sign_document
from mqtt_bridge import local_socket, wire
from mqtt_bridge.local_socket import Authorise, Authorised, Link, LocalSocket
from tests.masterdata.test_accounts import document, guest
from tests.mqtt_bridge.conftest import House
from tests.waiting import wait_until

REQUEST = {"v": 1, "request": "0" * 32, "signature": "checked by head office"}


@pytest.fixture
def authoriser(house: House) -> Iterator[LocalSocket]:
    """The end of the terminal's authorising thread."""
    socket = LocalSocket.for_authoriser(house.till.folder)
    yield socket
    socket.close()


@contextmanager
def listening(port: int) -> Iterator[queue.Queue[MQTTMessage]]:
    """Whatever terminals ask, as it comes from the broker."""
    heard: queue.Queue[MQTTMessage] = queue.Queue()
    subscribed: queue.Queue[bool] = queue.Queue()
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.on_message = lambda _client, _data, message: heard.put(message)
    client.on_subscribe = lambda *_: subscribed.put(True)
    client.connect("127.0.0.1", port)
    client.subscribe(wire.topic("+", "+", "authorise"), 1)
    client.loop_start()
    subscribed.get(timeout=20)
    yield heard
    client.disconnect()
    client.loop_stop()


def connected(house: House) -> bool:
    links = house.till.news(Link)
    return bool(links and links[-1].connected)


def answers(socket: LocalSocket) -> list[Authorised]:
    return [news for news in socket.drain() if isinstance(news, Authorised)]


def test_a_request_goes_out_as_it_is_to_be_answered_soon_or_never(house: House, authoriser: LocalSocket) -> None:
    house.open()
    wait_until(lambda: connected(house), "the bridge is connected")
    with listening(house.broker.port) as heard:
        authoriser.send(Authorise(REQUEST))
        message = heard.get(timeout=20)

    assert message.topic == "refectory/1/main/kiosk-1/authorise"
    assert msgspec.json.decode(message.payload) == REQUEST
    assert (message.qos, message.retain) == (0, False)
    assert message.properties is not None
    assert message.properties.MessageExpiryInterval <= wire.AUTHORISE_EXPIRY_S
    assert message.properties.ResponseTopic == "refectory/1/main/kiosk-1/authorised"
    assert message.properties.CorrelationData == REQUEST["request"].encode()


def test_an_answer_reaches_the_thread_that_waits_for_it_and_nobody_else(house: House, authoriser: LocalSocket) -> None:
    house.open()
    wait_until(lambda: connected(house), "the bridge is connected")
    house.head_office.send("authorised", REQUEST)
    found: list[Authorised] = []
    wait_until(lambda: bool(found.extend(answers(authoriser)) or found), "the answer is there")

    assert found == [Authorised(REQUEST)]
    assert house.till.news(Authorised) == []


def test_the_bridge_does_not_sleep_over_a_request(house: House, authoriser: LocalSocket) -> None:
    """Its tick is 0.5 s; twenty requests one after the other would take ten seconds."""
    house.open()
    wait_until(lambda: connected(house), "the bridge is connected")
    with listening(house.broker.port) as heard:
        begun_s = time.monotonic()
        for _ in range(20):
            authoriser.send(Authorise(REQUEST))
            heard.get(timeout=20)

    assert time.monotonic() - begun_s < 20 * 0.25


def test_without_a_connection_a_request_is_dropped_for_good(house: House, authoriser: LocalSocket) -> None:
    house.till.start_bridge(house.enrolment)
    wait_until(lambda: bool(house.till.news(Link)), "the bridge says that it is not connected")
    authoriser.send(Authorise(REQUEST))
    wait_until(
        lambda: not authoriser.send(Authorise(REQUEST)) or len(house.till.news(Link)) > 2, "the bridge has looked"
    )

    house.broker.start()
    house.head_office.start()
    with listening(house.broker.port) as heard:
        wait_until(lambda: connected(house), "the bridge is connected")
        authoriser.send(Authorise(REQUEST | {"request": "1" * 32}))
        assert msgspec.json.decode(heard.get(timeout=20).payload)["request"] == "1" * 32
        assert heard.empty()


def test_the_waiting_thread_hears_at_once_that_the_line_is_gone(house: House, authoriser: LocalSocket) -> None:
    house.open()
    wait_until(lambda: connected(house), "the bridge is connected")
    authoriser.drain()
    house.broker.kill()

    wait_until(lambda: Link(connected=False) in authoriser.drain(), "it hears that the line is gone")


def test_a_report_changes_the_state_on_the_broker(house: House) -> None:
    house.open()
    wait_until(lambda: bool(house.head_office.states), "the birth")
    report = local_socket.Report("local", 1250, "2026-11-21T11:00:00Z", 41)
    house.till.socket.send(report)

    def told() -> bool:
        state = house.head_office.states[-1]
        return (state.mode, state.unsent_minor, state.oldest_unsent_at, state.disk_used_percent) == (
            "local",
            1250,
            "2026-11-21T11:00:00Z",
            41,
        )

    wait_until(told, "head office hears it")
    assert house.head_office.states[-1].online


def test_the_state_is_told_again_when_entries_were_written_and_not_for_its_own_sake(house: House) -> None:
    house.open()
    wait_until(lambda: bool(house.head_office.states), "the birth")
    last = house.till.sell(3)

    wait_until(lambda: house.head_office.states[-1].upto == last, "head office hears how far delivery is")
    wait_until(lambda: house.delivered(), "delivery is over")
    count = len(house.head_office.states)
    house.settle()
    house.till.socket.send(local_socket.Report("local"))
    wait_until(lambda: house.head_office.states[-1].mode == "local", "head office hears of the change")

    (changed,) = house.head_office.states[count:]
    assert (changed.head_seq, changed.unsent) == (last, 0)


def test_a_refresh_asks_for_all_accounts_though_some_are_held(house: House) -> None:
    house.open()
    wait_until(lambda: bool(house.head_office.asked), "the first question")
    accounts = document(1, guest("g-1"))
    house.head_office.send("accounts", sign_document(house.head_office.ack_key, wire.ACCOUNTS_CONTEXT, accounts))
    wait_until(lambda: bool(house.till.news(local_socket.Accounts)), "accounts are held")
    asked = len(house.head_office.asked)

    house.till.socket.send(local_socket.Refresh())

    wait_until(lambda: len(house.head_office.asked) > asked, "the bridge asks again")
    assert house.head_office.asked[-1].accounts_version == 0
