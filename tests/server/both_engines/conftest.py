"""A real broker, a running spool, and terminals that talk to it over MQTT."""

import queue
import secrets
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import paho.mqtt.client as mqtt
import pytest
from django.db import connections
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from journal.keys import verify_document
from mqtt_bridge import wire
from server.core.keys import HeadOfficeKeys
from server.spool.lock import SpoolLock
from server.spool.worker import Spool
from tests.waiting import wait_until

DEADLINE_S = 15.0


class Broker:
    """A mosquitto on a free loopback port, which keeps its port across a restart."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        assert binary, "mosquitto is missing; install it: apt-get install mosquitto"
        self._process = subprocess.Popen([binary, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        wait_until(self._answers, "mosquitto does not answer")

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def spool(broker: Broker, keys: HeadOfficeKeys, tmp_path: Path, transactional_db: None) -> Iterator[Spool]:
    stop = threading.Event()
    worker = Spool("127.0.0.1", broker.port, keys, SpoolLock("+", tmp_path))

    def run() -> None:
        try:
            worker.run(stop)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, name="spool")
    thread.start()
    assert worker.connected.wait(DEADLINE_S)
    yield worker
    stop.set()
    thread.join(DEADLINE_S)
    assert not thread.is_alive()


class Line:
    """A terminal's end of the wire: sends, and hands out what comes, one queue a leaf."""

    def __init__(self, port: int, terminal: str, keys: HeadOfficeKeys) -> None:
        self.terminal = terminal
        self._keys = keys
        self._inbox: dict[str, queue.Queue[bytes]] = {leaf: queue.Queue() for leaf in wire.LEAVES}
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_args: subscribed.set()
        self._client.on_message = lambda _client, _data, message: self._inbox[wire.parse_topic(message.topic).leaf].put(
            message.payload
        )
        self._client.connect("127.0.0.1", port)
        self._client.subscribe(
            [(wire.topic("main", terminal, leaf), 1) for leaf in ("ack", "accounts", "revision", "board", "authorised")]
        )
        self._client.loop_start()
        assert subscribed.wait(DEADLINE_S)

    def send(self, leaf: str, payload: bytes, retain: bool = False) -> None:
        self._client.publish(wire.topic("main", self.terminal, leaf), payload, qos=1, retain=retain)

    def up(self, till, first: int = 1, last: int | None = None) -> None:
        self.send("up", wire.encode(wire.Up(terminal=till.code, epoch=till.epoch, entries=till.documents(first, last))))

    def ask(self, till, accounts_version: int = 0) -> str:
        nonce = secrets.token_hex(16)
        head = till.entries[-1].head
        self.send(
            "ask",
            wire.encode(
                wire.Ask(
                    terminal=till.code,
                    epoch=till.epoch,
                    nonce=nonce,
                    head_seq=head.seq,
                    head_hash=head.hash,
                    accounts_version=accounts_version,
                )
            ),
        )
        return nonce

    def authorise(self, document: dict, *, by: str = "", response_topic: str = "") -> None:
        """Send a signed request, on the topic of `by` and with another response topic when given."""
        properties = Properties(PacketTypes.PUBLISH)
        properties.CorrelationData = document["request"].encode()
        properties.ResponseTopic = response_topic or wire.topic("main", self.terminal, "authorised")
        topic = wire.topic("main", by or self.terminal, "authorise")
        self._client.publish(topic, msgspec.json.encode(document), qos=0, properties=properties)

    def authorised(self, patience_s: float = DEADLINE_S) -> wire.Authorised:
        """The next answer; its signature is checked. Raises queue.Empty when none comes."""
        payload = self._inbox["authorised"].get(timeout=patience_s)
        verify_document(self._keys.ack.public, wire.AUTHORISED_CONTEXT, wire.document(payload))
        return wire.decode(wire.Authorised, payload)

    def ack(self) -> wire.Ack:
        """The next acknowledgement; its signature is checked."""
        payload = self._inbox["ack"].get(timeout=DEADLINE_S)
        verify_document(self._keys.ack.public, wire.ACK_CONTEXT, wire.document(payload))
        return wire.decode(wire.Ack, payload)

    def document(self, leaf: str) -> dict:
        """The next document on `leaf`; the signature of accounts and boards is checked."""
        found = msgspec.json.decode(self._inbox[leaf].get(timeout=DEADLINE_S))
        contexts = {"accounts": wire.ACCOUNTS_CONTEXT, "board": wire.BOARD_CONTEXT}
        if leaf in contexts:
            verify_document(self._keys.ack.public, contexts[leaf], found)
        return found

    def waiting(self, leaf: str) -> int:
        """How many documents have come on `leaf` that nobody has looked at."""
        return self._inbox[leaf].qsize()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def line(broker: Broker, keys: HeadOfficeKeys) -> Iterator[Callable[[str], Line]]:
    lines: list[Line] = []

    def make(terminal: str) -> Line:
        lines.append(Line(broker.port, terminal, keys))
        return lines[-1]

    yield make
    for opened in lines:
        opened.close()
