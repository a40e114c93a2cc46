"""Amounts are whole cents, rounded in one place, and written as each language writes them."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.figures import format_rate, format_weight
from sales.money import CurrencyMismatch, Money, cash_round, format_minor, minor_digits, round_half_up

AMOUNTS = st.integers(-(10**9), 10**9)


@given(AMOUNTS, st.integers(1, 10**6))
def test_rounding_is_the_commercial_one(numerator: int, denominator: int) -> None:
    exact = Decimal(numerator) / Decimal(denominator)
    assert round_half_up(numerator, denominator) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize(("numerator", "rounded"), [(5, 1), (4, 0), (15, 2), (-5, -1), (-4, 0), (-15, -2)])
def test_half_a_cent_goes_away_from_zero(numerator: int, rounded: int) -> None:
    assert round_half_up(numerator, 10) == rounded


@pytest.mark.parametrize("denominator", [0, -3])
def test_rounding_refuses_a_denominator_that_is_not_above_zero(denominator: int) -> None:
    with pytest.raises(ValueError, match="denominator"):
        round_half_up(1, denominator)


@pytest.mark.parametrize(
    ("amount", "in_coins"),
    [(2342, 2340), (2343, 2345), (2347, 2345), (2348, 2350), (2345, 2345), (2, 0), (3, 5), (-2, 0), (-3, -5)],
)
def test_swiss_cash_is_rounded_to_five_rappen(amount: int, in_coins: int) -> None:
    assert cash_round(amount, 5) == in_coins


@given(AMOUNTS, st.integers(1, 100))
def test_cash_rounding_ends_on_a_coin_and_moves_by_half_a_coin_at_most(amount: int, step: int) -> None:
    rounded = cash_round(amount, step)
    assert rounded % step == 0
    assert 2 * abs(rounded - amount) <= step


def test_a_smallest_coin_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="1 = no rounding"):
        cash_round(100, 0)


def test_money_adds_subtracts_and_orders_within_one_currency() -> None:
    meal, drink = Money(480, "EUR"), Money(130, "EUR")
    assert meal + drink == Money(610, "EUR")
    assert drink - meal == Money(-350, "EUR")
    assert -drink == Money(-130, "EUR")
    assert drink < meal
    assert drink <= meal
    assert meal > drink
    assert meal >= drink


def test_euros_and_francs_do_not_mix() -> None:
    euros, francs = Money(480, "EUR"), Money(480, "CHF")
    assert euros != francs
    for mixing in (
        lambda: euros + francs,
        lambda: euros - francs,
        lambda: euros < francs,
        lambda: euros <= francs,
        lambda: euros > francs,
        lambda: euros >= francs,
    ):
        with pytest.raises(CurrencyMismatch, match="EUR and CHF"):
            mixing()


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("CHF", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_minor_units_follow_iso_4217(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        (2340, "EUR", "en", "23.40 €"),
        (2340, "EUR", "fr", "23,40 €"),
        (2340, "EUR", "de", "23,40 €"),
        (2340, "EUR", "es", "23,40 €"),
        (2340, "CHF", "de", "CHF 23.40"),
        (2340, "CHF", "fr", "CHF 23.40"),
        (-5, "EUR", "en", "-0.05 €"),
        (123456789, "EUR", "en", "1\u202f234\u202f567.89 €"),
        (500, "JPY", "en", "500 JPY"),
        (1500, "KWD", "en", "1.500 KWD"),
    ],
)
def test_amounts_are_written_as_the_language_does(amount: int, currency: str, language: str, written: str) -> None:
    assert format_minor(amount, currency, language) == written


def test_a_screen_takes_the_true_minus_and_may_leave_the_currency_out() -> None:
    assert format_minor(-250, "EUR", "en", symbol=False, minus="−") == "−2.50"
    assert format_minor(-250, "CHF", "de", minus="−") == "CHF −2.50"


def test_rates_and_weights_are_written_as_the_language_does() -> None:
    assert format_rate(700, "en") == "7 %"
    assert format_rate(810, "de") == "8,1 %"
    assert format_rate(550, "en") == "5.5 %"
    assert format_rate(5, "en") == "0.05 %"
    assert format_weight(342, "en") == "0.342 kg"
    assert format_weight(1205, "fr") == "1,205 kg"
