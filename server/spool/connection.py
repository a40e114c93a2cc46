"""The spool's connection to the broker. Everything happens in the caller's thread, inside `turn`.

QoS 1 messages are acknowledged by hand, after the database's commit. A broker that restarts numbers messages anew, so an
acknowledgement is only ever sent on the connection its message came by; the rest comes again.
"""

import socket
import ssl
from collections import deque
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from journal.keys import KeyFileError
from server.core.authority import CA_CERTIFICATE, certificate_files

KEEPALIVE_S = 20
CONNECT_TIMEOUT_S = 5
WINDOW = 100
MESSAGES_A_TURN = 4
SESSION_EXPIRY_S = 7 * 24 * 3600
LEAVES = ("up", "ask", "state")
"""What terminals send to be kept: QoS 1, and the broker waits for us."""
AT_ONCE = ("authorise",)
"""What terminals want to be answered now or not at all: QoS 0, and nothing waits for anybody."""


class BrokerLost(ConnectionError):
    """There is no connection to the broker; the message says why."""


def client_name(job: str, shard: str) -> str:
    """The client id of a worker at the broker, and the name of its certificate (`spool.all`, `spool.main`).

    The dot keeps it apart from every terminal's.
    """
    return f"{job}.{'all' if shard == '+' else shard}"


def tls_context(folder: Path, name: str) -> ssl.SSLContext:
    """How the client `name` meets the broker: both show certificates of head office's authority, TLS 1.2 at least.

    `folder` is REFECTORY_DATA/keys. Raises KeyFileError when something is missing there.
    """
    certificate, key = certificate_files(folder, name)
    for path in (folder / CA_CERTIFICATE, certificate, key):
        if not path.is_file():
            raise KeyFileError(f"{path} is missing; run: refectory head-office certificate --client {name}")
    try:
        context = ssl.create_default_context(cafile=str(folder / CA_CERTIFICATE))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise KeyFileError(f"{certificate} and {key.name} cannot be used: {error}") from error
    return context


class Connection:
    """One connection, from `open` to `close`; make a new one after BrokerLost.

    `keys` is the folder with the certificate of `client_id`, None for a broker without TLS. `at_once` makes it one for
    questions that are answered now or never, else it is for what must not be lost.
    """

    def __init__(
        self, host: str, port: int, client_id: str, shard: str, keys: Path | None = None, *, at_once: bool = False
    ) -> None:
        self._host, self._port, self._shard, self._at_once = host, port, shard, at_once
        self._inbox: deque[mqtt.MQTTMessage] = deque()
        self._refusal = ""
        self.ready = False
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        self._client.connect_timeout = CONNECT_TIMEOUT_S
        self._name, self._keys = client_id, keys
        self._client.max_inflight_messages_set(WINDOW)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.on_socket_open = self._on_socket_open

    def open(self) -> None:
        """Begin to connect; `ready` turns true in a later `turn`. Raises BrokerLost."""
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 0 if self._at_once else SESSION_EXPIRY_S
        properties.ReceiveMaximum = WINDOW
        try:
            if self._keys is not None:
                self._client.tls_set_context(tls_context(self._keys, self._name))
            self._client.connect(self._host, self._port, KEEPALIVE_S, clean_start=self._at_once, properties=properties)
        except (OSError, KeyFileError) as error:
            raise BrokerLost(f"broker {self._host}:{self._port}: {error}") from error

    def turn(self, timeout_s: float) -> list[mqtt.MQTTMessage]:
        """Exchange bytes with the broker for at most `timeout_s`. Returns the messages that came, a few at most.

        Raises BrokerLost.
        """
        code, seen = self._client.loop(timeout_s), 0
        while code == MQTTErrorCode.MQTT_ERR_SUCCESS and seen < len(self._inbox) < MESSAGES_A_TURN:
            seen = len(self._inbox)
            code = self._client.loop(0.0)
        if self._refusal:
            raise BrokerLost(f"broker {self._host}:{self._port} refuses: {self._refusal}")
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise BrokerLost(f"broker {self._host}:{self._port}: {mqtt.error_string(code)}")
        messages = list(self._inbox)
        self._inbox.clear()
        return messages

    def done(self, message: mqtt.MQTTMessage) -> None:
        """Tell the broker that a message is dealt with and need not come again."""
        self._client.ack(message.mid, message.qos)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send a message with QoS 1."""
        self._client.publish(topic, payload, qos=1, retain=retain)

    def answer(self, topic: str, payload: bytes, question: mqtt.MQTTMessage) -> None:
        """Send the answer to a question, with its correlation data, as QoS 0."""
        properties = Properties(PacketTypes.PUBLISH)
        correlation = getattr(question.properties, "CorrelationData", None)
        if correlation:
            properties.CorrelationData = correlation
        self._client.publish(topic, payload, qos=0, properties=properties)

    def close(self) -> None:
        """Leave the broker; what was not acknowledged comes again to the next connection."""
        self._client.disconnect()

    def _on_connect(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
            return
        options = SubscribeOptions(qos=0 if self._at_once else 1)
        leaves = AT_ONCE if self._at_once else LEAVES
        client.subscribe([(f"refectory/1/{self._shard}/+/{leaf}", options) for leaf in leaves])

    def _on_subscribe(
        self, _client: mqtt.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            self._refusal = f"subscription: {', '.join(refused)}"
        self.ready = True

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self._inbox.append(message)

    def _on_socket_open(self, _client: mqtt.Client, _data: Any, sock: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
