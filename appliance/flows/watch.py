"""What goes on around the diner: devices, head office, the disk, the clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from appliance.flows.clock import Clock
from appliance.flows.devices import DeviceBoard
from appliance.flows.state import Closed
from appliance.presenters import closing
from appliance.presenters.scene import Facts
from appliance.store.terminal_store import TerminalStore
from journal.errors import JournalError, JournalFull

LOOK_EVERY_S = 2.0
LOCAL_AFTER = timedelta(seconds=3)
FIRST_NEWS_AFTER = timedelta(seconds=8)
ALARM_FOR = timedelta(seconds=30)


class Watch:
    """Looks at the terminal's files and devices; remembers what it saw last, so that a picture costs no disk."""

    def __init__(self, store: TerminalStore, device_contracts: Mapping[str, str], clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._looked_s = -math.inf
        self._unsent = 0
        self._unsent_minor = 0
        self.devices = DeviceBoard(device_contracts)
        self.pictures: tuple[str, ...] = ()

    def listen(self) -> None:
        """Take the bridge's news."""
        self._store.link.listen(self._clock.now_utc())

    def is_due(self) -> bool:
        """Whether the last look was long enough ago."""
        return self._clock.monotonic_s() - self._looked_s >= LOOK_EVERY_S

    def look(self, *, between_orders: bool) -> None:
        """See what has changed; a new catalogue is taken over between two orders only."""
        self._looked_s = self._clock.monotonic_s()
        self._store.look_for_bridge(self._clock.now_utc())
        if between_orders and self._store.adopt_newest():
            self.pictures = self._store.pictures()
        self._store.accounts.look()
        self._store.board.look()
        self._count_unsent()

    def sold(self) -> None:
        """Count a sale that has to wait at once; connected, the next look tells whether it still waits."""
        if not self._store.link.state().connected:
            self._count_unsent()

    def _count_unsent(self) -> None:
        self._unsent = self._store.unsent_tickets()
        self._unsent_minor = self._store.unsent_minor()

    def why_closed(self) -> Closed | None:
        """Why no order can be taken now, or None."""
        try:
            self._store.check_space()
        except JournalError as error:
            return journal_closed(error)
        if self._store.link.state().stopped:
            return closing.stopped
        if self._store.catalogue is None:
            return closing.catalogue_broken if self._store.catalogue_problem else closing.no_catalogue
        return None

    def facts(self, now: datetime) -> Facts:
        link = self._store.link.state()
        # A link may blink, and a bridge repeats its news to a terminal that has just started within 5 s.
        patience = LOCAL_AFTER if link.heard else FIRST_NEWS_AFTER
        is_local = not link.connected and not link.since <= now < link.since + patience
        return Facts(
            troubles=self.devices.troubles(),
            badge_possible=self.devices.usable("badge_reader"),
            local_since=link.since if is_local else None,
            unsent=self._unsent,
            unsent_minor=self._unsent_minor,
            balances_of=self._store.accounts.as_of,
            alarm=link.alarm_at is not None and now - link.alarm_at < ALARM_FOR,
            clock_behind=self._store.clock_is_behind(now),
        )


def journal_closed(error: JournalError) -> Closed:
    """What a diner is told after `error`: only of a full disk is it known that nothing was charged."""
    return closing.journal_full if isinstance(error, JournalFull) else closing.journal_broken
