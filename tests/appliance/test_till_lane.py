"""The lane: items and badges, who pays what, and every refusal explained without standing in the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.flows import intents
from appliance.flows.till.functions import Function
from hal.events import HealthChanged
from hal.health import Health, Reason, State
from sales.receipt import ReceiptRule
from tests.appliance.canteen import ANNA, BEN
from tests.appliance.till_canteen import (
    CARLA,
    DORA,
    EMIL,
    LAYOUT,
    MENU_CATALOGUE,
    Counter,
    Till,
    till_guests,
)

OFFLINE = Health(State.OFFLINE, Reason.UNPLUGGED)


@pytest.fixture
def till(till: Till) -> Till:
    till.open_shift()
    return till


def test_a_badge_after_the_items_settles_without_ok(till: Till) -> None:
    till.ring("roast")
    assert (till.lines(), till.due) == ([("1", "Roast", "6.20")], "6.20")

    till.badge(CARLA)

    assert till.paid() == {"Paid": "7.30 €", "Share of Werk Nord": "3.00 €", "New balance": "42.70 €"}
    assert till.screen.ticket.lines == ()
    (ticket,) = till.entries("ticket")
    assert (ticket["total_minor"], ticket["cashier_id"], ticket["shift"]) == (1030, "marie", 1)


def test_a_badge_first_shows_the_guest_and_needs_one_pay_tap(till: Till) -> None:
    till.badge(CARLA)
    guest = till.screen.ticket.guest
    assert guest is not None
    assert (guest.name, guest.detail, guest.balance) == ("Carla Roth", "Staff · Werk Nord", "50.00")

    till.ring("roast")
    assert till.lines() == [("1", "Roast", "6.20"), ("", "Admission fee", "4.10"), ("", "Share of Werk Nord", "−3.00")]
    assert till.entries("ticket") == []
    till.touch(intents.PayByAccount())
    assert till.paid()["Paid"] == "7.30 €"


def test_a_set_menu_key_is_one_tap_and_a_badge(till: Till) -> None:
    till.touch(intents.PressSetMenu("menu-a"))
    assert till.lines() == [("1", "Menu A", "6.70"), ("", "Roast", ""), ("", "Water", "")]
    assert till.screen.ticket.lines[0].detail == "saves 0.70"
    till.badge(ANNA)
    assert till.paid()["Paid"] == "6.70 €"


def test_items_in_any_order_become_the_set_menu(till: Till) -> None:
    till.ring("water", "pie", "roast")
    assert till.due == "9.20"
    assert ("1", "Menu A", "6.70") in till.lines()


def test_the_next_guest_is_served_at_once(till: Till) -> None:
    till.ring("roast")
    till.badge(CARLA)
    till.ring("water")
    assert till.screen.paid is None
    till.badge_at_once(ANNA)
    assert till.paid()["Paid"] == "1.20 €"


def test_a_badge_left_on_the_reader_does_not_pay_for_the_next_guest(till: Till) -> None:
    till.ring("water")
    till.badge(ANNA)
    for _ in range(3):
        till.ring("water")
        till.wait(2)
        till.badge_at_once(ANNA)
    assert len(till.entries("ticket")) == 1
    till.badge(ANNA)
    assert len(till.entries("ticket")) == 2


def test_the_second_meal_is_full_price_and_says_why_before_it_is_paid(till: Till) -> None:
    till.ring("roast")
    till.badge(CARLA)
    till.ring("roast")
    till.badge(CARLA)

    assert till.strips() == "Second meal today: first one subsidised at 12:28 on Till 1. Full price."
    assert till.due == "10.30"
    assert len(till.entries("ticket")) == 1
    till.touch(intents.PayByAccount())
    assert till.paid() == {"Paid": "10.30 €", "New balance": "32.40 €"}
    assert [ticket["share_reason"] for ticket in till.entries("ticket")] == ["applied", "second_meal"]


def test_holding_the_badge_again_accepts_the_full_price(till: Till) -> None:
    till.ring("roast")
    till.badge(CARLA)
    till.ring("roast")
    till.badge(CARLA)
    till.badge(CARLA)
    assert till.paid()["Paid"] == "10.30 €"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("04BB0001", "This badge is blocked"),
        (BEN, "This account is blocked"),
        ("FFFFFFFF", "This badge is not known here"),
    ],
)
def test_a_refused_badge_is_explained_and_the_tray_stays(till: Till, number: str, reason: str) -> None:
    till.ring("roast")
    till.badge(number)
    assert reason in till.strips()
    assert till.due == "6.20"
    till.touch(intents.CashGiven(None))
    assert till.paid()["Paid"] == "6.20 €"


def test_a_low_balance_says_what_is_missing_and_offers_ways_on(till: Till) -> None:
    till.ring("roast")
    till.badge(EMIL)
    assert "5.30 € is missing" in till.strips()
    till.follow("Pay a part")
    assert till.due == "5.30"
    till.touch(intents.CashGiven(1000))
    assert till.paid() == {
        "Change": "4.70 €",
        "Paid": "7.30 €",
        "Account": "2.00 €",
        "Cash": "10.00 €",
        "Share of Werk Nord": "3.00 €",
        "New balance": "0.00 €",
    }


def test_a_low_balance_can_be_topped_up_on_the_spot(till: Till) -> None:
    till.ring("roast")
    till.badge(EMIL)
    till.follow("Top up")
    till.type("20")
    till.choose("Cash 50.00 €")
    assert till.paid() == {"Change": "30.00 €", "Topped up": "20.00 €", "New balance": "22.00 €"}
    till.touch(intents.PayByAccount())
    assert till.paid()["New balance"] == "14.70 €"


def test_two_badges_on_one_tray_need_a_word(till: Till) -> None:
    till.badge(CARLA)
    till.ring("roast")
    till.badge(DORA)
    assert "This ticket belongs to Carla Roth. Dora Lang's badge was not used." in till.strips()
    assert till.entries("ticket") == []
    till.follow("Use Dora Lang")
    guest = till.screen.ticket.guest
    assert guest is not None
    assert guest.name == "Dora Lang"


def test_a_badge_that_is_blocked_meanwhile_does_not_pay(till: Till, counter: Counter) -> None:
    till.badge(CARLA)
    till.ring("roast")
    counter.send_guests(*(dict(guest, blocked=guest["id"] == "carla") for guest in till_guests()))
    till.touch(intents.PayByAccount())
    assert till.entries("ticket") == []
    assert "This account is blocked" in till.strips()


def test_what_has_no_price_for_a_guest_stops_the_sale(counter: Counter) -> None:
    counter.publish(
        replace(MENU_CATALOGUE, prices=tuple(p for p in MENU_CATALOGUE.prices if p.guest_category_id != "staff"))
    )
    till = counter.start()
    till.open_shift()
    till.ring("staff-soup")
    till.badge(CARLA)
    assert "No price for this guest: Staff soup." in till.strips()
    assert till.entries("ticket") == []


def test_keys_come_from_the_menu_when_nobody_laid_them_out(till: Till) -> None:
    caps = {cap.label: cap for cap in till.keys.keys}
    assert (caps["Menu A"].detail, caps["Roast"].detail, caps["Salad bar"].detail) == ("6.70", "6.20", "weigh")
    assert caps["Burger"].mark == "sold out"
    assert caps["Burger"].intent is None
    assert "Goose" not in caps


def test_keys_are_where_head_office_put_them(counter: Counter) -> None:
    counter.publish(replace(MENU_CATALOGUE, quick_key_layouts=(LAYOUT,)))
    till = counter.start()
    till.open_shift()
    assert (till.keys.columns, till.keys.rows) == (3, 2)
    assert [(cap.row, cap.column, cap.label) for cap in till.keys.keys] == [
        (0, 0, "Roast"),
        (0, 1, "H2O"),
        (1, 2, "Menu A"),
    ]
    till.touch(till.keys.pages[1].intent or intents.Finish())
    assert [cap.label for cap in till.keys.keys] == ["Burger"]


def test_a_code_with_a_price_inside_is_taken_as_it_stands(till: Till) -> None:
    till.scan("2000077003452")
    assert till.lines() == [("1", "Pie", "3.45")]
    till.scan("2000077003453")
    assert "was misread" in till.strips()


def test_scans_plus_and_weights(till: Till) -> None:
    till.scan("4000000000075")
    till.touch(intents.OpenSearch())
    till.type("12")
    till.ring("salad-bar")
    till.type("250")
    assert till.lines() == [("2", "Roast", "12.40"), ("1", "Salad bar", "2.48")]
    till.scan("4000000099999")
    assert "Nothing is sold here under 4000000099999." in till.strips()


def test_one_field_finds_articles_and_guests(till: Till) -> None:
    till.touch(intents.OpenSearch())
    till.type("ca", done=False)
    assert [(row.label, row.detail) for row in till.list.rows[:1]] == [("Carla Roth", "Staff")]
    till.touch(intents.Backspace(), intents.Backspace())
    till.type("roa", done=False)
    assert till.list.rows[0].label == "Roast"
    till.touch(till.list.rows[0].intent or intents.Finish())
    assert till.due == "6.20"


def test_a_forgotten_badge_is_found_by_name(till: Till) -> None:
    till.ring("roast")
    till.touch(intents.OpenSearch())
    till.type("roth", done=False)
    till.choose("Carla Roth")
    till.touch(intents.PayByAccount())
    assert till.paid()["Paid"] == "7.30 €"


def test_options_are_asked_for(till: Till) -> None:
    till.ring("chicken")
    assert till.list.hint == "Choose: Side"
    till.choose("Fries")
    till.choose("Egg")
    till.choose("Add")
    assert till.screen.ticket.lines[0].detail == "Fries · Egg"
    assert till.due == "6.70"


def test_what_is_sold_out_elsewhere_cannot_be_rung_up(till: Till, counter: Counter) -> None:
    till.touch(intents.ClearBasket())
    counter.send_board(("roast", True, None), ("pie", False, 1))
    till.wait(3)
    till.ring("roast")
    assert "Roast is sold out." in till.strips()
    till.touch(intents.PressSetMenu("menu-a"))
    assert "cannot be put together" in till.strips()
    till.ring("pie", "pie")
    assert till.lines() == [("1", "Pie", "2.50")]
    assert "Only 0 portions of Pie are left." in till.strips()


def test_sold_out_is_one_tap_and_recorded(till: Till) -> None:
    till.do(Function.SOLD_OUT)
    till.choose("Roast")
    till.touch(intents.ClosePanel())
    assert next(cap for cap in till.keys.keys if cap.label == "Roast").intent is None
    (said,) = till.entries("availability")
    assert (said["article_id"], said["sold_out"], said["cashier_id"]) == ("roast", True, "marie")
    till.do(Function.SOLD_OUT)
    till.choose("Roast")
    till.touch(intents.ClosePanel())
    till.ring("roast")
    assert till.due == "6.20"


def test_local_mode_is_in_the_status_line_with_what_is_unsent(counter: Counter) -> None:
    till = counter.start(connected=False)
    till.open_shift()
    till.wait(10)
    till.ring("roast")
    till.badge(CARLA)
    status = till.screen.status
    assert status.mode.startswith("Local mode since")
    assert "1 unsent · 10.30 €" in status.detail
    assert "balances of" in status.detail
    assert status.who == "Till 1 · Marie · 12:28"


def test_the_guest_reads_along(till: Till) -> None:
    till.ring("water", "roast")
    assert till.display.shown == ("Roast           6.20", "To pay        6.70 €")
    till.badge(CARLA)
    assert till.display.shown == ("Paid          7.80 €", "New balance  42.20 €")


def test_a_store_may_hide_balances_from_the_queue(counter: Counter) -> None:
    counter.publish(replace(MENU_CATALOGUE, store=replace(MENU_CATALOGUE.store, hide_balance=True)))
    till = counter.start()
    till.open_shift()
    till.badge(CARLA)
    assert till.display.shown == ("Welcome", "")
    till.ring("roast")
    till.touch(intents.PayByAccount())
    assert "42.70" not in " ".join(till.display.shown)


@pytest.mark.parametrize(
    ("rule", "printed", "has_code"),
    [(ReceiptRule.ALWAYS, 1, False), (ReceiptRule.OFFERED, 0, True), (ReceiptRule.ON_REQUEST, 0, False)],
)
def test_slips_follow_the_stores_rule(counter: Counter, rule: ReceiptRule, printed: int, has_code: bool) -> None:
    counter.publish(replace(MENU_CATALOGUE, store=replace(MENU_CATALOGUE.store, receipt=rule)))
    till = counter.start()
    till.open_shift()
    till.ring("roast")
    till.badge(CARLA)
    assert len(till.paper.slips) == printed
    card = till.screen.paid
    assert card is not None
    assert card.qr.startswith("https://office.example/r/till-1/1/1/") is has_code

    till.touch(intents.LastSlip())
    first = till.paper.text()
    assert "Served by Marie" in first
    assert ("DUPLICATE" in first) is bool(printed)
    till.touch(intents.LastSlip())
    assert "DUPLICATE" in till.paper.text()


def test_the_kitchen_gets_its_own_slip(counter: Counter) -> None:
    till = counter.start(kitchen=True)
    till.open_shift()
    till.ring("omelette", "water")
    till.touch(intents.CashGiven(None))
    assert len(till.kitchen.slips) == 1
    assert "Omelette" in till.kitchen.text()
    assert "Water" not in till.kitchen.text()
    assert till.paid()["Pick-up number"] == "101"


@pytest.mark.parametrize(
    ("purpose", "health", "text"),
    [
        ("customer_display", OFFLINE, "Customer display not working"),
        ("kitchen_printer", OFFLINE, "Kitchen printer not working"),
        ("kitchen_printer", Health(State.OFFLINE, Reason.PAPER_OUT), "Kitchen printer: no paper"),
        ("cash_drawer", OFFLINE, "Cash drawer not working"),
    ],
)
def test_a_device_that_fails_is_a_strip(counter: Counter, purpose: str, health: Health, text: str) -> None:
    till = counter.start(devices={"thing": purpose})
    till.open_shift()
    till.flow.handle(HealthChanged("thing", health))
    assert text in till.strips()
    till.ring("roast")
    till.badge(CARLA)
    assert till.paid()["Paid"] == "7.30 €"
