"""One connection to the broker: MQTT 5 over paho, without a thread of its own.

The broker is a lossy pipe, so nothing outlives the connection: every one starts clean, and what was under way is found
out by asking head office. `turn` does whatever the socket is ready for.
"""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections import deque
from typing import Any

import msgspec
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, LogLevel, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from mqtt_bridge import wire

log = logging.getLogger(__name__)

KEEPALIVE_S = 15
CONNECT_TIMEOUT_S = 5.0
UNACKED_TIMEOUT_MS = 10_000
IN_FLIGHT = 20
"""MQTT 5 brokers may close a connection with more unacknowledged messages than their Receive Maximum (mosquitto: 20)."""

DOWN = ("ack", "accounts", "board", "revision", "authorised")
AT_ONCE = frozenset({"authorised"})
"""What is of no use later: QoS 0."""


class Session:
    """Connects, subscribes to what comes down, publishes. `ready` once subscribed; `lost` says why it is over."""

    def __init__(self, enrolment: wire.Enrolment, last_will: bytes, tls: ssl.SSLContext | None = None) -> None:
        self._enrolment = enrolment
        self._received: deque[tuple[str, bytes]] = deque()
        self.ready = False
        self.lost = ""
        self._trouble = ""
        self._unconfirmed: dict[int, float] = {}
        self._confirmed_at_s = 0.0
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=enrolment.terminal,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        if tls is not None:
            client.tls_set_context(tls)
        client.max_inflight_messages_set(IN_FLIGHT)
        client.will_set(self._topic("state"), last_will, qos=1, retain=True)
        client.on_socket_open = _prepare
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_log = self._on_log
        self._client = client
        self._authorise_properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho leaves it untyped
        self._authorise_properties.MessageExpiryInterval = wire.AUTHORISE_EXPIRY_S
        self._authorise_properties.ResponseTopic = self._topic("authorised")

    def open(self) -> None:
        """Connect, for at most 5 seconds. Raises `OSError`."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it untyped
        properties.SessionExpiryInterval = 0
        broker = self._enrolment.broker
        self._client.connect(broker.host, broker.port, KEEPALIVE_S, clean_start=True, properties=properties)

    def fileno(self) -> int | None:
        """Return the socket's descriptor, None when there is none."""
        sock = self._client.socket()
        return sock.fileno() if sock else None

    @property
    def wants_write(self) -> bool:
        """Whether something waits to be written."""
        return self._client.want_write()

    def turn(self, readable: bool, writable: bool) -> list[tuple[str, bytes]]:
        """Do what the socket is ready for; return what arrived as (leaf, payload)."""
        code = MQTTErrorCode.MQTT_ERR_SUCCESS
        if readable:
            code = self._client.loop_read()
            # What TLS has deciphered already does not make the socket readable again.
            while code is MQTTErrorCode.MQTT_ERR_SUCCESS and _deciphered(self._client.socket()):
                code = self._client.loop_read()
        if writable and code is MQTTErrorCode.MQTT_ERR_SUCCESS:
            code = self._client.loop_write()
        if code is MQTTErrorCode.MQTT_ERR_SUCCESS:
            code = self._client.loop_misc()
        if (code is not MQTTErrorCode.MQTT_ERR_SUCCESS or self._client.socket() is None) and not self.lost:
            self.lost = f"connection lost ({code.name})"
        received = list(self._received)
        self._received.clear()
        return received

    def publish(self, leaf: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish with QoS 1. Whether it arrived is for head office to say."""
        said = self._client.publish(self._topic(leaf), payload, qos=1, retain=retain)
        self._unconfirmed[said.mid] = time.monotonic()

    def unconfirmed_s(self, now_s: float) -> float:
        """How long the broker has owed its word on a message without giving it on any other; 0 when it owes none.

        Within a connection nothing is sent again (MQTT 5, section 4.4): what is never confirmed fills the window for good.
        """
        return max(0.0, now_s - max(self._confirmed_at_s, next(iter(self._unconfirmed.values()), now_s)))

    def ask_to_authorise(self, document: dict[str, Any]) -> None:
        """Publish a signed request with QoS 0; the broker drops it when head office does not take it soon."""
        self._authorise_properties.CorrelationData = str(document.get("request", "")).encode()
        self._client.publish(
            self._topic("authorise"), msgspec.json.encode(document), qos=0, properties=self._authorise_properties
        )

    def close(self) -> None:
        """Say good-bye (the last will is then not sent) and close the socket."""
        self.ready = False
        self._client.disconnect()
        sock = self._client.socket()
        if sock:
            sock.close()

    def abandon(self) -> None:
        """Close the socket without a word; the broker sends the last will."""
        self.ready = False
        sock = self._client.socket()
        if sock:
            sock.close()

    def _topic(self, leaf: str) -> str:
        return wire.topic(self._enrolment.shard, self._enrolment.terminal, leaf)

    def _on_connect(self, client: Client, _: object, __: ConnectFlags, reason: ReasonCode, ___: object) -> None:
        if reason.is_failure:
            self.lost = f"the broker refuses this terminal: {reason}"
            return
        client.subscribe([(self._topic(leaf), 0 if leaf in AT_ONCE else 1) for leaf in DOWN])

    def _on_subscribe(self, _: Client, __: object, ___: int, reasons: list[ReasonCode], ____: object) -> None:
        refused = [leaf for leaf, reason in zip(DOWN, reasons, strict=False) if reason.is_failure]
        if refused:
            self.lost = f"the broker refuses to deliver {', '.join(refused)} to this terminal"
        else:
            self.ready = True

    def _on_disconnect(self, _: Client, __: object, ___: DisconnectFlags, reason: ReasonCode, ____: object) -> None:
        self.ready = False
        self.lost = self.lost or f"connection lost ({self._trouble or reason})"

    def _on_log(self, _: Client, __: object, level: int, text: str) -> None:
        """Remember what went wrong at the socket: with TLS 1.3 a refused certificate shows only there."""
        if level == LogLevel.MQTT_LOG_ERR:
            self._trouble = text

    def _on_publish(self, _: Client, __: object, mid: int, ___: ReasonCode, ____: object) -> None:
        if self._unconfirmed.pop(mid, None) is not None:
            self._confirmed_at_s = time.monotonic()

    def _on_message(self, _: Client, __: object, message: MQTTMessage) -> None:
        try:
            leaf = wire.parse_topic(message.topic).leaf
        except wire.WireError as problem:
            log.warning("%s", problem)
            return
        self._received.append((leaf, bytes(message.payload)))


def _deciphered(sock: object) -> int:
    """How many bytes wait in the TLS layer."""
    return sock.pending() if isinstance(sock, ssl.SSLSocket) else 0


def _prepare(_: Client, __: object, sock: object) -> None:
    """Send small packets at once (Nagle and delayed ACK cost 88 ms a round trip), and notice a silent peer (tcp(7))."""
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKED_TIMEOUT_MS)
