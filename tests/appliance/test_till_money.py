"""Money at the till: tenders, accounts, the drawer, voids and refunds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.flows import intents
from appliance.flows.till.functions import Function
from tests.appliance.till_canteen import CARLA, EMIL, MENU_CATALOGUE, Counter, Till
from tools.stand_in import Verdict


@pytest.fixture
def till(till: Till) -> Till:
    till.open_shift()
    return till


def test_cash_gives_change_and_opens_the_drawer(till: Till) -> None:
    till.ring("roast")
    assert [action.label for action in till.screen.cash] == ["exact", "5", "10", "20", "50", "other"]
    till.touch(till.screen.cash[2].intent or intents.Finish())
    assert till.paid() == {"Change": "3.80 €", "Paid": "6.20 €"}
    assert till.drawer.opened == 1
    assert till.screen.paid is not None
    assert till.screen.paid.rows[0].strong


def test_any_amount_of_cash_can_be_typed(till: Till) -> None:
    till.ring("roast")
    till.do(Function.OTHER_CASH)
    till.type("7.5")
    assert till.paid()["Change"] == "1.30 €"


def test_a_drawer_that_does_not_open_is_said(till: Till) -> None:
    till.ring("roast")
    till.touch(intents.CashGiven(None))
    till.drawer_fails()
    assert "The drawer did not open" in till.strips()


def test_tenders_mix_in_any_order(till: Till) -> None:
    till.ring("roast", "roast")
    till.touch(intents.CashGiven(500))
    assert (till.due, [(row.label, row.amount) for row in till.screen.ticket.paid]) == ("7.40", [("Cash", "5.00")])
    till.touch(intents.PayByCard())
    (ticket,) = till.entries("ticket")
    assert [(tender["kind"], tender["amount_minor"]) for tender in ticket["tenders"]] == [("cash", 500), ("card", 740)]


def test_a_payment_is_taken_back_by_undo(till: Till) -> None:
    till.ring("roast")
    till.touch(intents.CashGiven(500), intents.RemoveLine())
    assert "A part of this ticket is paid" in till.strips()
    till.touch(intents.Undo())
    assert "Give 5.00 € back" in till.strips()
    till.touch(intents.Undo())
    assert till.lines() == []


def test_cash_is_rounded_where_coins_end(counter: Counter) -> None:
    counter.publish(
        replace(
            MENU_CATALOGUE,
            store=replace(MENU_CATALOGUE.store, currency="CHF", country="CH"),
            cash_rounding_minor=5,
            prices=tuple(replace(p, amount_minor=622) if p.article_id == "roast" else p for p in MENU_CATALOGUE.prices),
        )
    )
    till = counter.start()
    till.open_shift()
    till.ring("roast")
    assert "In cash CHF 6.20, rounded to the smallest coin." in till.strips()
    assert [action.label for action in till.screen.cash] == ["exact", "10", "20", "50", "100", "other"]
    till.touch(intents.CashGiven(None))
    assert till.entries("ticket")[0]["rounding_minor"] == -2


def test_a_top_up_a_meal_and_a_payout_leave_the_turnover_of_the_meal(till: Till) -> None:
    till.badge(EMIL)
    till.do(Function.PAYOUT)
    till.type("2")
    assert till.paid() == {"Paid out": "2.00 €", "New balance": "0.00 €"}
    till.badge(EMIL)
    till.do(Function.TOP_UP)
    till.type("50")
    till.choose("Cash, exact")
    assert till.paid()["New balance"] == "50.00 €"
    till.ring("roast")
    till.badge(EMIL)
    assert till.paid()["New balance"] == "42.70 €"
    till.bridge.decide = lambda _asked: Verdict(balance_minor=4270)
    till.badge(EMIL)
    till.do(Function.PAYOUT)
    till.type("42.70")
    assert till.paid()["New balance"] == "0.00 €"
    assert till.journal.sum("account:emil") == -200

    till.do(Function.X_REPORT)
    report = till.report()
    assert report["Turnover"] == "10.30 €"
    assert report["Lunch · Staff · Werk Nord · Account"] == "7.30 €"
    assert report["Share of Werk Nord"] == "3.00 €"
    assert (report["Top-ups: Cash"], report["Payouts: Cash"]) == ("50.00 €", "44.70 €")


def test_no_more_is_paid_out_than_there_is(till: Till) -> None:
    till.badge(EMIL)
    till.do(Function.PAYOUT)
    till.type("2.01")
    assert till.pad.problem == "The account holds 2.00 €."
    assert till.entries("account") == []


def test_money_moves_need_a_guest(till: Till) -> None:
    till.do(Function.TOP_UP)
    assert "Hold the guest's badge to the reader first." in till.strips()


def test_a_void_gives_everything_back_also_the_subsidised_meal(till: Till) -> None:
    till.ring("roast")
    till.badge(CARLA)
    till.do(Function.VOID_LAST)
    assert till.list.title == "Void ticket 1 of 10.30 €?"
    till.choose("Void")
    assert till.paid() == {
        "Back: Account": "7.30 €",
        "New balance": "50.00 €",
        "The subsidised meal is given back": "",
    }
    assert till.journal.sum("turnover") == 0
    till.ring("roast")
    till.badge(CARLA)
    assert till.paid()["Paid"] == "7.30 €"

    till.do(Function.VOID_LAST)
    till.choose("Void")
    till.do(Function.VOID_LAST)
    assert "already" in till.strips()


def test_lines_of_an_earlier_ticket_are_refunded_once(till: Till) -> None:
    till.ring("roast", "water", "pie")
    till.touch(intents.CashGiven(None))
    till.ring("water")
    till.touch(intents.CashGiven(None))

    till.do(Function.REFUND)
    till.type("1")
    assert till.list.title == "Refund of ticket 1"
    till.choose("Pie")
    till.choose("Refund")
    till.choose("Cash")
    assert till.paid() == {"Back: Cash": "2.50 €"}
    assert till.drawer.opened == 3
    assert "REFUND" in till.paper.text().upper()

    till.do(Function.REFUND)
    till.type("1")
    pie = next(row for row in till.list.rows if row.label == "Pie")
    assert (pie.intent, pie.detail) == (None, "2.50 · taken back already")
    till.touch(intents.ClosePanel())
    till.do(Function.REFUND)
    till.type("99")
    assert till.pad.problem == "There is no such ticket on this till."


def test_discounts_and_prices_by_hand(till: Till) -> None:
    till.ring("roast", "water")
    till.touch(intents.ChooseLine(0))
    till.do(Function.DISCOUNT_PERCENT)
    till.type("50")
    assert till.lines()[0] == ("1", "Roast", "3.10")
    till.touch(intents.ChooseLine(1))
    till.do(Function.PRICE)
    till.type("1")
    till.do(Function.DISCOUNT_AMOUNT)
    till.type("0.10")
    assert till.due == "4.00"
    till.touch(intents.Undo(), intents.Undo(), intents.Undo())
    assert till.due == "6.70"


def test_one_more_and_remove(till: Till) -> None:
    till.ring("pie", "roast")
    till.touch(intents.OneMore())
    assert till.lines() == [("1", "Pie", "2.50"), ("2", "Roast", "12.40")]
    till.touch(intents.ChooseLine(0), intents.RemoveLine())
    assert till.lines() == [("2", "Roast", "12.40")]
    till.touch(intents.ClearBasket())
    assert till.lines() == []


def test_any_slip_can_be_printed_again(till: Till) -> None:
    till.ring("roast")
    till.touch(intents.CashGiven(None))
    till.ring("water")
    till.touch(intents.CashGiven(None))
    till.do(Function.REPRINT)
    till.type("1")
    assert "DUPLICATE" in till.paper.text()
    assert "Roast" in till.paper.text()


def test_taking_away_is_said_and_taxed(till: Till) -> None:
    till.ring("roast")
    assert till.screen.ticket.taxes == "VAT 19 % 0.99"
    till.do(Function.SERVICE)
    assert till.screen.ticket.taxes == "VAT 7 % 0.41"
    assert "Take away" in till.strips()
