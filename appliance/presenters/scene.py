"""Everything a presenter may look at, gathered once per picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from appliance.flows.state import KioskState
from appliance.i18n import Translator
from hal.health import Health, Reason
from mqtt_bridge.local_socket import Proof
from sales.catalogue import Catalogue


@dataclass(frozen=True)
class DeviceTrouble:
    """A device that needs somebody: what it is for (its contract) and why."""

    contract: str
    reason: Reason


@dataclass(frozen=True)
class Facts:
    """What the terminal knows about itself.

    `local_since` is set while head office is not asked before accounts pay; `alarm` while the bridge needs a person.
    `upto` is the last entry that head office has with all before it.
    """

    troubles: tuple[DeviceTrouble, ...] = ()
    badge_possible: bool = True
    local_since: datetime | None = None
    unsent: int = 0
    unsent_minor: int = 0
    balances_of: datetime | None = None
    clock_behind: bool = False
    alarm: bool = False
    upto: int = 0


class WhyLocal(StrEnum):
    """Why accounts pay by what is known here alone."""

    NO_BRIDGE = "no_bridge"
    """Nothing has been heard of the bridge since the terminal started."""
    NO_LINE = "no_line"
    """The line to head office is down."""
    SENDS_LATER = "sends_later"
    """By its transfer mode this terminal does not send at once, so head office could not know what it sells."""
    NO_ANSWER = "no_answer"
    """The line is there, but head office does not answer in time."""


@dataclass(frozen=True)
class DeviceNow:
    """How a device is: its name in the configuration, what it is for, and its last word."""

    name: str
    contract: str
    health: Health


@dataclass(frozen=True)
class Technical:
    """What the technician's screen is made of. Times are UTC; `why` is None while connected, since `since`.

    `unsent_entries` lie above the last acknowledged one; `head_seq` is the last one of all.
    """

    facts: Facts
    why: WhyLocal | None
    since: datetime
    last_answer_s: float | None
    oldest_unsent_at: datetime | None
    unsent_entries: int
    head_seq: int
    quarantined: int
    proof: Proof | None
    skew_s: int | None
    revision: int | None
    prices_of: datetime | None
    disk_used_percent: int | None
    devices: tuple[DeviceNow, ...]


@dataclass(frozen=True)
class Scene:
    """`seconds_left` is how long until an untouched order is dropped, or None while no warning is due.

    `asking` while head office's answer to a payment takes long enough to be said. `promised`: the guest gets this meal even if the
    account does not cover it, because head office cannot be asked.
    """

    tr: Translator
    state: KioskState
    catalogue: Catalogue | None
    facts: Facts
    now: datetime
    seconds_left: int | None = None
    asking: bool = False
    promised: bool = False

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.catalogue.store.timezone if self.catalogue else "UTC")

    @property
    def currency(self) -> str:
        return self.catalogue.store.currency if self.catalogue else ""
