"""The spool: takes in what terminals send, acknowledges after the commit, and keeps them up to date."""

import logging
import random
import threading
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection
from paho.mqtt.client import MQTTMessage

from mqtt_bridge import wire
from server.core.keys import HeadOfficeKeys
from server.guests.replica import begin_history
from server.spool import answers, quarantine
from server.spool.authorising import Authorising
from server.spool.connection import BrokerLost, Connection, client_name
from server.spool.feed import Feed
from server.spool.intake import take_in
from server.spool.lock import SpoolLock

log = logging.getLogger(__name__)

TURN_S = 0.2
FEED_EVERY_S = 0.5
FEED_AFTER_INTAKE_S = 0.2
FEED_AFTER_TROUBLE_S = 10.0
FEED_REST = 4.0
"""After giving terminals what is new, the intake has the thread for so many times as long, but not longer than this."""
LONGEST_FEED_REST_S = 1.0
LONGEST_PAUSE_S = 10.0
STANDBY_S = 2.0
HUNG_AFTER_S = 5.0
"""With a main loop that stands still for longer, terminals are told nothing: they sell without head office."""


class Spool:
    """One spool worker for a shard (`+`: all of them) on one broker.

    `certificates` is the folder with the worker's certificate, None for a broker without TLS.
    """

    def __init__(
        self,
        host: str,
        port: int,
        keys: HeadOfficeKeys,
        lock: SpoolLock,
        shard: str = "+",
        certificates: Path | None = None,
    ) -> None:
        self._host, self._port, self._keys, self._lock, self._shard = host, port, keys, lock, shard
        self._certificates = certificates
        self._pause_s = 0.0
        self._feed_at = self._rest_until = 0.0
        self._since: int | None = None
        self._turned_s = 0.0
        self.connected = threading.Event()
        """Set while the broker passes on what terminals send."""

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. A lost broker or database is waited for; nothing that arrives ends this."""
        standing_by = False
        while not stop.is_set():
            try:
                if not self._lock.take():
                    if not standing_by:
                        log.info("another spool is at work; standing by")
                    standing_by = True
                    stop.wait(STANDBY_S)
                    continue
                standing_by = False
                if self._since is None:
                    self._since = begin_history()
                self._serve(stop, self._since)
            except BrokerLost as error:
                log.warning("%s", error)
            except (OperationalError, InterfaceError) as error:
                log.error("the database fails: %s", error)
                connection.close()
                # It may come back from a backup.
                self._since = None
            else:
                continue
            self._pause_s = min(LONGEST_PAUSE_S, max(0.2, self._pause_s * 2))
            stop.wait(self._pause_s * random.uniform(0.5, 1.0))  # noqa: S311  spreads reconnects, guards nothing
        self._lock.release()

    def _serve(self, stop: threading.Event, since: int) -> None:
        broker = self._connection(at_once=False)
        feed = Feed(
            self._keys,
            lambda topic, payload, retain: broker.publish(topic, payload, retain=retain),
            since,
            shard=self._shard,
        )
        authorising = Authorising(lambda: self._connection(at_once=True), self._keys, self.is_alive)
        broker.open()
        answers.all_offline(self._shard)
        try:
            greeted = False
            while not stop.is_set():
                self._turned_s = time.monotonic()
                if not self._lock.is_held():
                    log.error("the lock of shard %s is lost", self._shard)
                    return
                for messages in _together(broker.turn(TURN_S)):
                    self._handle_all(messages, broker, feed)
                    for message in messages:
                        broker.done(message)
                if broker.ready and not greeted:
                    log.info("connected to broker %s:%d", self._host, self._port)
                    greeted, self._pause_s, self._feed_at = True, 0.0, 0.0
                    authorising.start()
                    self.connected.set()
                if greeted and time.monotonic() >= max(self._feed_at, self._rest_until):
                    began_s = time.monotonic()
                    pause_s, ended_s = _feed(feed), time.monotonic()
                    self._feed_at = ended_s + pause_s
                    self._rest_until = ended_s + min(LONGEST_FEED_REST_S, FEED_REST * (ended_s - began_s))
        finally:
            self.connected.clear()
            authorising.stop()
            broker.close()

    def _connection(self, *, at_once: bool) -> Connection:
        name = client_name("authorise" if at_once else "spool", self._shard)
        return Connection(self._host, self._port, name, self._shard, self._certificates, at_once=at_once)

    def is_alive(self) -> bool:
        """Whether the main loop turns, so that terminals may be told something."""
        return time.monotonic() - self._turned_s < HUNG_AFTER_S

    def _handle_all(self, messages: list[MQTTMessage], broker: Connection, feed: Feed) -> None:
        """Deal with messages of one topic: in one transaction, or one by one if there is anything wrong with them."""
        if len(messages) > 1:
            try:
                self._take_in(wire.parse_topic(messages[0].topic), [message.payload for message in messages], broker)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.info("%s: %d messages cannot be dealt with together", messages[0].topic, len(messages))
            else:
                return
        for message in messages:
            self._handle(message, broker, feed)

    def _handle(self, message: MQTTMessage, broker: Connection, feed: Feed) -> None:
        """Deal with one message; what cannot be read goes to the quarantine. Raises only for a failing database."""
        try:
            place = wire.parse_topic(message.topic)
            if place.leaf == "up":
                self._take_in(place, [message.payload], broker)
            elif place.leaf == "ask":
                self._meet(place, message.payload, broker, feed)
            elif message.payload:
                self._note_state(place, message, feed)
        except wire.WireError as error:
            log.warning("%s: %s", message.topic, error)
            terminal = message.topic.split("/")[-2] if "/" in message.topic else ""
            quarantine.put(quarantine.raw_text(message.payload), f"{message.topic}: {error}", terminal=terminal)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # Whatever a message does here, it would do again after a restart: the next one must count all the same.
            log.exception("%s: cannot be dealt with", message.topic)
            quarantine.put(quarantine.raw_text(message.payload), f"{message.topic}: {error}")

    def _take_in(self, place: wire.Topic, payloads: list[bytes], broker: Connection) -> None:
        ups = [wire.decode(wire.Up, payload) for payload in payloads]
        for up in ups:
            _check_sender(place, up.terminal)
            if up.epoch != ups[0].epoch:
                raise wire.WireError(f"epoch: {up.epoch} beside {ups[0].epoch}")
        taken = take_in(place.terminal, ups[0].epoch, [entry for up in ups for entry in up.entries])
        if taken.enrolment is None:
            log.warning("terminal %s epoch %d is not enrolled or switched off", place.terminal, ups[0].epoch)
            return
        ack = answers.acknowledge(taken.enrolment, self._keys, taken.need)
        broker.publish(wire.topic(place.shard, place.terminal, "ack"), wire.encode(ack))
        self._feed_at = min(self._feed_at, time.monotonic() + FEED_AFTER_INTAKE_S)

    def _meet(self, place: wire.Topic, payload: bytes, broker: Connection, feed: Feed) -> None:
        ask = wire.decode(wire.Ask, payload)
        _check_sender(place, ask.terminal)
        enrolment = answers.meet(ask)
        if enrolment is None:
            log.warning("terminal %s epoch %d asks and is not enrolled or switched off", ask.terminal, ask.epoch)
            return
        ack = answers.acknowledge(enrolment, self._keys)
        broker.publish(wire.topic(place.shard, place.terminal, "ack"), wire.encode(ack))
        feed.join(enrolment, ask.accounts_version, place.shard)

    def _note_state(self, place: wire.Topic, message: MQTTMessage, feed: Feed) -> None:
        state = wire.decode(wire.State, message.payload)
        _check_sender(place, state.terminal)
        answers.note_state(place, state, message.retain)
        if state.online and message.retain:
            feed.resume(place.terminal, state.epoch, place.shard)
        elif not state.online:
            feed.leave(place.terminal)


def _together(messages: list[MQTTMessage]) -> Iterator[list[MQTTMessage]]:
    """Journal entries of one terminal that came one after the other, and everything else by itself."""
    for topic, run in groupby(messages, key=lambda message: message.topic):
        if topic.endswith("/up"):
            yield list(run)
        else:
            yield from ([message] for message in run)


def _feed(feed: Feed) -> float:
    """Give terminals what is new; returns in how many seconds to do so again. Raises only for a failing database."""
    try:
        feed.turn()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # Sales are taken in whatever is wrong with master data or accounts.
        log.exception("what is new cannot be sent to terminals")
        return FEED_AFTER_TROUBLE_S
    return FEED_EVERY_S


def _check_sender(place: wire.Topic, terminal: str) -> None:
    if place.terminal != terminal:
        raise wire.WireError(f"terminal: {terminal!r} wrote on the topic of {place.terminal!r}")
