"""What goes down to terminals unasked: manifests of new revisions, and accounts that changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from mqtt_bridge.wire import topic
from server.core.keys import HeadOfficeKeys
from server.core.models import counter_value
from server.fleet.models import Enrolment, Terminal
from server.guests.models import ACCOUNTS
from server.guests.replica import accounts_document
from server.replication.publishing import newest_manifests, publish_pending

Publish = Callable[[str, bytes, bool], None]
"""Sends (topic, payload, retain)."""


@dataclass
class _Session:
    """What a connected terminal was last told of accounts; version None means it is not known."""

    enrolment: int
    shard: str
    version: int | None
    upto: int = -1


class Feed:
    """Keeps the terminals of one connection up to date. `publish` sends; nothing is remembered across connections.

    `since` is the version of accounts with which the database's present history begins.
    """

    def __init__(self, keys: HeadOfficeKeys, publish: Publish, since: int) -> None:
        self._keys = keys
        self._publish = publish
        self._since = since
        self._sessions: dict[str, _Session] = {}
        self._revisions: dict[str, tuple[str, str]] = {}

    def join(self, enrolment: Enrolment, version: int | None) -> None:
        """A terminal asked, holding `version` of its accounts: send it what it lacks and keep it up to date from now."""
        terminal = enrolment.terminal
        known = version if version and version >= self._since else None
        self._sessions[terminal.code] = _Session(enrolment.pk, terminal.shard, known)
        self._send_accounts(terminal.code, self._sessions[terminal.code])

    def resume(self, terminal: str, epoch: int) -> None:
        """A terminal is connected that asked some earlier spool: send it everything once."""
        if terminal not in self._sessions:
            found = Enrolment.objects.filter(terminal__code=terminal, epoch=epoch).select_related("terminal").first()
            if found and found.session_nonce and found.terminal.active:
                self.join(found, None)

    def leave(self, terminal: str) -> None:
        """A terminal is gone; it will ask when it is back."""
        self._sessions.pop(terminal, None)

    def turn(self) -> None:
        """Publish what waits for it, announce new revisions and send accounts that changed."""
        publish_pending(self._keys)
        self.announce_revisions()
        self.send_changed_accounts()

    def announce_revisions(self) -> None:
        """Publish, retained, the newest manifest of the store of every terminal that has not been told of it."""
        manifests = newest_manifests()
        for code, shard, store in Terminal.objects.filter(active=True).values_list("code", "shard", "store"):
            manifest = manifests.get(store)
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
        for code, session in self._sessions.items():
            if session.version != version or session.upto != marks.get(session.enrolment):
                self._send_accounts(code, session)

    def _send_accounts(self, code: str, session: _Session) -> None:
        document: dict[str, Any] = accounts_document(session.enrolment, session.version, self._keys)
        self._publish(topic(session.shard, code, "accounts"), msgspec.json.encode(document), False)
        session.version, session.upto = document["version"], document["upto"]
