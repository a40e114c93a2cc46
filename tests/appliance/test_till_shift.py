"""The shift: float, count, X and Z; tickets on hold; what survives a restart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.flows import intents
from appliance.flows.till.functions import Function
from tests.appliance.till_canteen import BOSS, CARLA, JONAS, MARIE, MENU_CATALOGUE, Counter, Till


def test_selling_needs_an_open_shift(till: Till) -> None:
    till.badge(JONAS)
    till.ring("roast")
    assert "No shift is open on this till" in till.strips()
    till.follow("Open shift")
    till.badge(BOSS)
    assert till.pad.title == "Open shift"
    till.type("80.5")
    (opened,) = till.entries("shift_open")
    assert (opened["shift"], opened["float_minor"], opened["cashier_id"]) == (1, 8050, "jonas")
    till.ring("roast")
    assert till.due == "6.20"


def sell(till: Till) -> None:
    till.ring("roast")
    till.badge(CARLA)
    till.ring("pie")
    till.touch(intents.CashGiven(500))


def test_a_count_is_blind_and_its_difference_recorded(till: Till) -> None:
    till.open_shift("100")
    sell(till)
    till.do(Function.DROP)
    till.type("50")
    till.do(Function.PAY_IN)
    till.type("10")
    till.choose("More change")
    till.do(Function.CLOSE_SHIFT)
    assert "62.50" not in str(till.count)
    till.touch(intents.CountCoin(5000))
    till.type("1", done=False)
    till.touch(intents.CountCoin(1000))
    till.type("1", done=False)
    till.touch(intents.CountCoin(200))
    till.type("1", done=False)
    assert till.count.total == "62.00 €"
    till.touch(intents.PadDone())
    assert till.report() == {
        "Counted": "62.00 €",
        "Float": "100.00 €",
        "Cash of the shift": "−37.50 €",
        "Expected": "62.50 €",
        "Difference": "−0.50 €",
    }
    (closed,) = till.entries("shift_close")
    assert (closed["expected_minor"], closed["counted_minor"], closed["difference_minor"]) == (6250, 6200, -50)
    assert "SHIFT 1" in till.paper.text()


def close_shift(till: Till) -> None:
    till.do(Function.CLOSE_SHIFT)
    till.touch(intents.PadDone(), intents.ClosePanel())


def test_the_z_report_is_the_sum_of_its_shifts(till: Till) -> None:
    till.open_shift("100")
    sell(till)
    close_shift(till)
    till.do(Function.OPEN_SHIFT)
    till.type("50")
    till.ring("water")
    till.touch(intents.PayByCard())
    till.do(Function.Z_REPORT)
    assert "The shift is still open" in till.strips()
    close_shift(till)
    till.do(Function.Z_REPORT)

    report = till.report()
    assert (report["Turnover"], report["Tickets"], report["Turnover since the beginning"]) == (
        "14.00 €",
        "3",
        "14.00 €",
    )
    (z,) = till.entries("z_report")
    assert (z["number"], z["first_shift"], z["last_shift"]) == (1, 1, 2)
    shifts = till.entries("shift_close")
    assert z["totals"]["turnover_minor"] == sum(shift["totals"]["turnover_minor"] for shift in shifts)
    assert z["difference_minor"] == sum(shift["difference_minor"] for shift in shifts)
    till.touch(intents.ClosePanel())
    till.do(Function.Z_REPORT)
    assert "Nothing has been recorded since the last Z report." in till.strips()


def test_a_refund_after_the_z_report_belongs_to_the_new_period(till: Till) -> None:
    till.open_shift("100")
    sell(till)
    close_shift(till)
    till.do(Function.Z_REPORT)
    till.touch(intents.ClosePanel())
    till.do(Function.OPEN_SHIFT)
    till.type("100")
    till.do(Function.VOID_LAST)
    assert "The shift of this ticket is closed. Refund it instead." in till.strips()
    till.do(Function.REFUND)
    till.type("2")
    till.choose("Pie")
    till.choose("Refund")
    till.choose("Cash")

    reversal = till.entries("ticket")[-1]
    assert (reversal["kind"], reversal["shift"], reversal["reverses"]["number"]) == ("refund", 2, 2)
    assert till.entries("z_report")[0]["totals"]["turnover_minor"] == 1280
    till.do(Function.X_REPORT)
    assert (till.report()["Turnover"], till.report()["Refunds: 1"]) == ("−2.50 €", "−2.50 €")


def test_the_drawer_opens_for_nothing_only_with_a_reason(till: Till) -> None:
    till.open_shift()
    till.do(Function.NO_SALE)
    assert till.drawer.opened == 0
    till.choose("Giving change")
    assert till.drawer.opened == 1
    (moved,) = till.entries("cash")
    assert (moved["kind"], moved["amount_minor"], moved["reason"]) == ("no_sale", 0, "Giving change")


def test_tickets_wait_while_others_are_served(till: Till) -> None:
    till.open_shift()
    till.badge(CARLA)
    till.ring("roast")
    till.touch(intents.Hold())
    till.ring("water")
    till.touch(intents.CashGiven(None))
    assert till.screen.ticket.actions[0].detail == "1"
    till.do(Function.RECALL)
    guest = till.screen.ticket.guest
    assert guest is not None
    assert guest.name == "Carla Roth"
    assert till.due == "7.30"
    till.touch(intents.PayByAccount())
    assert till.paid()["Paid"] == "7.30 €"


def test_a_restart_keeps_held_tickets_and_the_shift(counter: Counter) -> None:
    till = counter.start()
    till.open_shift()
    sell(till)
    till.ring("roast", "salad-bar")
    till.type("250")
    till.touch(intents.ChooseLine(0))
    till.do(Function.DISCOUNT_PERCENT)
    till.type("50")
    till.touch(intents.Hold())
    till.stop()

    till = counter.start()
    till.badge(MARIE)
    till.do(Function.RECALL)
    assert till.lines() == [("1", "Roast", "3.10"), ("1", "Salad bar", "2.48")]
    till.touch(intents.ClearBasket())
    till.do(Function.X_REPORT)
    assert (till.report()["Turnover"], till.report()["Tickets"]) == ("12.80 €", "2")
    till.touch(intents.ClosePanel())
    till.do(Function.VOID_LAST)
    assert till.list.title == "Void ticket 2 of 2.50 €?"


@pytest.mark.parametrize("gone", [True, False])
def test_a_held_ticket_keeps_its_prices_while_its_menu_is_here(counter: Counter, gone: bool) -> None:
    till = counter.start()
    till.open_shift()
    till.ring("roast")
    till.touch(intents.Hold())
    dearer = tuple(replace(p, amount_minor=700) if p.article_id == "roast" else p for p in MENU_CATALOGUE.prices)
    counter.publish(replace(MENU_CATALOGUE, revision=8, prices=dearer))
    if gone:
        (counter.folder / "catalogues" / "catalogue-7.sqlite").unlink()
    till.wait(3)
    till.do(Function.RECALL)
    assert till.due == ("7.00" if gone else "6.20")
    assert ("The menu has changed" in till.strips()) is gone


def test_a_new_menu_is_taken_between_two_trays(till: Till, counter: Counter) -> None:
    till.open_shift()
    till.ring("water")
    dearer = tuple(replace(p, amount_minor=700) if p.article_id == "roast" else p for p in MENU_CATALOGUE.prices)
    counter.publish(replace(MENU_CATALOGUE, revision=8, prices=dearer))
    till.wait(3)
    till.ring("pie")
    assert till.due == "3.70"
    till.ring("roast")
    till.touch(intents.ClearBasket())
    till.ring("roast")
    assert till.due == "7.00"
