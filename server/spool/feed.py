"""What goes down to terminals unasked: manifests of new revisions, accounts that changed, and the board of the day."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec

from mqtt_bridge.wire import topic
from server.catalog.models import Store
from server.core.keys import HeadOfficeKeys
from server.core.models import Counter, counter_value
from server.fleet.models import Enrolment, Terminal
from server.guests.holds import forget, sweep
from server.guests.models import ACCOUNTS
from server.guests.replica import accounts_documents
from server.replication.board import board_documents
from server.replication.board_version import board_counter, touch_board
from server.replication.publishing import newest_manifests, publish_pending
from server.spool.lock import ALL

FORGET_EVERY_S = 3600.0
BOARD_EVERY_S = 0.5
"""A store's board is sent no more often than this, but to a terminal that asks."""

Publish = Callable[[str, bytes, bool], None]
"""Sends (topic, payload, retain)."""


@dataclass
class _Session:
    """What a connected terminal was last told of accounts (version None: not known) and of the board of its store."""

    enrolment: int
    shard: str
    store: int
    version: int | None
    upto: int = -1
    board: int | None = None


class Feed:
    """Keeps the terminals of one connection up to date. `publish` sends; nothing is remembered across connections.

    `since` is the version of accounts with which the database's present history begins. Of terminals that do not talk to it,
    those of its `shard` (`+`: all) hear of new revisions.
    """

    def __init__(self, keys: HeadOfficeKeys, publish: Publish, since: int, shard: str = ALL) -> None:
        self._keys = keys
        self._publish = publish
        self._since = since
        self._shard = shard
        self._forget_at_s = 0.0
        self._sessions: dict[str, _Session] = {}
        self._revisions: dict[str, tuple[str, str]] = {}
        self._board_sent_s: dict[int, float] = {}
        self._days: dict[int, date] = {}

    def join(self, enrolment: Enrolment, version: int | None, shard: str) -> None:
        """A terminal asked, holding `version` of its accounts: send it what it lacks and keep it up to date from now.

        `shard` is the one it speaks in, until it has got another enrolment.json than that of the shard it was moved away from.
        """
        terminal = enrolment.terminal
        known = version if version and version >= self._since else None
        session = self._sessions[terminal.code] = _Session(enrolment.pk, shard, terminal.store_id, known)
        self._send_accounts({terminal.code: session})
        self._send_board(terminal.store_id, [session])

    def resume(self, terminal: str, epoch: int, shard: str) -> None:
        """A terminal is connected that asked some earlier spool: send it everything once."""
        if terminal not in self._sessions:
            found = Enrolment.objects.filter(terminal__code=terminal, epoch=epoch).select_related("terminal").first()
            if found and found.session_nonce and not found.refusal:
                self.join(found, None, shard)

    def leave(self, terminal: str) -> None:
        """A terminal is gone; it will ask when it is back."""
        self._sessions.pop(terminal, None)

    def turn(self) -> None:
        """Publish what waits for it, announce new revisions, end holds, send accounts and boards that changed."""
        self.leave_refused()
        publish_pending(self._keys)
        sweep(shard=None if self._shard == ALL else self._shard)
        if time.monotonic() >= self._forget_at_s:
            self._forget_at_s = time.monotonic() + FORGET_EVERY_S
            forget()
        self.announce_revisions()
        self.send_changed_accounts()
        self.send_changed_boards()

    def leave_refused(self) -> None:
        """Send nothing more to terminals that were switched off, or whose enrolment was revoked."""
        codes = {session.enrolment: code for code, session in self._sessions.items()}
        if codes:
            in_force = Enrolment.objects.filter(pk__in=codes, terminal__active=True, revoked_at=None)
            for refused in codes.keys() - set(in_force.values_list("pk", flat=True)):
                self.leave(codes[refused])

    def announce_revisions(self) -> None:
        """Publish, retained, the newest manifest of the store of every terminal that has not been told of it."""
        manifests = newest_manifests()
        for code, home, store in Terminal.objects.filter(active=True).values_list("code", "shard", "store"):
            manifest = manifests.get(store)
            session = self._sessions.get(code)
            if session is None and self._shard not in (ALL, home):
                continue
            shard = session.shard if session else home
            if manifest and self._revisions.get(code) != (shard, manifest["signature"]):
                self._publish(topic(shard, code, "revision"), msgspec.json.encode(manifest), True)
                self._revisions[code] = (shard, manifest["signature"])

    def send_changed_accounts(self) -> None:
        """Send every connected terminal the guests that changed, and its mark when that moved."""
        if not self._sessions:
            return
        version = counter_value(ACCOUNTS)
        ids = [session.enrolment for session in self._sessions.values()]
        marks = dict(Enrolment.objects.filter(pk__in=ids).values_list("pk", "upto"))
        behind = {
            code: session
            for code, session in self._sessions.items()
            if session.version != version or session.upto != marks.get(session.enrolment)
        }
        if behind:
            self._send_accounts(behind)

    def _send_accounts(self, sessions: Mapping[str, _Session]) -> None:
        """Send what these terminals, by code, lack."""
        documents = accounts_documents({one.enrolment: one.version for one in sessions.values()}, self._keys)
        for code, session in sessions.items():
            document = documents[session.enrolment]
            self._publish(topic(session.shard, code, "accounts"), msgspec.json.encode(document), False)
            session.version, session.upto = document["version"], document["upto"]

    def send_changed_boards(self) -> None:
        """Send the board of every store where something changed, or a new day began, to its connected terminals."""
        by_store: dict[int, list[_Session]] = defaultdict(list)
        for session in self._sessions.values():
            by_store[session.store].append(session)
        for store in Store.objects.filter(pk__in=by_store):
            today = store.today()
            if self._days.setdefault(store.pk, today) != today:
                self._days[store.pk] = today
                touch_board(store.pk)
        names = {board_counter(store_id): store_id for store_id in by_store}
        versions = dict(Counter.objects.filter(pk__in=names).values_list("pk", "value"))
        for name, store_id in names.items():
            behind = [session for session in by_store[store_id] if session.board != versions.get(name, 0)]
            if behind and time.monotonic() - self._board_sent_s.get(store_id, 0.0) >= BOARD_EVERY_S:
                self._board_sent_s[store_id] = time.monotonic()
                self._send_board(store_id, behind)

    def _send_board(self, store_id: int, sessions: list[_Session]) -> None:
        documents = board_documents(store_id, [session.enrolment for session in sessions], self._keys)
        for session in sessions:
            shard, code, document = documents[session.enrolment]
            self._publish(topic(shard, code, "board"), msgspec.json.encode(document), False)
            session.board = document["version"]
