"""What a cashier changes by hand: discounts, prices, and taking the last change back."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sales.basket import Basket, Discount, DiscountError
from sales.funding import Diner
from sales.kinds import AdjustmentKind
from tests.sales.canteen import account, article, cash, price, sell, tray
from tests.sales.werk import WERK, WITH_MENU, lunch

GUEST_OF_WERK = Diner()
TEN_PER_CENT = Discount("Friends", percent_bp=1000)


def _tray(*article_ids: str) -> Basket:
    return lunch(*article_ids, diner=GUEST_OF_WERK)


def test_a_line_discount_in_per_cent_is_rounded_once() -> None:
    basket = tray("roll", "coffee")
    basket.discount_line(0, Discount("Yesterday's", percent_bp=5000, reason="baked yesterday"))
    assert [line.amount_minor for line in basket.bill.lines] == [53, 119]
    assert basket.lines[0].amount_minor == 107
    (change,) = sell(basket).lines[0].adjustments
    assert (change.kind, change.id, change.name) == (AdjustmentKind.DISCOUNT, "line", "Yesterday's")
    assert (change.amount_minor, change.reason) == (-54, "baked yesterday")


def test_a_discount_takes_off_no_more_than_the_line() -> None:
    basket = tray("roll", "coffee")
    basket.discount_line(0, Discount("Gift", amount_minor=500))
    assert [line.amount_minor for line in basket.bill.lines] == [0, 119]


def test_a_ticket_discount_is_shared_by_the_lines_to_the_cent() -> None:
    basket = tray("schnitzel", "coffee", "roll")
    basket.discount(Discount("Voucher", amount_minor=100))
    assert [line.amount_minor for line in basket.bill.lines] == [620 - 73, 119 - 14, 107 - 13]
    basket.discount(Discount("Everything", amount_minor=9999))
    assert basket.total_minor == 0
    assert sell(basket).total_minor == 0


def test_a_ticket_discount_leaves_the_fee_alone_and_the_share_comes_last() -> None:
    basket = lunch("dish")
    basket.discount(TEN_PER_CENT)
    assert [line.amount_minor for line in basket.bill.lines] == [558, 410]
    assert basket.to_pay_minor == 558 + 410 - 300


def test_every_step_starts_from_what_the_one_before_left() -> None:
    basket = lunch("steak", "cola", "cake", diner=GUEST_OF_WERK, catalogue=WITH_MENU)
    basket.override_price(2, 200, "last piece")
    basket.discount_line(2, TEN_PER_CENT)
    basket.discount(TEN_PER_CENT)
    cake = basket.bill.lines[2]
    kinds = [change.kind for change in cake.adjustments]
    assert kinds == [AdjustmentKind.OVERRIDE, AdjustmentKind.DISCOUNT, AdjustmentKind.DISCOUNT]
    assert [change.amount_minor for change in cake.adjustments] == [-80, -20, -18]
    assert [line.amount_minor for line in basket.bill.lines] == [630, 270, 162]
    steak = sell(basket, cash(2000)).lines[0]
    assert [change.kind for change in steak.adjustments] == [AdjustmentKind.SET_MENU, AdjustmentKind.DISCOUNT]
    assert [change.amount_minor for change in steak.adjustments] == [-140, -70]


def test_a_price_set_by_hand_may_be_higher_and_goes_by_weight_too() -> None:
    basket = tray("schnitzel")
    basket.add("buffet", weight_g=300)
    basket.override_price(0, 700, "extra large")
    basket.override_price(1, 100, "cold")
    assert [line.amount_minor for line in basket.bill.lines] == [700, 350]
    basket.override_price(0, None, "")
    assert basket.bill.lines[0].amount_minor == 620
    assert sell(basket).lines[1].unit_minor == 120


def test_a_returned_bottle_is_not_made_dearer_by_a_discount() -> None:
    bottle = article("bottle", tax_class_id="full", category_id="drinks")
    catalogue = replace(WERK, articles=(*WERK.articles, bottle), prices=(*WERK.prices, price("bottle", -25)))
    basket = lunch("cola", "bottle", diner=GUEST_OF_WERK, catalogue=catalogue)
    basket.discount(Discount("All", percent_bp=10000))
    assert basket.total_minor == 0
    assert [line.amount_minor for line in basket.bill.lines] == [25, -25]


@pytest.mark.parametrize(
    "build",
    [
        lambda: Discount("x"),
        lambda: Discount("x", percent_bp=100, amount_minor=100),
        lambda: Discount("x", percent_bp=0),
        lambda: Discount("x", percent_bp=10_001),
        lambda: Discount("x", amount_minor=0),
        lambda: _tray("dish").override_price(0, -1, "typo"),
    ],
)
def test_a_discount_that_makes_no_sense_is_refused(build: Callable[[], object]) -> None:
    with pytest.raises(DiscountError):
        build()


def test_the_same_article_again_is_not_discounted_with_the_first() -> None:
    basket = _tray("cola")
    basket.discount_line(0, TEN_PER_CENT)
    assert basket.add("cola") == 1
    assert [line.amount_minor for line in basket.bill.lines] == [324, 360]
    basket.change(0, 1)
    assert [line.amount_minor for line in basket.bill.lines] == [648, 360]


def test_undo_takes_changes_back_one_by_one() -> None:
    basket = _tray("dish", "cola")
    basket.change(1, 1)
    basket.discount_line(0, TEN_PER_CENT)
    basket.discount(TEN_PER_CENT)
    basket.override_price(1, 100, "offer")
    basket.remove(0)
    totals = [basket.total_minor]
    while basket.undo():
        totals.append(basket.total_minor)
    assert totals == [180, 682, 1150, 1278, 1340, 980, 620, 0]
    assert not basket.undo()


def test_what_was_refused_is_not_undone() -> None:
    basket = _tray("dish")
    with pytest.raises(ValueError, match="at least 1"):
        basket.add("cola", 0)
    assert basket.undo()
    assert basket.is_empty


def test_undo_brings_a_cleared_tray_back() -> None:
    basket = _tray("dish", "cola")
    basket.discount(TEN_PER_CENT)
    basket.clear()
    assert (basket.is_empty, basket.ticket_discount) == (True, None)
    assert basket.undo()
    assert basket.total_minor == 882


def test_undo_passes_over_what_the_guest_who_came_has_no_price_for() -> None:
    staff_prices = tuple(
        replace(one, guest_category_id="staff") if one.article_id == "steak" else one for one in WERK.prices
    )
    basket = lunch("dish", "steak", diner=Diner("staff"), catalogue=replace(WERK, prices=staff_prices, meal_terms=()))
    basket.remove(1)
    basket.set_diner(Diner())
    assert basket.undo()
    assert basket.is_empty


def test_one_more_of_the_line_touched_last() -> None:
    basket = _tray("dish", "cola")
    basket.add("dish")
    assert basket.repeat_last() == 0
    assert [line.quantity for line in basket.lines] == [3, 1]
    basket.remove(0)
    assert basket.repeat_last() == 0
    assert [line.quantity for line in basket.lines] == [2]
    with pytest.raises(IndexError):
        _tray().repeat_last()


def test_a_discount_goes_with_the_last_line() -> None:
    basket = _tray("dish")
    basket.discount(TEN_PER_CENT)
    basket.remove(0)
    basket.add("dish")
    assert sell(basket, account(620)).total_minor == 620
