"""What goes on around the diner: devices, head office, the disk, the clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from appliance.flows.authorising import Asker
from appliance.flows.clock import Clock
from appliance.flows.devices import DeviceBoard
from appliance.flows.state import Closed
from appliance.i18n import Translator
from appliance.presenters import closing
from appliance.presenters.scene import Facts, Technical, WhyLocal
from appliance.presenters.technician import TechnicianMoment
from appliance.store.authoriser import Mode
from appliance.store.terminal_store import TerminalStore, Unsent
from journal.errors import JournalError, JournalFull
from mqtt_bridge.local_socket import Report

LOOK_EVERY_S = 2.0
REPORT_EVERY_S = 30.0
BLINK = timedelta(seconds=3)
FIRST_NEWS_AFTER = timedelta(seconds=8)
AT_ONCE = "immediate"
"""How `mqtt_bridge.transfer.TransferPlan` says that entries are sent as they come."""
ALARM_FOR = timedelta(seconds=30)


class Watch:
    """Looks at the terminal's files and devices; remembers what it saw last, so that a picture costs no disk.

    It tells the bridge what head office is to know of this terminal, and when a meal service begins and ends.
    """

    def __init__(
        self, store: TerminalStore, device_contracts: Mapping[str, str], clock: Clock, asker: Asker | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._asker = asker
        self._looked_s = -math.inf
        self._unsent = Unsent()
        self._disk_used_percent: int | None = None
        self._reported: Report | None = None
        self._reported_s = -math.inf
        self._service: tuple[date, str | None] | None = None
        self._was_asked = False
        self.devices = DeviceBoard(device_contracts)
        self.pictures: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """Whether accounts pay by what is known here alone: head office is not asked, or there is no bridge to ask through."""
        link = self._store.link.state()
        if self._asker is None:
            return not link.connected
        return self._asker.mode is Mode.LOCAL or (link.heard and not link.connected)

    def listen(self) -> None:
        """Take the bridge's news, and tell it when the mode has changed."""
        self._store.link.listen(self._clock.now_utc())
        self._was_asked |= self._asker is not None and not self.is_local
        if self._reported is not None and self._reported.mode != self._mode:
            self._report()

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
        self._disk_used_percent = self._store.disk_used_percent()
        self._count_unsent()
        self._watch_services()
        self._report()

    def sold(self) -> None:
        """Count a sale that has to wait at once; connected, the next look tells whether it still waits."""
        if self.is_local:
            self._count_unsent()

    def _count_unsent(self) -> None:
        self._unsent = self._store.unsent()

    def _watch_services(self) -> None:
        """Before guests come all accounts are asked for; after them the transfer mode may have everything sent."""
        if self._store.catalogue is None:
            return
        now = self._clock.now_utc()
        before, service = self._service, (self._store.business_day(now), self._store.meal_id(now))
        self._service = service
        if before is None or before == service:
            return
        if before[1] is not None:
            self._store.link.service_has_ended()
        if service[1] is not None:
            self._store.link.refresh_accounts()

    def _report(self) -> None:
        """Tell the bridge what is new, and from time to time everything, in case it has started since."""
        unsent = self._unsent
        oldest = unsent.oldest_at.isoformat() if unsent.oldest_at is not None else None
        report = Report(self._mode, unsent.minor, oldest, self._disk_used_percent)
        now_s = self._clock.monotonic_s()
        if report != self._reported or now_s - self._reported_s >= REPORT_EVERY_S:
            self._reported, self._reported_s = report, now_s
            self._store.link.report(report)

    @property
    def _mode(self) -> Literal["connected", "local"]:
        return "local" if self.is_local else "connected"

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
        """What the screen says all the time.

        Where head office is asked, local mode is said at once, but for the moment a start takes; elsewhere a line that
        blinks is not worth a word.
        """
        link, since = self._store.link.state(), self._local_since()
        patience = timedelta(0) if self._was_asked else BLINK if link.heard else FIRST_NEWS_AFTER
        is_worth_a_word = since is not None and not since <= now < since + patience
        return Facts(
            troubles=self.devices.troubles(),
            badge_possible=self.devices.usable("badge_reader"),
            local_since=since if is_worth_a_word else None,
            unsent=self._unsent.tickets,
            unsent_minor=self._unsent.minor,
            balances_of=self._store.accounts.as_of,
            alarm=link.alarm_at is not None and now - link.alarm_at < ALARM_FOR,
            clock_behind=self._store.clock_is_behind(now),
            upto=self._store.acknowledged,
        )

    def technical(self, now: datetime) -> Technical:
        """Everything a technician asks for."""
        link, catalogue = self._store.link.state(), self._store.catalogue
        since = self._local_since()
        connected_since = self._asker.since if self._asker is not None else link.since
        return Technical(
            facts=replace(self.facts(now), local_since=since),
            why=self._why_local() if since is not None else None,
            since=since or connected_since,
            last_answer_s=self._asker.last_answer_s if self._asker is not None else None,
            oldest_unsent_at=self._unsent.oldest_at,
            unsent_entries=self._unsent.entries,
            head_seq=self._store.head_seq,
            quarantined=link.quarantined,
            proof=link.proof,
            skew_s=link.skew_s,
            revision=catalogue.revision if catalogue is not None else None,
            prices_of=catalogue.published_at if catalogue is not None else None,
            disk_used_percent=self._disk_used_percent,
            devices=self.devices.all(),
        )

    def technician(self, tr: Translator) -> TechnicianMoment:
        """What the technician's screen is made of."""
        now, catalogue = self._clock.now_utc(), self._store.catalogue
        currency = catalogue.store.currency if catalogue is not None else ""
        return TechnicianMoment(tr, self.technical(now), self._store.terminal_id, currency, now, self._store.timezone)

    def _local_since(self) -> datetime | None:
        if not self.is_local:
            return None
        link = self._store.link.state()
        if self._asker is not None and self._asker.mode is Mode.LOCAL:
            return self._asker.since
        return link.since

    def _why_local(self) -> WhyLocal:
        link = self._store.link.state()
        if not link.heard:
            return WhyLocal.NO_BRIDGE
        if not link.connected:
            return WhyLocal.NO_LINE
        later = link.proof is not None and link.proof.transfer not in ("", AT_ONCE)
        return WhyLocal.SENDS_LATER if later else WhyLocal.NO_ANSWER


def journal_closed(error: JournalError) -> Closed:
    """What a diner is told after `error`: only of a full disk is it known that nothing was charged."""
    return closing.journal_full if isinstance(error, JournalFull) else closing.journal_broken
