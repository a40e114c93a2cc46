"""A pass-through and somebody with a badge in front of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from appliance.flows.kiosk import Services, Settings
from appliance.flows.pass_through import PassThroughFlow
from appliance.i18n import Translators
from appliance.presenters.views_pass import PassScreen
from appliance.store.served import Served
from hal.bus import EventBus
from hal.events import BadgePresented
from journal.store import Journal
from mqtt_bridge.local_socket import Link
from sales.quick_keys import QuickKey, QuickKeyLayout
from sales.ticket import from_payload
from tests.appliance.asking import settle
from tests.appliance.canteen import ANNA, BEN, Canteen, badge, guest
from tests.appliance.till_canteen import CARLA, CARLA_ID, MENU_CATALOGUE, Paper
from tools.stand_in import StandIn

MENU = replace(
    MENU_CATALOGUE,
    quick_key_layouts=(
        QuickKeyLayout(
            "pass",
            "Pass",
            2,
            2,
            ("kiosk-1",),
            (QuickKey(0, 0, 0, None, "menu-a"), QuickKey(0, 0, 1, "omelette", None)),
        ),
    ),
)
GUESTS = (
    guest(CARLA_ID, "Carla Roth", 5000, [badge(CARLA)], category="staff", payer="nord"),
    guest("anna", "Anna Keller", 2340, [badge(ANNA), badge("04DEAD03", blocked=True)]),
    guest("ben", "Ben Ott", 200, [badge(BEN)]),
    guest("cleo", "Cleo Park", 900, [badge("04C10505")], blocked=True),
)


@dataclass
class Gate:
    """Somebody with a badge at the pass-through."""

    flow: PassThroughFlow
    journal: Journal
    bridge: StandIn
    canteen: Canteen
    bus: EventBus[Any]

    def badge(self, number: str, after_s: float = 5) -> PassScreen:
        self.wait(after_s)
        self.flow.handle(BadgePresented("badge", number, self.canteen.clock.monotonic))
        settle(self.flow, self.bus)
        return self.screen

    def wait(self, seconds: float) -> None:
        while seconds > 0:
            self.canteen.clock.pass_s(0.5)
            self.flow.tick()
            self.bridge.drain()
            seconds -= 0.5

    @property
    def screen(self) -> PassScreen:
        screen = self.flow.view().screen
        assert isinstance(screen, PassScreen), screen
        return screen

    def tickets(self) -> list[Any]:
        return [from_payload(entry.payload) for entry in self.journal.entries(0, 1000) if entry.kind == "ticket"]


Open = Callable[..., Gate]
"""Opens a gate; `connected`, `printer` and `kitchen` may be said."""


def opener(bare: Canteen) -> Open:
    """Send the menu and the guests; returns what opens the pass-through in that folder."""
    bare.publish(MENU)
    bare.send_guests(*GUESTS)

    def gate(*, connected: bool = True, printer: Paper | None = None, kitchen: Paper | None = None) -> Gate:
        journal, bridge, store = bare.parts(printer, kitchen)
        store.adopt_newest()
        asks, bus = bare.asker(bridge)
        services = Services(store, Translators(), Settings("en", 45, 60, 15, {"badge": "badge_reader"}), asks)
        served = Served(journal.entries_of("ticket"), store.business_day(bare.clock.now_utc()))
        opened = Gate(PassThroughFlow(services, bare.clock, served), journal, bridge, bare, bus)
        bridge.send(Link(connected))
        opened.wait(0.5)
        return opened

    return gate
