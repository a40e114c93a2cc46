"""Answers terminals that ask for an authorisation while the guest waits.

A thread of the spool with connections of its own to broker and database, so that neither a long intake nor a long feed
keeps a guest waiting. An answer that would come too late is not given: the terminal sells without it.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache

from django.db import connection
from django.db.models import F
from django.utils import timezone
from paho.mqtt.client import MQTTMessage

from journal.keys import BadSignature, PublicKey, sign_document, verify_document
from mqtt_bridge import wire
from server.core.keys import HeadOfficeKeys
from server.fleet.models import Terminal
from server.guests.holds import Sender, asking, decide
from server.spool.connection import BrokerLost, Connection

log = logging.getLogger(__name__)

TURN_S = 0.2
RECONNECT_S = 0.5
STOP_S = 5.0
_public_key = lru_cache(maxsize=4096)(PublicKey.from_base64)


class Authorising:
    """Works from `start` to `stop`. `connect` makes a connection; while `is_alive` says no, nobody is answered."""

    def __init__(self, connect: Callable[[], Connection], keys: HeadOfficeKeys, is_alive: Callable[[], bool]) -> None:
        self._connect, self._keys, self._is_alive = connect, keys, is_alive
        self._stop = threading.Event()
        self._has_failed = False
        self._thread = threading.Thread(target=self._run, name="authorising", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any longer. A database that hangs is not waited for."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    self._serve()
                except BrokerLost as error:
                    log.warning("%s", error)
                    self._stop.wait(RECONNECT_S)
        finally:
            connection.close()

    def _serve(self) -> None:
        broker = self._connect()
        broker.open()
        try:
            looked_s, stale = time.monotonic(), False
            while not self._stop.is_set():
                messages = broker.turn(0.0 if stale else TURN_S)
                now_s = time.monotonic()
                # Whatever waited while this process or the database stood still is as old as that, though just read.
                stale = bool(messages) if stale else now_s - looked_s >= wire.AUTHORISE_EXPIRY_S
                looked_s = now_s
                for message in () if stale else messages:
                    if time.monotonic() - now_s < wire.AUTHORISE_EXPIRY_S and self._is_alive():
                        self._deal_with(message, broker)
        finally:
            broker.close()

    def _deal_with(self, message: MQTTMessage, broker: Connection) -> None:
        """Answer one request. Whatever is wrong with it, or with the database, the next one counts all the same."""
        try:
            answered = self._answer(message.topic, message.payload)
        except (wire.WireError, BadSignature) as error:
            log.warning("%s: %s", message.topic, error)
        except Exception:
            log.exception("%s: cannot be answered", message.topic)
            connection.close()
            self._has_failed = True
        else:
            if self._is_alive():
                topic, answer = answered
                broker.answer(topic, wire.encode(answer), message)

    def _answer(self, came_by: str, payload: bytes) -> tuple[str, wire.Authorised]:
        """Return the answer and the one topic its terminal listens to. Raises WireError or BadSignature."""
        place, document = wire.parse_topic(came_by), wire.document(payload)
        request = wire.from_document(wire.Authorise, document)
        sender = asking(request.terminal, request.epoch)
        if sender is None:
            raise wire.WireError(f"terminal: {request.terminal} epoch {request.epoch} is not enrolled")
        verify_document(_public_key(sender.public_key), wire.AUTHORISE_CONTEXT, document)
        if (place.terminal, place.shard) != (sender.code, sender.shard):
            raise wire.WireError(f"terminal: {sender.code!r} wrote on the topic of {place.terminal!r}")
        if self._has_failed and request.kind == "probe":
            # A probe only reads. The terminal shall not call in vain for its next guest because of that.
            _write(sender)
            self._has_failed = False
        answer = wire.Authorised(
            terminal=sender.code,
            server=self._keys.server,
            epoch=sender.epoch,
            request=request.request,
            **asdict(decide(sender, request)),
            at=timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        )
        signed = sign_document(self._keys.ack, wire.AUTHORISED_CONTEXT, wire.unsigned(answer))
        return wire.topic(sender.shard, sender.code, "authorised"), wire.from_document(wire.Authorised, signed)


def _write(sender: Sender) -> None:
    """Have the database write something that changes nothing. Raises django.db.DatabaseError when it cannot."""
    Terminal.objects.filter(pk=sender.terminal_id).update(code=F("code"))
