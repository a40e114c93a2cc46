"""What a terminal can be: one builder of a flow for each role of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any, Protocol

from appliance import devices
from appliance.config import Config
from appliance.flows import kiosk
from appliance.flows.clock import Clock
from appliance.i18n import Translators
from appliance.presenters.views import View
from appliance.store.authoriser import Authoriser
from appliance.store.catalogues import CatalogueShelf
from appliance.store.terminal_store import TerminalStore
from hal.bus import EventBus
from hal.supervisor import Supervisor
from journal.keys import SigningKey
from journal.store import Journal
from masterdata.accounts_file import AccountsReader
from mqtt_bridge.wire import Enrolment

TILL_FILE = "till.sqlite"
SIGN_IN_FILE = "sign_in.sqlite"
MOST_OF_A_DAY = 5000
"""More entries than a pass-through writes in a day."""
DEADLINE_S = 0.6
"""How long head office may take to authorise a sale at a till or pass-through, where others wait behind the guest."""
KIOSK_DEADLINE_S = 1.5


class Flow(Protocol):
    """What the screens need of a role."""

    def handle(self, event: Any) -> None:
        """Take one device event or one intent."""

    def tick(self) -> None:
        """Let time pass."""

    def view(self) -> View:
        """What to show now."""

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` whenever the view may have changed."""


@dataclass(frozen=True)
class Parts:
    """What every role is built from; `stack` closes what a role opens besides."""

    config: Config
    enrolment: Enrolment
    clock: Clock
    stack: ExitStack
    supervisor: Supervisor
    translators: Translators
    journal: Journal
    shelf: CatalogueShelf
    accounts: AccountsReader
    store: TerminalStore
    bus: EventBus[Any]
    key: SigningKey

    def authoriser(self, deadline_s: float) -> Authoriser:
        """Begin to ask head office about sales from accounts; the answers come over the bus within `deadline_s`."""
        folder = self.config.terminal.data_dir
        authoriser = Authoriser(self.enrolment, self.key, folder, self.bus, self.clock.now_utc, deadline_s)
        return self.stack.enter_context(closing(authoriser))

    @property
    def contracts(self) -> Mapping[str, str]:
        """What each device is for, by its name."""
        return {device.name: device.purpose for device in self.config.devices}


def build_kiosk(parts: Parts) -> Flow:
    """A kiosk: a diner orders and pays alone."""
    return kiosk.KioskFlow(_services(parts, KIOSK_DEADLINE_S), parts.clock)


def _services(parts: Parts, deadline_s: float) -> kiosk.Services:
    return kiosk.Services(parts.store, parts.translators, _settings(parts), parts.authoriser(deadline_s))


def _settings(parts: Parts) -> kiosk.Settings:
    idle = parts.config.idle
    return kiosk.Settings(
        language=parts.config.terminal.language,
        warning_after_s=idle.warning_after_s,
        reset_after_s=idle.reset_after_s,
        done_after_s=idle.done_after_s,
        devices=parts.contracts,
    )


def build_till(parts: Parts) -> Flow:
    """A till: a cashier rings trays up."""
    from appliance.flows.till.desk import Services, Settings
    from appliance.flows.till.flow import TillFlow
    from appliance.store.cashiers import Cashiers
    from appliance.store.pin_tries import PinTries
    from appliance.store.till_held import HeldTickets
    from appliance.store.till_store import TillStore

    folder, supervisor, loaded = parts.config.terminal.data_dir, parts.supervisor, parts.config
    tries = parts.stack.enter_context(closing(PinTries(folder / SIGN_IN_FILE)))
    store = TillStore(
        parts.store,
        parts.journal,
        Cashiers(parts.accounts, tries, parts.clock.now_utc),
        parts.stack.enter_context(closing(HeldTickets(folder / TILL_FILE, parts.shelf.of_revision))),
        drawer=devices.drawer(supervisor, loaded),
        display=devices.display(supervisor, loaded),
    )
    settings = Settings(loaded.terminal.language, parts.contracts)
    return TillFlow(Services(store, parts.translators, settings, parts.authoriser(DEADLINE_S)), parts.clock)


def build_pickup(parts: Parts) -> Flow:
    """A preparation screen for the kitchen, or a pick-up screen for guests."""
    from appliance.flows.pickup import PickupFlow, Services
    from appliance.store.kitchen_store import KitchenStore

    store = KitchenStore(parts.store)
    view = parts.config.pickup.view
    return PickupFlow(Services(store, parts.translators, _settings(parts), view), parts.clock)


def build_pass_through(parts: Parts) -> Flow:
    """A pass-through: a badge is a meal."""
    from appliance.flows.pass_through import PassThroughFlow
    from appliance.store.served import Served

    day = parts.store.business_day(parts.clock.now_utc())
    recent = parts.journal.entries_of("ticket", max(0, parts.journal.head.seq - MOST_OF_A_DAY))
    return PassThroughFlow(_services(parts, DEADLINE_S), parts.clock, Served(recent, day))


ROLES: Mapping[str, Callable[[Parts], Flow]] = {
    "kiosk": build_kiosk,
    "till": build_till,
    "pickup": build_pickup,
    "pass_through": build_pass_through,
}
