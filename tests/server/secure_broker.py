"""A mosquitto with the rules head office writes, and clients that show certificates."""

from __future__ import annotations

import shutil
import signal
import socket
import ssl
import subprocess
import threading
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.waiting import wait_until

DEADLINE_S = 15.0


def free_port() -> int:
    """A TCP port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SecureBroker:
    """Runs the configuration in `folder`, from `start` to `stop`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen([program, "-c", str(self.folder / "mosquitto.conf")], stderr=log)
        wait_until(self._answers, "mosquitto does not answer")

    def stop(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
            self._process = None

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Refused(Exception):
    """The broker does not let this client in."""


class SecureClient:
    """A client that is connected when it is made. Raises Refused when the broker or TLS does not let it in."""

    def __init__(self, port: int, client_id: str, context: ssl.SSLContext) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.gone = threading.Event()
        self._published: dict[int, str] = {}
        self._answered = threading.Condition()
        self._subscribed = threading.Event()
        self.reasons: list[str] = []
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, reconnect_on_failure=False
        )
        client.tls_set_context(context)
        client.on_connect = lambda *args: self._on_connect(str(args[3]))
        client.on_disconnect = lambda *_args: self._on_gone()
        client.on_message = lambda _client, _data, message: self.received.append((message.topic, message.payload))
        client.on_subscribe = lambda *_args: self._subscribed.set()
        client.on_publish = lambda _client, _data, mid, reason, _properties: self._on_published(
            mid, str(reason) if reason.is_failure else "Success"
        )
        self._client = client
        try:
            client.connect("127.0.0.1", port, keepalive=60)
        except OSError as error:
            raise Refused(str(error)) from error
        client.loop_start()
        with self._answered:
            self._answered.wait_for(lambda: self.reasons or self.gone.is_set(), DEADLINE_S)
        if self.reasons != ["Success"]:
            self.close()
            raise Refused(str(self.reasons))

    def subscribe(self, *topics: str) -> None:
        """Subscribe and wait until that is done."""
        self._subscribed.clear()
        self._client.subscribe([(topic, 1) for topic in topics])
        assert self._subscribed.wait(DEADLINE_S)

    def publish(self, topic: str, payload: bytes = b"x", *, retain: bool = False) -> str:
        """Publish and return what the broker says to it; empty when the connection ended instead."""
        mid = self._client.publish(topic, payload, qos=1, retain=retain).mid
        with self._answered:
            self._answered.wait_for(lambda: mid in self._published or self.gone.is_set(), DEADLINE_S)
        return self._published.get(mid, "")

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, reason: str) -> None:
        with self._answered:
            self.reasons.append(reason)
            self._answered.notify_all()

    def _on_gone(self) -> None:
        with self._answered:
            self.gone.set()
            self._answered.notify_all()

    def _on_published(self, mid: int, reason: str) -> None:
        with self._answered:
            self._published[mid] = reason
            self._answered.notify_all()
