"""Who is at the till: signing in, changing places, permissions, training."""

from __future__ import annotations

import pytest

from appliance.flows import intents
from appliance.flows.till.functions import Function
from tests.appliance.till_canteen import (
    BOSS,
    CARLA,
    CASHIERS,
    JONAS,
    MARIE,
    PIN,
    Counter,
    Till,
)


def sign_in_with_pin(till: Till, name: str, pin: str) -> None:
    till.choose(name)
    till.type(pin)


def test_nobody_sells_before_signing_in(till: Till) -> None:
    assert [row.label for row in till.list.rows] == ["Jonas", "Marie", "Petra"]
    till.ring("roast")
    till.scan("4000000000075")
    till.badge(CARLA)
    assert till.sign_in.problem == "This is not a cashier's badge."
    assert till.entries("ticket") == []


def test_a_badge_signs_in(till: Till) -> None:
    till.badge(MARIE)
    assert "Marie" in till.screen.status.who
    (signed,) = till.entries("cashier")
    assert (signed["cashier_id"], signed["method"]) == ("marie", "badge")


def test_a_pin_signs_in_and_is_never_shown(till: Till) -> None:
    till.choose("Marie")
    till.type(PIN, done=False)
    assert till.pad.shown == "••••"
    till.touch(intents.PadDone())
    assert "Marie" in till.screen.status.who
    assert till.entries("cashier")[0]["method"] == "pin"


def test_wrong_pins_cost_time(till: Till) -> None:
    till.choose("Marie")
    for _ in range(4):
        till.type("0000")
        assert till.pad.problem == "Wrong PIN."
    till.type("0000")
    assert till.pad.problem == "Too many wrong PINs. Try again in 30 seconds."
    till.type(PIN)
    assert till.pad.problem.startswith("Too many wrong PINs.")
    till.wait(31)
    till.type(PIN)
    assert "Marie" in till.screen.status.who


def test_two_cashiers_swap_in_mid_service(till: Till) -> None:
    till.open_shift()
    till.ring("roast")
    till.touch(intents.CashGiven(None))

    till.badge(JONAS)
    assert "Jonas" in till.screen.status.who
    till.ring("water")
    till.badge(MARIE)
    assert "A ticket is open. Pay, hold or clear it; then Marie can take over." in till.strips()
    assert "Jonas" in till.screen.status.who
    till.touch(intents.CashGiven(None))
    till.badge(MARIE)

    till.do(Function.X_REPORT)
    assert till.report()["Marie, tickets: 1"] == "6.20 €"
    assert till.report()["Jonas, tickets: 1"] == "1.20 €"
    assert [ticket["shift"] for ticket in till.entries("ticket")] == [1, 1]
    assert [signed["cashier_id"] for signed in till.entries("cashier")] == ["marie", "jonas", "marie"]


def test_signing_out_leaves_the_shift_open(till: Till) -> None:
    till.open_shift()
    till.do(Function.SIGN_OUT)
    assert till.sign_in.invitation
    assert till.entries("cashier")[-1]["cashier_id"] is None
    till.badge(JONAS)
    till.ring("roast")
    assert till.due == "6.20"


def test_a_blocked_cashier_cannot_sign_in(counter: Counter, till: Till) -> None:
    counter.send_guests(cashiers=[dict(found, blocked=found["id"] == "marie") for found in CASHIERS])
    till.wait(3)
    assert [row.label for row in till.list.rows] == ["Jonas", "Petra"]
    till.badge(MARIE)
    assert till.sign_in.problem


def test_a_supervisors_badge_allows_one_action(till: Till) -> None:
    till.open_shift()
    till.badge(JONAS)
    till.ring("roast")
    till.do(Function.DISCOUNT_PERCENT)
    assert "This needs the permission for discounts. Ask for a supervisor's badge." in till.strips()
    till.badge(BOSS)
    till.type("10")
    assert till.due == "5.58"
    assert "Jonas" in till.screen.status.who

    till.do(Function.DISCOUNT_PERCENT)
    assert "Ask for a supervisor's badge" in till.strips()
    till.ring("pie")
    till.badge(BOSS)
    assert "Petra can take over" in till.strips()
    assert till.lines()[-1] == ("1", "Pie", "2.25")
    till.touch(intents.CashGiven(None))
    (ticket,) = till.entries("ticket")
    assert ticket["lines"][0]["adjustments"][0]["reason"] == "approved by boss"
    assert ticket["cashier_id"] == "jonas"


@pytest.mark.parametrize(
    "function",
    [
        Function.DISCOUNT_AMOUNT,
        Function.PRICE,
        Function.TOP_UP,
        Function.PAYOUT,
        Function.VOID_LAST,
        Function.REFUND,
        Function.REPRINT,
        Function.NO_SALE,
        Function.DROP,
        Function.PAY_IN,
        Function.PAY_OUT,
        Function.SOLD_OUT,
        Function.CLOSE_SHIFT,
        Function.X_REPORT,
        Function.TRAINING,
    ],
)
def test_what_a_cashier_may_not_do_is_said(till: Till, function: Function) -> None:
    till.open_shift()
    till.badge(JONAS)
    till.do(function)
    assert "Ask for a supervisor's badge" in till.strips()
    assert till.keys


def test_names_of_guests_need_a_permission(till: Till) -> None:
    till.open_shift()
    till.badge(JONAS)
    till.touch(intents.OpenSearch())
    till.type("roth", done=False)
    assert "Carla Roth" not in [row.label for row in till.list.rows]
    till.touch(intents.ChooseGuest("carla"))
    assert till.screen.ticket.guest is None
    till.choose("Guests")
    till.badge(BOSS)
    till.choose("Carla Roth")
    guest = till.screen.ticket.guest
    assert guest is not None
    assert guest.name == "Carla Roth"


def test_training_changes_nothing(till: Till) -> None:
    till.open_shift()
    before = {
        key: till.journal.sum(key) for key in ("turnover", "account:carla", "tender:cash", "portion:2026-11-20:roast")
    }
    till.do(Function.TRAINING)
    assert till.screen.training == "TRAINING: nothing counts"
    till.ring("roast")
    till.badge(CARLA)
    assert till.paid()["Paid"] == "7.30 €"
    assert "TRAINING" in till.paper.text()
    till.ring("water")
    till.touch(intents.CashGiven(500))
    assert till.drawer.opened == 0
    for function in (Function.TOP_UP, Function.DROP, Function.VOID_LAST, Function.CLOSE_SHIFT, Function.SOLD_OUT):
        till.do(function)
        assert "not possible in training" in till.strips()
    till.do(Function.TRAINING)

    assert (len(till.entries("training")), till.entries("ticket")) == (2, [])
    assert {key: till.journal.sum(key) for key in before} == before
    till.ring("roast")
    till.badge(CARLA)
    assert till.paid()["New balance"] == "42.70 €"
    assert till.entries("ticket")[0]["number"] == 1
    till.do(Function.X_REPORT)
    assert (till.report()["Turnover"], till.report()["Training tickets"]) == ("10.30 €", "2")


def test_the_cashiers_language_is_on_the_screen_and_the_stores_on_the_slip(counter: Counter) -> None:
    counter.send_guests(cashiers=[dict(found, language="de") for found in CASHIERS])
    till = counter.start()
    till.open_shift()
    assert till.screen.ticket.due_label == "Zu zahlen"
    till.ring("roast")
    till.touch(intents.CashGiven(None))
    till.touch(intents.LastSlip())
    assert "Served by Marie" in till.paper.text()
