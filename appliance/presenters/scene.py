"""Everything a presenter may look at, gathered once per picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from appliance.flows.state import KioskState
from appliance.i18n import Translator
from hal.health import Reason
from sales.catalogue import Catalogue


@dataclass(frozen=True)
class DeviceTrouble:
    """A device that needs somebody: what it is for (its contract) and why."""

    contract: str
    reason: Reason


@dataclass(frozen=True)
class Facts:
    """What the terminal knows about itself.

    `local_since` is set while there is no connection to head office; `alarm` while the bridge needs a person.
    """

    troubles: tuple[DeviceTrouble, ...] = ()
    badge_possible: bool = True
    local_since: datetime | None = None
    unsent: int = 0
    unsent_minor: int = 0
    balances_of: datetime | None = None
    clock_behind: bool = False
    alarm: bool = False


@dataclass(frozen=True)
class Scene:
    """`seconds_left` is how long until an untouched order is dropped, or None while no warning is due."""

    tr: Translator
    state: KioskState
    catalogue: Catalogue | None
    facts: Facts
    now: datetime
    seconds_left: int | None = None

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.catalogue.store.timezone if self.catalogue else "UTC")

    @property
    def currency(self) -> str:
        return self.catalogue.store.currency if self.catalogue else ""
