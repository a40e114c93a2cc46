"""The pass-through: a badge is a meal, green or red with the reason, and never twice."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.i18n import Translators
from appliance.presenters.views import ClosedScreen, Tone
from hal.events import BadgePresented, PrintDone
from masterdata.board_file import board_path, write_board
from sales.quick_keys import QuickKey
from sales.receipt import ReceiptRule
from tests.appliance.canteen import ANNA, BEN, DAY, Canteen
from tests.appliance.gate import GUESTS, MENU, Gate, Open
from tests.appliance.till_canteen import CARLA, Paper


@pytest.fixture
def gate(open_gate: Open) -> Gate:
    return open_gate()


def sold_out(canteen: Canteen, *articles: str) -> None:
    canteen.version += 1
    write_board(
        board_path(canteen.folder),
        {
            "v": 1,
            "terminal": "kiosk-1",
            "epoch": 1,
            "upto": 0,
            "version": canteen.version,
            "as_of": datetime(2026, 11, 20, 11, 0, canteen.version, tzinfo=UTC).isoformat(),
            "business_day": DAY.isoformat(),
            "availability": [{"article": a, "sold_out": True, "left": None} for a in articles],
            "orders": [],
        },
    )


def test_a_badge_is_a_meal(gate: Gate) -> None:
    assert (gate.screen.tone, gate.screen.title, gate.screen.meal) == (
        Tone.NEUTRAL,
        "Hold your badge to the reader",
        "Lunch",
    )
    screen = gate.badge(ANNA)
    assert (screen.tone, screen.title, screen.reason) == (Tone.GOOD, "Enjoy your meal", "Menu A")
    assert (screen.name, screen.detail) == ("Anna Keller", "Paid 6.70 € · New balance 16.70 €")
    assert screen.served == "1 meal served"
    (ticket,) = gate.tickets()
    assert [line.name for line in ticket.lines] == ["Roast", "Water"]
    gate.wait(4.5)
    assert gate.screen.tone is Tone.NEUTRAL


def test_a_badge_left_on_the_reader_pays_once(gate: Gate) -> None:
    gate.badge(ANNA)
    for _ in range(4):
        assert gate.badge(ANNA, after_s=2).tone is Tone.GOOD
    assert len(gate.tickets()) == 1


def test_the_second_meal_of_a_service_is_refused_with_when_and_where(gate: Gate) -> None:
    gate.badge(ANNA)
    screen = gate.badge(ANNA)
    assert (screen.tone, screen.title) == (Tone.REFUSED, "Already served")
    assert screen.reason == "This guest has had this meal already, at 12:28 on Kiosk 1."
    assert len(gate.tickets()) == 1


def test_who_was_served_is_known_after_a_restart_and_forgotten_the_next_day(bare: Canteen, open_gate: Open) -> None:
    open_gate().badge(ANNA)
    bare.stack.close()
    gate = open_gate()
    assert gate.screen.served == "1 meal served"
    assert gate.badge(ANNA).title == "Already served"
    bare.clock.pass_s(24 * 3600)
    assert gate.badge(ANNA).tone is Tone.GOOD
    assert gate.screen.served == "1 meal served"


def test_a_subsidised_meal_had_elsewhere_counts_here(bare: Canteen, gate: Gate) -> None:
    had = {"day": DAY.isoformat(), "meal": "lunch", "count": 1, "at": "2026-11-20T11:02:00Z", "terminal": "till-1"}
    bare.send_guests({**GUESTS[0], "meals": [had]})
    screen = gate.badge(CARLA)
    assert screen.title == "Already served"
    assert screen.reason.startswith("This guest has had this meal already, at 12:02 on ")
    assert gate.tickets() == []


def test_a_meal_that_was_voided_at_the_till_may_be_had_again(bare: Canteen, gate: Gate) -> None:
    screen = gate.badge(CARLA)
    assert (screen.tone, screen.detail) == (Tone.GOOD, "Paid 7.80 € · New balance 42.20 €")
    assert gate.badge(CARLA).title == "Already served"
    bare.send_guests(*GUESTS, upto=gate.journal.head.seq)
    assert gate.badge(CARLA).tone is Tone.GOOD, "head office has it, and counts it no more"


@pytest.mark.parametrize(
    ("number", "title"),
    [
        ("04FFFFFF", "Unknown badge"),
        ("04DEAD03", "Badge blocked"),
        ("04C10505", "Account blocked"),
        (BEN, "Balance too low"),
    ],
)
def test_a_badge_that_gets_nothing_is_told_why(gate: Gate, number: str, title: str) -> None:
    screen = gate.badge(number)
    assert (screen.tone, screen.title) == (Tone.REFUSED, title)
    assert gate.tickets() == []
    assert gate.screen.served == "0 meals served"


def test_outside_meal_services_nothing_is_served(bare: Canteen, gate: Gate) -> None:
    bare.clock.now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert gate.badge(ANNA).title == "No meal now"


def test_what_is_sold_out_gives_way_to_the_next_key_and_then_to_the_menu(bare: Canteen, gate: Gate) -> None:
    sold_out(bare, "roast")
    assert gate.badge(ANNA).reason == "Omelette"
    sold_out(bare, "roast", "omelette")
    assert gate.badge(CARLA).reason == "Spaghetti with lentil bolognese"
    sold_out(bare, *(article.id for article in MENU.articles))
    assert gate.badge(BEN).title == "No meal left"


def test_local_mode_goes_on_serving(open_gate: Open) -> None:
    gate = open_gate(connected=False)
    gate.wait(9)
    assert gate.badge(ANNA).tone is Tone.GOOD
    assert "Local mode" in gate.flow.view().status.text
    assert "orders are kept here" in gate.flow.view().status.text


def test_a_full_disk_closes_it_and_charges_nobody(bare: Canteen, open_gate: Open) -> None:
    bare.reserve_bytes = 10**18
    gate = open_gate()
    gate.flow.handle(BadgePresented("badge", ANNA, bare.clock.monotonic))
    screen = gate.flow.view().screen
    assert isinstance(screen, ClosedScreen)
    assert screen.reason == "The disk of this terminal is full. Nothing was charged."
    assert gate.tickets() == []


def test_papers_come_out_once_whatever_happens(bare: Canteen, open_gate: Open) -> None:
    bare.publish(
        replace(
            MENU,
            revision=8,
            store=replace(MENU.store, receipt=ReceiptRule.ALWAYS),
            quick_key_layouts=(replace(MENU.quick_key_layouts[0], keys=(QuickKey(0, 0, 1, "omelette", None),)),),
        )
    )
    paper, kitchen = Paper(), Paper(name="kitchen")
    gate = open_gate(printer=paper, kitchen=kitchen)
    gate.badge(ANNA)
    assert ("Omelette" in paper.text(), "1 x Omelette" in kitchen.text()) == (True, True)
    gate.flow.handle(PrintDone("printer", "job-1"))
    gate.flow.handle(PrintDone("kitchen", "kitchen-1"))
    bare.stack.close()
    again, kitchen_again = Paper(), Paper(name="kitchen")
    with closing(bare.stack):
        *_, store = bare.parts(again, kitchen_again)
        store.adopt_newest()
        store.print_what_is_owed(Translators(), bare.clock.now)
    assert (again.slips, kitchen_again.slips) == ([], [])
