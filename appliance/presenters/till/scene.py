"""Everything the till's presenters may look at, gathered once per picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from appliance.flows.till.state import TillState, Tray
from appliance.i18n import Translator
from appliance.presenters.scene import Facts
from appliance.store.till_store import TillStore
from sales.catalogue import Catalogue


@dataclass(frozen=True)
class TillScene:
    """`tr` speaks the cashier's language, `guest_tr` that of slips; presenters only read `store`.

    `asking` while head office's answer to a payment takes long enough to be said.
    """

    tr: Translator
    guest_tr: Translator
    state: TillState
    catalogue: Catalogue | None
    facts: Facts
    now: datetime
    today: date
    store: TillStore
    asking: bool = False

    @property
    def timezone(self) -> ZoneInfo:
        return self.store.timezone

    @property
    def currency(self) -> str:
        return self.catalogue.store.currency if self.catalogue else ""

    @property
    def tray(self) -> Tray | None:
        return self.state.tray

    def figure(self, amount_minor: int) -> str:
        """An amount without its currency."""
        return self.tr.money(amount_minor, self.currency, symbol=False)

    def money(self, amount_minor: int) -> str:
        """An amount with its currency."""
        return self.tr.money(amount_minor, self.currency)
