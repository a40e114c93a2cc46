"""Tax is contained in the price and stated per rate."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.tax import NoTaxRate, Service, TaxLine, TaxRate, breakdown
from tests.sales.canteen import FOOD, tray


def test_seven_and_nineteen_percent_on_one_ticket() -> None:
    basket = tray("roll", "coffee")
    assert basket.taxes() == (TaxLine(700, 107, 100, 7), TaxLine(1900, 119, 100, 19))


def test_take_away_changes_the_rate_but_not_the_price() -> None:
    basket = tray("schnitzel")
    assert basket.taxes() == (TaxLine(1900, 620, 521, 99),)
    basket.set_service(Service.TAKE_AWAY)
    assert basket.taxes() == (TaxLine(700, 620, 579, 41),)
    assert basket.total_minor == 620


def test_a_new_rate_applies_from_its_day_on() -> None:
    assert FOOD.rate_bp(Service.EAT_IN, date(2025, 12, 31)) == 1900
    assert FOOD.rate_bp(Service.EAT_IN, date(2026, 1, 1)) == 700


def test_before_the_first_rate_nothing_can_be_sold() -> None:
    with pytest.raises(NoTaxRate, match="'food' has no rate valid on 2023-12-31"):
        FOOD.rate_bp(Service.EAT_IN, date(2023, 12, 31))


def test_tax_is_rounded_once_per_rate_not_once_per_line() -> None:
    assert breakdown([(1900, 10)] * 3) == (TaxLine(1900, 30, 25, 5),)


@pytest.mark.parametrize("rate_bp", [-1, 10_001])
def test_a_rate_that_cannot_be_is_refused(rate_bp: int) -> None:
    with pytest.raises(ValueError, match="basis points"):
        TaxRate(date(2025, 1, 1), rate_bp, 700)


@given(st.lists(st.tuples(st.sampled_from([0, 210, 550, 700, 810, 1900, 2000]), st.integers(-(10**6), 10**6))))
def test_the_breakdown_sums_to_the_lines(lines: list[tuple[int, int]]) -> None:
    taxes = breakdown(lines)
    assert sum(tax.gross_minor for tax in taxes) == sum(gross for _, gross in lines)
    assert [tax.rate_bp for tax in taxes] == sorted({rate for rate, _ in lines})
    for tax in taxes:
        assert tax.net_minor + tax.tax_minor == tax.gross_minor
        assert 2 * abs(tax.tax_minor * (10_000 + tax.rate_bp) - tax.gross_minor * tax.rate_bp) <= 10_000 + tax.rate_bp
