"""The kitchen's screen and the guests': orders come with the board, and go on by a touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from appliance.flows.intents import ChangeOrderState, Intent, ToggleSoldOut
from appliance.flows.kiosk import Settings
from appliance.flows.pickup import PickupFlow, Services
from appliance.i18n import Translators
from appliance.presenters.views import ClosedScreen, Tone
from appliance.presenters.views_pickup import KitchenScreen, OrderCard, PickupScreen, PortionCell
from appliance.store.kitchen_store import KitchenStore
from journal.store import Journal
from masterdata.board_file import board_path, write_board
from mqtt_bridge.local_socket import Link, LocalSocket
from tests.appliance.canteen import DAY, NOON, Canteen


def order(number: int, state: str = "open", minutes: int = 3, **changes: Any) -> dict[str, Any]:
    return {
        "terminal": "kiosk-2",
        "epoch": 1,
        "number": number,
        "pickup_number": 100 + number,
        "state": state,
        "at": (NOON - timedelta(minutes=minutes)).isoformat(),
        "service": "eat_in",
        "lines": [
            {"quantity": 2, "name": "Burger", "detail": "no onion", "kitchen": True},
            {"quantity": 1, "name": "Water", "detail": "", "kitchen": False},
        ],
        **changes,
    }


@dataclass
class Wall:
    """A screen on the wall."""

    flow: PickupFlow
    journal: Journal
    bridge: LocalSocket
    canteen: Canteen

    def send(self, *orders: dict[str, Any], articles: tuple[tuple[str, bool, int | None], ...] = ()) -> None:
        """A board comes, with everything this screen has said."""
        self.canteen.version += 1
        write_board(
            board_path(self.canteen.folder),
            {
                "v": 1,
                "terminal": "kiosk-1",
                "epoch": 1,
                "upto": self.journal.head.seq,
                "version": self.canteen.version,
                "as_of": datetime(2026, 11, 20, 11, 20, self.canteen.version, tzinfo=UTC).isoformat(),
                "business_day": DAY.isoformat(),
                "availability": [{"article": a, "sold_out": gone, "left": left} for a, gone, left in articles],
                "orders": list(orders),
            },
        )
        self.flow.tick()

    def touch(self, intent: Intent | None) -> None:
        assert intent is not None, "there is nothing to touch"
        self.flow.handle(intent)

    def wait(self, seconds: float) -> None:
        while seconds > 0:
            self.canteen.clock.pass_s(0.5)
            self.flow.tick()
            self.bridge.drain()
            seconds -= 0.5

    @property
    def kitchen(self) -> KitchenScreen:
        screen = self.flow.view().screen
        assert isinstance(screen, KitchenScreen), screen
        return screen

    @property
    def guests(self) -> PickupScreen:
        screen = self.flow.view().screen
        assert isinstance(screen, PickupScreen), screen
        return screen

    def card(self, number: str) -> OrderCard:
        return next(card for card in self.kitchen.preparing + self.kitchen.ready if card.number == number)

    def portion(self, name: str) -> PortionCell:
        return next(cell for cell in self.kitchen.portions if cell.name == name)

    def said(self, kind: str) -> list[dict[str, Any]]:
        return [entry.payload for entry in self.journal.entries(0, 1000) if entry.kind == kind]


Hang = Callable[..., Wall]


@pytest.fixture
def hang(canteen: Canteen) -> Hang:
    """Hang a screen up: "kitchen" or "guests"."""

    def screen(view: str, connected: bool = True) -> Wall:
        journal, bridge, store = canteen.parts()
        store.adopt_newest()
        services = Services(KitchenStore(store), Translators(), Settings("en", 45, 60, 15, {}), view)
        wall = Wall(PickupFlow(services, canteen.clock), journal, bridge, canteen)
        bridge.send(Link(connected))
        wall.wait(0.5)
        return wall

    return screen


def test_guests_see_their_numbers_move_to_the_right(hang: Hang) -> None:
    wall = hang("guests")
    wall.send(order(2, minutes=2), order(1, minutes=5), order(3, "ready"), order(4, "collected"))
    assert (wall.guests.preparing, wall.guests.ready) == (("101", "102"), ("103",))
    wall.send(order(1, "ready"), order(2))
    assert (wall.guests.preparing, wall.guests.ready) == (("102",), ("101",))
    wall.touch(ChangeOrderState("kiosk-2", 1, 2, "ready"))
    assert wall.guests.preparing == ("102",), "guests only look"


def test_the_kitchen_sees_what_to_cook_and_brings_it_on(hang: Hang) -> None:
    wall = hang("kitchen")
    assert wall.kitchen.empty_text == "No order is waiting."
    wall.send(order(1, minutes=9), order(2, service="take_away"))
    first, second = wall.kitchen.preparing
    assert (first.number, first.waiting, first.lines, first.tone) == (
        "101",
        "9 min",
        ("2 × Burger (no onion)",),
        Tone.ATTENTION,
    )
    assert (second.service, second.tone) == ("Take-away", Tone.NEUTRAL)
    wall.touch(first.action.intent)
    assert [card.number for card in wall.kitchen.ready] == ["101"]
    back = wall.card("101").back
    assert back is not None
    wall.touch(back.intent)
    assert [card.number for card in wall.kitchen.preparing] == ["101", "102"]
    wall.touch(wall.card("101").action.intent)
    wall.touch(wall.card("101").action.intent)
    assert [card.number for card in wall.kitchen.preparing + wall.kitchen.ready] == ["102"]
    assert [(said["of"]["number"], said["state"]) for said in wall.said("order_state")] == [
        (1, "ready"),
        (1, "open"),
        (1, "ready"),
        (1, "collected"),
    ]


def test_a_touch_twice_or_on_an_order_that_is_gone_says_nothing(hang: Hang) -> None:
    wall = hang("kitchen")
    wall.send(order(1))
    ready = wall.card("101").action.intent
    for intent in (
        ready,
        ready,
        ChangeOrderState("kiosk-2", 1, 9, "ready"),
        ChangeOrderState("kiosk-2", 1, 1, "eaten"),
    ):
        wall.touch(intent)
    assert len(wall.said("order_state")) == 1


def test_sold_out_is_one_touch_and_so_is_on_sale_again(hang: Hang) -> None:
    wall = hang("kitchen")
    wall.send(articles=(("pollock", False, 4), ("burger", True, None)))
    assert (wall.portion("Pollock").left, wall.portion("Pollock").tone) == ("4", Tone.ATTENTION)
    assert wall.portion("Burger").action.label == "On sale again"
    wall.touch(wall.portion("Pollock").action.intent)
    wall.touch(wall.portion("Burger").action.intent)
    wall.touch(ToggleSoldOut("nonsense"))
    assert wall.portion("Pollock").left == "sold out"
    assert [(said["article_id"], said["sold_out"]) for said in wall.said("availability")] == [
        ("pollock", True),
        ("burger", False),
    ]
    wall.touch(wall.portion("Pollock").action.intent)
    assert wall.portion("Pollock").left == "4"


def test_what_was_said_before_a_restart_still_holds(canteen: Canteen, hang: Hang) -> None:
    wall = hang("kitchen")
    wall.send(order(1), order(2), articles=(("pollock", False, 4),))
    wall.touch(wall.card("101").action.intent)
    wall.touch(wall.portion("Pollock").action.intent)
    canteen.stack.close()
    wall = hang("kitchen")
    assert [card.number for card in wall.kitchen.ready] == ["101"]
    assert wall.portion("Pollock").left == "sold out"


def test_a_new_day_begins_with_an_empty_screen(canteen: Canteen, hang: Hang) -> None:
    wall = hang("kitchen")
    wall.send(order(1), articles=(("pollock", True, 4),))
    wall.touch(wall.card("101").action.intent)
    canteen.clock.pass_s(24 * 3600)
    wall.wait(3)
    assert wall.kitchen.preparing == wall.kitchen.ready == ()
    assert wall.portion("Pollock").left == "2", "as the menu says"


def test_without_a_line_both_screens_say_where_orders_come_from(hang: Hang) -> None:
    wall = hang("kitchen", connected=False)
    wall.send(order(1))
    wall.wait(9)
    assert wall.kitchen.tone is Tone.ATTENTION
    assert wall.kitchen.notice == "No line to head office: orders of 12:20. Newer ones come as kitchen slips."
    wall.touch(wall.card("101").action.intent)
    assert [card.number for card in wall.kitchen.ready] == ["101"], "it goes on, and is sent later"


def test_with_a_full_disk_the_orders_can_be_read_and_nothing_is_changed(canteen: Canteen, hang: Hang) -> None:
    canteen.reserve_bytes = 10**18
    wall = hang("kitchen")
    wall.send(order(1))
    wall.touch(wall.card("101").action.intent)
    assert [card.number for card in wall.kitchen.preparing] == ["101"]
    assert wall.kitchen.tone is Tone.REFUSED
    assert wall.kitchen.notice == "Nothing can be changed here at the moment. Please call a technician."
    assert wall.said("order_state") == []


def test_without_a_menu_there_is_nothing_to_show(bare: Canteen) -> None:
    _journal, _bridge, store = bare.parts()
    services = Services(KitchenStore(store), Translators(), Settings("en", 45, 60, 15, {}), "kitchen")
    screen = PickupFlow(services, bare.clock).view().screen
    assert isinstance(screen, ClosedScreen)
    assert screen.reason == "No menu has arrived from head office yet."
