"""Filling a tray: what merges, what is refused, and that a refusal changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from sales.basket import (
    Basket,
    NotOnSale,
    OptionMissing,
    OptionNotAllowed,
    SoldOut,
    UnknownArticle,
    WeightMissing,
)
from sales.funding import Diner
from sales.pricing import NoPrice
from sales.tax import NoTaxRate, Service
from tests.sales.canteen import CANTEEN, DAY, price, tray


def test_the_second_coffee_joins_the_first() -> None:
    basket = tray()
    assert basket.add("coffee") == 0
    assert basket.add("roll") == 1
    assert basket.add("coffee", quantity=2) == 0
    assert [(line.article.id, line.quantity, line.amount_minor) for line in basket.lines] == [
        ("coffee", 3, 357),
        ("roll", 1, 107),
    ]
    assert basket.total_minor == 464


def test_options_tapped_in_another_order_make_the_same_burger() -> None:
    basket = tray()
    basket.add("burger", option_ids=["bacon", "ketchup", "cheese"])
    basket.add("burger", option_ids=["cheese", "bacon", "ketchup"])
    (line,) = basket.lines
    assert line.quantity == 2
    assert [option.id for option in line.options] == ["ketchup", "cheese", "bacon"]
    assert line.amount_minor == 2 * (650 + 80 + 100)


def test_another_sauce_is_another_line() -> None:
    basket = tray()
    basket.add("burger", option_ids=["ketchup"])
    basket.add("burger", option_ids=["pepper"])
    assert [line.amount_minor for line in basket.lines] == [650, 700]


def test_a_salad_of_342_grams_costs_3_39() -> None:
    basket = tray()
    basket.add("salad", weight_g=342)
    (line,) = basket.lines
    assert (line.unit_minor, line.weight_g, line.amount_minor) == (99, 342, 339)


def test_two_weighed_plates_stay_two_lines() -> None:
    basket = tray()
    basket.add("salad", weight_g=342)
    basket.add("salad", weight_g=342)
    assert [line.amount_minor for line in basket.lines] == [339, 339]


def test_quantities_go_up_and_down_and_the_line_goes_at_zero() -> None:
    basket = tray("coffee", "roll")
    basket.change(0, +2)
    assert basket.lines[0].quantity == 3
    basket.change(0, -1)
    assert basket.total_minor == 2 * 119 + 107
    basket.change(0, -2)
    assert [line.article.id for line in basket.lines] == ["roll"]


def test_lines_are_removed_and_the_basket_emptied() -> None:
    basket = tray("coffee", "roll", "schnitzel")
    basket.remove(1)
    assert [line.article.id for line in basket.lines] == ["coffee", "schnitzel"]
    basket.clear()
    assert basket.is_empty
    assert basket.total_minor == 0


def test_badging_in_late_reprices_the_tray() -> None:
    basket = tray("schnitzel")
    assert basket.total_minor == 620
    basket.set_diner(Diner("staff"))
    assert basket.total_minor == 480
    assert basket.guest_category_id == "staff"


def test_take_away_is_kept_with_every_line() -> None:
    basket = tray("schnitzel", "coffee")
    basket.set_service(Service.TAKE_AWAY)
    assert basket.service is Service.TAKE_AWAY
    assert [line.rate_bp for line in basket.lines] == [700, 1900]


def test_the_last_three_soups_can_be_sold_and_no_fourth() -> None:
    basket = tray("coffee", "coffee", "soup", "roll", "soup")
    with pytest.raises(SoldOut) as refused:
        basket.add("soup", quantity=2)
    assert refused.value.portions_left == 1
    basket.change(1, +1)
    with pytest.raises(SoldOut):
        basket.change(1, +1)
    assert [line.quantity for line in basket.lines] == [2, 3, 1]


REFUSALS: list[tuple[Callable[[Basket], object], type[Exception], str]] = [
    (lambda basket: basket.add("lobster"), UnknownArticle, "'lobster'"),
    (lambda basket: basket.add("pudding"), SoldOut, "'pudding' is sold out"),
    (lambda basket: basket.add("goose"), NotOnSale, "'goose' is not on the menu of 2025-11-21"),
    (lambda basket: basket.add("salad"), WeightMissing, "'salad' is sold by weight"),
    (lambda basket: basket.add("salad", weight_g=0), ValueError, "weight above zero"),
    (lambda basket: basket.add("salad", quantity=2, weight_g=342), ValueError, "quantity must be 1"),
    (lambda basket: basket.add("coffee", weight_g=342), ValueError, "no weight"),
    (lambda basket: basket.add("coffee", quantity=0), ValueError, "at least 1"),
    (lambda basket: basket.add("coffee", quantity=-1), ValueError, "at least 1"),
    (lambda basket: basket.add("burger"), OptionMissing, "at least 1 of option group 'sauce'"),
    (lambda basket: basket.add("burger", option_ids=["ketchup", "pepper"]), OptionNotAllowed, "at most 1"),
    (lambda basket: basket.add("burger", option_ids=["ketchup", "caviar"]), OptionNotAllowed, "no option caviar"),
    (lambda basket: basket.add("burger", option_ids=["ketchup", "ketchup"]), OptionNotAllowed, "chosen twice"),
    (lambda basket: basket.add("coffee", option_ids=["cheese"]), OptionNotAllowed, "no option cheese"),
    (lambda basket: basket.change(1, +1), ValueError, "quantity must be 1"),
    (lambda basket: basket.change(2, +1), IndexError, "2 lines"),
    (lambda basket: basket.remove(-1), IndexError, "index -1"),
]


@pytest.mark.parametrize(("do", "error", "message"), REFUSALS)
def test_a_refusal_says_why_and_leaves_the_tray_as_it_was(
    do: Callable[[Basket], object], error: type[Exception], message: str
) -> None:
    basket = tray("coffee")
    basket.add("salad", weight_g=342)
    before = basket.lines
    with pytest.raises(error, match=message):
        do(basket)
    assert basket.lines == before


def test_without_a_price_for_the_other_guests_the_tray_keeps_the_old_ones() -> None:
    staff_only = replace(CANTEEN, prices=(price("roll", 90, guest_category_id="staff"),))
    basket = tray("roll", catalogue=staff_only, guest_category_id="staff")
    with pytest.raises(NoPrice):
        basket.set_diner(Diner())
    assert basket.guest_category_id == "staff"
    assert basket.total_minor == 90


def test_a_day_without_a_rate_of_tax_sells_nothing() -> None:
    early = replace(CANTEEN, prices=(price("roll", 90, valid_from=date(2020, 1, 1)),))
    basket = tray(catalogue=early, on=date(2021, 1, 1))
    with pytest.raises(NoTaxRate):
        basket.add("roll")
    assert basket.is_empty


def test_a_basket_keeps_its_day_and_its_revision() -> None:
    basket = tray("coffee")
    assert basket.on == DAY
    assert basket.catalogue.revision == 7
