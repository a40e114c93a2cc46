"""A head office of a few lines: keeps the entries of one terminal, acknowledges after keeping, signed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from journal.chain import check_next
from journal.entry import Entry
from journal.keys import PublicKey, SigningKey, sign_document
from mqtt_bridge import wire
from tests.waiting import wait_until

LISTENED = ("up", "ask", "state", "authorise")


class HeadOffice:
    """`entries` is its database. Its faults are set from outside; a lost message is lost before anything is kept."""

    def __init__(self, port: int, journal_key: PublicKey, terminal: str = "kiosk-1") -> None:
        self.ack_key, self.revision_key = SigningKey.generate(), SigningKey.generate()
        self.entries: list[Entry] = []
        self.received = 0
        self.asked: list[wire.Ask] = []
        self.received_when_asked: list[int] = []
        self.states: list[wire.State] = []
        self.authorise: list[dict[str, Any]] = []
        self.largest_up = (0, 0)
        self.alarm: str | None = None
        self.quarantined: list[int] = []
        self.lose_ups = self.lose_acks = self.repeat_acks = 0
        self.slowness_s = 0.0
        self.clock_ahead_s = 0
        self.refused: list[int] = []
        self.signer = self.ack_key
        self.accounts: dict[str, Any] | None = None
        self._port, self._journal_key, self._terminal = port, journal_key, terminal
        self._nonce, self._number = "0" * 32, 0
        self._lock = threading.Lock()
        self._client: Client | None = None

    def start(self) -> None:
        client = Client(CallbackAPIVersion.VERSION2, client_id="head-office", protocol=MQTTProtocolVersion.MQTTv5)
        client.reconnect_delay_set(1, 1)
        client.on_connect = lambda *_: client.subscribe([(self._topic(leaf), 1) for leaf in LISTENED])
        subscribed = threading.Event()
        client.on_subscribe = lambda *_: subscribed.set()
        client.on_message = self._on_message
        client.connect("127.0.0.1", self._port, keepalive=10)
        client.loop_start()
        self._client = client
        wait_until(subscribed.is_set, "head office is subscribed")

    def stop(self) -> None:
        if self._client:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None

    def upto(self) -> int:
        return len(self.entries)

    def restore_backup(self, upto: int) -> None:
        """Put an older database back: later entries are unknown again."""
        with self._lock:
            del self.entries[upto:]

    def acknowledge(self, **changes: Any) -> dict[str, Any]:
        """A signed acknowledgement of what is kept, or of what `changes` claims."""
        self._number += 1
        fields = {
            "v": 1,
            "terminal": self._terminal,
            "server": "test",
            "number": self._number,
            "epoch": 1,
            "upto": len(self.entries),
            "head": self.entries[-1].hash if self.entries else wire.EMPTY_HEAD,
            "quarantined": self.quarantined,
            "need": None,
            "alarm": self.alarm,
            "nonce": self._nonce,
            "at": (datetime.now(UTC) + timedelta(seconds=self.clock_ahead_s)).isoformat(),
        }
        return sign_document(self.signer, wire.ACK_CONTEXT, fields | changes)

    def send(self, leaf: str, document: dict[str, Any], *, retain: bool = False) -> None:
        assert self._client is not None
        self._client.publish(self._topic(leaf), msgspec.json.encode(document), qos=1, retain=retain)

    def send_ack(self, document: dict[str, Any]) -> None:
        """Send, unless it is to be lost; more than once, if it is to be repeated."""
        if self.lose_acks:
            self.lose_acks -= 1
            return
        for _ in range(1 + self.repeat_acks):
            self.send("ack", document)

    def _on_message(self, _: Client, __: object, message: MQTTMessage) -> None:
        leaf = wire.parse_topic(message.topic).leaf
        payload = bytes(message.payload)
        with self._lock:
            if leaf == "state":
                self.states.append(wire.decode(wire.State, payload))
            elif leaf == "ask":
                ask = wire.decode(wire.Ask, payload)
                self.asked.append(ask)
                self.received_when_asked.append(self.received)
                self._nonce = ask.nonce
                self.send_ack(self.acknowledge())
                if self.accounts and self.accounts["version"] != ask.accounts_version:
                    self.send("accounts", self.accounts)
            elif leaf == "authorise":
                self.authorise.append(wire.document(payload))
            elif leaf == "up":
                self._take_in(payload)

    def _take_in(self, payload: bytes) -> None:
        up = wire.decode(wire.Up, payload)
        self.received += 1
        threading.Event().wait(self.slowness_s)
        self.largest_up = max(self.largest_up, (len(payload), len(up.entries)))
        if self.lose_ups:
            self.lose_ups -= 1
            return
        need = None
        for fields in up.entries:
            entry = Entry.from_json_dict(fields)
            previous = self.entries[-1].hash if self.entries else wire.EMPTY_HEAD
            if entry.seq == len(self.entries) + 1 and entry.prev_hash == previous:
                check_next(previous, len(self.entries), entry, self._journal_key)
                self.entries.append(entry)
            elif entry.seq > len(self.entries):
                need = len(self.entries) + 1
            if entry.seq > len(self.entries) or self.entries[entry.seq - 1].hash != entry.hash:
                self.refused.append(entry.seq)
        self.send_ack(self.acknowledge(need=need))

    def _topic(self, leaf: str) -> str:
        return wire.topic("main", self._terminal, leaf)
