"""How a terminal is, as people read it: connected or not, what of its journal is not here yet, its clock and its disk."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from server.fleet.alarms import AlarmWords, alarm_words
from server.fleet.models import Terminal
from server.spool.models import Quarantine

SKEW_S = 120
"""A clock that is off by more than this is coloured."""
FULL_PERCENT = 80
"""A disk as full as this is coloured."""

STATES = {
    "alarm": gettext_lazy("alarm"),
    "online": gettext_lazy("connected"),
    "local": gettext_lazy("local mode"),
    "silent": gettext_lazy("silent"),
    "off": gettext_lazy("switched off"),
    "revoked": gettext_lazy("revoked"),
}


@dataclass(frozen=True)
class Status:
    """A terminal as last heard of. `unsent_minor` in minor units; `missing` is an entry later ones came without."""

    terminal: Terminal
    state: str
    alarm: AlarmWords | None
    upto: int
    told: int
    unsent: int
    unsent_minor: int
    oldest_unsent_at: datetime | None
    missing: int | None
    quarantined: int

    @property
    def state_words(self) -> Any:
        """The state in words."""
        return STATES[self.state]

    @property
    def clock_off(self) -> bool:
        """Whether the clock is off by more than people should put up with."""
        return abs(self.terminal.clock_skew_s or 0) > SKEW_S

    @property
    def clock(self) -> str:
        """By how much the clock is off, in words."""
        return skew_words(self.terminal.clock_skew_s)

    @property
    def disk_full(self) -> bool:
        """Whether the disk fills up."""
        return (self.terminal.disk_used_percent or 0) >= FULL_PERCENT

    @property
    def disk(self) -> str:
        """How much of the disk is used."""
        used = self.terminal.disk_used_percent
        return "–" if used is None else f"{used} %"

    @property
    def sends(self) -> str:
        """When the terminal sends, in words."""
        return transfer_words(self.terminal.transfer)


def statuses(terminals: Iterable[Terminal]) -> list[Status]:
    """Return how each terminal is, in their order. Prefetch `enrolments`."""
    rows = list(terminals)
    waiting = Quarantine.objects.filter(resolved=False, terminal__in=[row.code for row in rows])
    quarantined = dict(waiting.order_by().values_list("terminal").annotate(count=Count("pk")))
    return [_status(row, quarantined.get(row.code, 0)) for row in rows]


def _status(terminal: Terminal, quarantined: int) -> Status:
    enrolment = terminal.enrolment
    unsent = enrolment.unsent if enrolment else 0
    return Status(
        terminal=terminal,
        state=_state(terminal),
        alarm=alarm_words(enrolment.alarm if enrolment else ""),
        upto=enrolment.upto if enrolment else 0,
        told=enrolment.upto + unsent if enrolment else 0,
        unsent=unsent,
        unsent_minor=terminal.unsent_minor if unsent else 0,
        oldest_unsent_at=terminal.oldest_unsent_at if unsent else None,
        missing=enrolment.need if enrolment else None,
        quarantined=quarantined,
    )


def _state(terminal: Terminal) -> str:
    enrolment = terminal.enrolment
    if not terminal.active:
        return "off"
    if enrolment and enrolment.revoked_at:
        return "revoked"
    if enrolment and enrolment.alarm:
        return "alarm"
    if not terminal.online:
        return "silent"
    return "local" if terminal.mode == Terminal.Mode.LOCAL else "online"


@dataclass(frozen=True)
class FleetSums:
    """Terminals counted by how they are, each once, and what they have not sent; `unsent_minor` in minor units."""

    connected: int
    local: int
    silent: int
    alarms: int
    unsent: int
    unsent_minor: int


def sums(found: Iterable[Status]) -> FleetSums:
    """Count terminals that are in force; one stopped by an alarm counts apart."""
    rows = [row for row in found if row.state not in ("off", "revoked")]
    states = Counter(row.state for row in rows)
    return FleetSums(
        connected=states["online"],
        local=states["local"],
        silent=states["silent"],
        alarms=states["alarm"],
        unsent=sum(row.unsent for row in rows),
        unsent_minor=sum(row.unsent_minor for row in rows),
    )


def skew_words(skew_s: int | None) -> str:
    """Return by how much a clock is off: "right", "4 min fast", "2 days slow"; a dash when nobody knows."""
    if skew_s is None:
        return "–"
    if abs(skew_s) < 3:
        return _("right")
    text = _("%(time)s fast") if skew_s > 0 else _("%(time)s slow")
    return text % {"time": _span(abs(skew_s))}


def _span(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 2 * 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    days = seconds // 86400
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def transfer_words(transfer: str) -> str:
    """Return in words when a terminal sends, from what it told (`mqtt_bridge.transfer.TransferPlan`)."""
    first, _space, rest = transfer.partition(" ")
    if first == "every":
        return _("every %(time)s") % {"time": rest}
    if first == "times":
        return _("at %(times)s") % {"times": ", ".join(rest.split())} if rest[:1].isdigit() else _("at times of day")
    known = {
        "": "–",
        "immediate": _("at once"),
        "shift_end": _("at the end of a shift"),
        "service_end": _("at the end of a meal service"),
        "by_hand": _("by hand"),
    }
    return known.get(transfer, transfer)
