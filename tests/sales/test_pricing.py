"""The right price for the guest, and the right amount for the line."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.catalogue import Catalogue, Price, Unit
from sales.pricing import NoPrice, line_amount, price_of
from tests.sales.canteen import CANTEEN, DAY, EXTRAS, PRICES, price

CHEESE, BACON, ONIONS = EXTRAS.options


def _priced(*prices: Price) -> Catalogue:
    return replace(CANTEEN, prices=prices)


def _amount(catalogue: Catalogue, category: str = "staff", on: date = DAY) -> int:
    return price_of(catalogue, catalogue.article("roll"), category, on).amount_minor


GENERAL = price("roll", 400)
STORE = price("roll", 300, store_id="werk-nord")
CATEGORY = price("roll", 200, guest_category_id="staff")
BOTH = price("roll", 100, guest_category_id="staff", store_id="werk-nord")


@pytest.mark.parametrize(
    ("prices", "amount"),
    [
        ((GENERAL,), 400),
        ((GENERAL, STORE), 300),
        ((STORE, CATEGORY, GENERAL), 200),
        ((BOTH, CATEGORY, STORE, GENERAL), 100),
    ],
)
def test_the_most_specific_price_wins_whatever_the_order(prices: tuple[Price, ...], amount: int) -> None:
    assert _amount(_priced(*prices)) == amount
    assert _amount(_priced(*reversed(prices))) == amount


def test_a_specific_price_wins_over_a_newer_general_one() -> None:
    newer = replace(GENERAL, amount_minor=450, valid_from=DAY)
    assert _amount(_priced(CATEGORY, newer)) == 200
    assert _amount(_priced(CATEGORY, newer), category="guest") == 450


def test_of_two_alike_the_later_one_wins_from_its_day_on() -> None:
    catalogue = _priced(replace(GENERAL, amount_minor=450, valid_from=DAY), GENERAL)
    assert _amount(catalogue, on=DAY - timedelta(days=1)) == 400
    assert _amount(catalogue, on=DAY) == 450


def test_an_offer_ends_after_its_last_day() -> None:
    catalogue = _priced(GENERAL, replace(GENERAL, amount_minor=99, valid_from=DAY, valid_to=DAY))
    assert _amount(catalogue, on=DAY) == 99
    assert _amount(catalogue, on=DAY + timedelta(days=1)) == 400


def test_another_stores_price_does_not_count() -> None:
    with pytest.raises(NoPrice, match="'roll' has no price for 'staff' on 2025-11-21"):
        _amount(_priced(replace(STORE, store_id="werk-sued")))


def test_no_price_yet_is_said() -> None:
    with pytest.raises(NoPrice):
        _amount(_priced(replace(GENERAL, valid_from=DAY + timedelta(days=1))))


def test_a_category_nobody_priced_pays_the_general_price() -> None:
    assert _amount(replace(CANTEEN, prices=PRICES), category="visitors") == 107


@pytest.mark.parametrize(("weight_g", "amount"), [(342, 339), (100, 99), (1, 1), (50, 50), (1000, 990)])
def test_salad_by_weight_at_99_cents_per_100_grams(weight_g: int, amount: int) -> None:
    assert line_amount(price("salad", 99), Unit.PER_100_G, 1, weight_g, ()) == amount


def test_a_buffet_has_a_base_price_and_may_have_options() -> None:
    assert line_amount(price("buffet", 120, base_minor=50), Unit.PER_100_G, 1, 342, [CHEESE]) == 50 + 410 + 80


def test_options_are_paid_with_every_piece() -> None:
    assert line_amount(price("burger", 650), Unit.PIECE, 3, None, [CHEESE, BACON]) == 3 * (650 + 80 + 100)


@pytest.mark.parametrize(
    ("unit", "quantity", "weight_g"),
    [
        (Unit.PIECE, 0, None),
        (Unit.PIECE, -1, None),
        (Unit.PIECE, 1, 342),
        (Unit.PER_100_G, 1, None),
        (Unit.PER_100_G, 1, 0),
        (Unit.PER_100_G, 1, -5),
        (Unit.PER_100_G, 2, 342),
    ],
)
def test_quantities_and_weights_that_make_no_sense_are_refused(unit: Unit, quantity: int, weight_g: int | None) -> None:
    with pytest.raises(ValueError, match=r"quantity|weight"):
        line_amount(price("roll", 100), unit, quantity, weight_g, ())


@given(st.integers(0, 5000), st.integers(1, 5000), st.integers(1, 5000))
def test_more_on_the_plate_never_costs_less(per_100_g: int, weight_g: int, more_g: int) -> None:
    salad = price("salad", per_100_g)
    assert line_amount(salad, Unit.PER_100_G, 1, weight_g, ()) <= line_amount(
        salad, Unit.PER_100_G, 1, weight_g + more_g, ()
    )
