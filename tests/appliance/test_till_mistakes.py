"""A till in hands that do things in another order than the one they are meant in: no money appears, none goes astray."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.flows import intents
from appliance.flows.till.functions import Function
from masterdata.pins import LONGEST_PIN, hash_pin
from tests.appliance.canteen import NOON, price
from tests.appliance.till_canteen import (
    ALL,
    BOSS,
    CARLA,
    CARLA_ID,
    CASHIERS,
    DORA,
    EMIL,
    JONAS,
    MARIE,
    MENU_CATALOGUE,
    Counter,
    Till,
    cashier,
    till_guests,
)


@pytest.fixture
def till(till: Till) -> Till:
    till.open_shift()
    return till


def test_a_price_typed_for_a_line_that_went_meanwhile_changes_no_other(till: Till) -> None:
    till.ring("roast", "water", "pie")
    till.touch(intents.ChooseLine(0))
    till.do(Function.PRICE)
    till.touch(intents.RemoveLine())
    before = till.due
    till.type("0.10")
    assert till.due == before


def test_a_price_typed_after_the_only_line_went_changes_nothing(till: Till) -> None:
    till.ring("roast")
    till.do(Function.PRICE)
    till.touch(intents.Undo())
    till.type("0.10")
    assert till.lines() == []


@pytest.mark.parametrize("function", [Function.PRICE, Function.DISCOUNT_AMOUNT, Function.DISCOUNT_PERCENT])
def test_nothing_becomes_cheaper_between_two_payments(till: Till, function: Function) -> None:
    till.badge(EMIL)
    till.ring("roast")
    till.do(function)
    till.touch(intents.PayPartByAccount())
    due = till.due
    till.type("5")
    assert till.due == due
    till.touch(intents.CashGiven(None))
    assert till.paid()
    assert len(till.entries("ticket")) == 1


def test_what_completes_a_set_menu_does_not_go_below_what_is_paid(counter: Counter) -> None:
    menu = MENU_CATALOGUE.set_menus[0]
    cheap = replace(menu, prices=(replace(menu.prices[0], amount_minor=10),))
    counter.publish(replace(MENU_CATALOGUE, revision=8, set_menus=(cheap,)))
    counter.send_guests(*till_guests(balance_minor=200))
    till = counter.start()
    till.open_shift()
    till.badge(DORA)
    till.ring("roast")
    till.touch(intents.PayPartByAccount())
    assert till.due == "5.30"
    till.ring("water")
    assert till.due == "5.30"
    assert "part of this ticket is paid" in till.strips()
    till.touch(intents.ClosePanel(), intents.CashGiven(None))
    assert len(till.entries("ticket")) == 1


def test_options_chosen_for_a_line_that_went_change_nothing(till: Till) -> None:
    till.ring("chicken")
    till.choose(till.list.rows[0].label)
    till.touch(intents.PadDone())
    till.ring("water")
    till.touch(intents.ChooseLine(0))
    till.do(Function.OPTIONS)
    choice = till.list.rows[1].intent
    assert choice is not None
    till.touch(intents.RemoveLine(), choice, intents.PadDone())
    assert [name for _, name, _ in till.lines()] == ["Water"]


def test_a_payout_leaves_what_the_open_ticket_has_taken(till: Till) -> None:
    till.badge(EMIL)
    till.ring("water", "pie")
    till.touch(intents.PayPartByAccount())
    till.do(Function.PAYOUT)
    till.type("2")
    assert till.entries("account") == []


def test_a_ticket_on_hold_stays_out_of_training(till: Till) -> None:
    till.ring("roast")
    till.touch(intents.Hold())
    till.do(Function.TRAINING)
    till.do(Function.RECALL)
    assert till.lines() == []
    till.do(Function.TRAINING)
    till.do(Function.RECALL)
    assert len(till.lines()) == 1


def test_less_than_nothing_cannot_be_paid(counter: Counter) -> None:
    counter.publish(
        replace(
            MENU_CATALOGUE,
            revision=8,
            prices=(*(p for p in MENU_CATALOGUE.prices if p.article_id != "pie"), price("pie", -25)),
        )
    )
    till = counter.start()
    till.open_shift()
    till.badge(CARLA)
    till.ring("pie")
    for pay in (
        intents.PayByAccount(),
        intents.PayPartByAccount(),
        intents.PayByCard(),
        intents.CashGiven(None),
        intents.CashGiven(500),
    ):
        till.touch(pay)
        assert till.strips()
    assert till.entries("ticket") == []


def test_what_a_supervisor_allowed_names_them_though_something_else_was_touched(till: Till) -> None:
    till.badge(JONAS)
    till.ring("roast")
    till.do(Function.DISCOUNT_PERCENT)
    till.badge(BOSS)
    till.scan("4000000000051")
    till.type("10")
    till.touch(intents.CashGiven(None))
    (line,) = till.entries("ticket")[-1]["lines"]
    assert [change["reason"] for change in line["adjustments"]] == ["approved by boss"]


def test_a_cashier_who_is_blocked_sells_no_more(till: Till) -> None:
    blocked = (cashier("marie", "Marie", MARIE, frozenset({"sell"}), blocked=True), *CASHIERS[1:])
    till.counter.send_guests(cashiers=blocked)
    till.wait(5)
    till.ring("roast")
    till.touch(intents.CashGiven(None))
    assert till.entries("ticket") == []


def test_permissions_taken_away_no_longer_count(till: Till) -> None:
    fewer = (cashier("marie", "Marie", MARIE, frozenset({"sell"})), *CASHIERS[1:])
    till.counter.send_guests(cashiers=fewer)
    till.wait(5)
    till.do(Function.NO_SALE)
    assert "supervisor" in till.strips()


def test_training_outside_of_shifts_is_in_no_report(counter: Counter) -> None:
    till = counter.start()
    till.badge(MARIE)
    till.touch(intents.ClosePanel())
    till.do(Function.TRAINING)
    till.ring("roast")
    till.touch(intents.CashGiven(None))
    till.do(Function.TRAINING)
    till.do(Function.OPEN_SHIFT)
    till.type("0")
    till.do(Function.CLOSE_SHIFT)
    till.touch(intents.PadDone())
    till.do(Function.Z_REPORT)
    (z,) = till.entries("z_report")
    (closed,) = till.entries("shift_close")
    assert z["totals"] == closed["totals"]


def test_a_badge_shown_before_the_meal_service_counts_in_it(till: Till) -> None:
    till.counter.clock.now = NOON.replace(hour=9, minute=59)
    till.badge(CARLA)
    till.counter.clock.now = NOON.replace(hour=10, minute=1)
    till.ring("roast")
    assert till.due == "7.30"
    till.badge(CARLA)
    assert till.entries("ticket")[0]["meals_used"] == 1


def test_a_share_used_elsewhere_meanwhile_is_not_given_again_for_cash(till: Till) -> None:
    till.badge(CARLA)
    till.ring("roast")
    assert till.due == "7.30"
    used = {"day": "2026-11-20", "meal": "lunch", "count": 1, "at": "2026-11-20T10:30:00+00:00", "terminal": "kiosk-2"}
    carla, *others = till_guests()
    till.counter.send_guests({**carla, "meals": [used]}, *others)
    till.touch(intents.CashGiven(None))
    assert till.entries("ticket") == []
    assert till.due == "10.30"
    till.touch(intents.CashGiven(None))
    assert till.entries("ticket")[0]["meals_used"] == 0


def test_an_x_report_after_midnight_is_of_the_day_that_still_runs(till: Till) -> None:
    till.counter.clock.now = NOON.replace(day=21, hour=0, minute=30)
    till.do(Function.X_REPORT)
    till.touch(intents.LastSlip())
    assert "Business day 2026-11-20" in till.paper.text()


def test_the_longest_pin_head_office_takes_can_be_typed(counter: Counter) -> None:
    pin = "1" * LONGEST_PIN
    counter.send_guests(cashiers=(cashier("marie", "Marie", MARIE, ALL, pin_hash=hash_pin(pin)),))
    till = counter.start()
    till.touch(intents.ChooseCashier("marie"))
    till.type(pin)
    assert till.screen


def test_a_guest_found_by_name_does_not_take_over_a_ticket_that_is_part_paid(till: Till) -> None:
    till.ring("roast")
    till.touch(intents.CashGiven(500), intents.ChooseGuest(CARLA_ID))
    assert "part of this ticket is paid" in till.strips()
    assert till.due == "1.20"


def test_a_ticket_left_open_overnight_is_sold_on_the_new_day_at_its_prices(till: Till) -> None:
    till.badge(CARLA)
    till.ring("roast")
    till.counter.clock.now = NOON.replace(day=23, hour=8)
    till.touch(intents.CashGiven(None))
    assert "priced with the menu of now" in till.strips()
    assert till.due == "6.20"
    till.touch(intents.CashGiven(None))
    assert [ticket["business_day"] for ticket in till.entries("ticket")] == ["2026-11-23"]


def test_an_amount_wider_than_the_customers_display_stops_nothing(till: Till) -> None:
    till.ring("roast")
    till.do(Function.PRICE)
    till.type("9999999999")
    till.touch(*(intents.OneMore() for _ in range(30)))
    till.touch(intents.CashGiven(None))
    assert len(till.entries("ticket")) == 1


def test_typed_cash_needs_an_open_shift_too(till: Till) -> None:
    till.ring("roast")
    till.touch(intents.Hold())
    till.do(Function.CLOSE_SHIFT)
    till.touch(intents.PadDone(), intents.ClosePanel())
    till.do(Function.RECALL)
    till.do(Function.OTHER_CASH)
    till.type("10")
    assert "No shift is open" in till.strips()
    assert till.entries("ticket") == []


def test_a_ticket_that_has_left_for_the_archive_is_refused_in_words(till: Till) -> None:
    till.ring("pie")
    till.touch(intents.CashGiven(None))
    first = till.journal.last("ticket")
    till.ring("water")
    till.touch(intents.CashGiven(None))
    till.journal.prune(first.seq, now_utc=NOON)

    till.do(Function.REFUND)
    till.type("1")

    assert "This ticket is too old: it has left this till for the archive." in till.strips()
    till.do(Function.REFUND)
    till.type("2")
    assert till.list.title == "Refund of ticket 2"
