"""A code from the shop's own scale says article and price or weight; a misread one is never sold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.ean import EanError, PriceEmbedded, check_digit, plu, price_embedded

FIVE_DIGITS = st.integers(1, 99_999)


def label(prefix: int, number: int, value: int) -> str:
    """The code as the scale prints it."""
    digits = f"{prefix}{number:05}{value:05}"
    return digits + str(check_digit(digits))


@pytest.mark.parametrize("code", ["4006381333931", "5901234123457", "9780201379624", "036000291452", "96385074"])
def test_check_digits_of_codes_printed_on_goods(code: str) -> None:
    assert check_digit(code[:-1]) == int(code[-1])


def test_a_code_with_a_price_and_one_with_a_weight() -> None:
    assert price_embedded("2000101005902") == PriceEmbedded(101, amount_minor=590, weight_g=None)
    assert price_embedded("2500201003421") == PriceEmbedded(201, amount_minor=None, weight_g=342)


@given(st.integers(20, 24), FIVE_DIGITS, FIVE_DIGITS)
def test_a_price_is_read_as_it_was_printed(prefix: int, number: int, cents: int) -> None:
    assert price_embedded(label(prefix, number, cents)) == PriceEmbedded(number, cents, None)


@given(st.integers(25, 29), FIVE_DIGITS, FIVE_DIGITS)
def test_a_weight_is_read_as_it_was_printed(prefix: int, number: int, grams: int) -> None:
    assert price_embedded(label(prefix, number, grams)) == PriceEmbedded(number, None, grams)


@given(st.integers(20, 29), FIVE_DIGITS, FIVE_DIGITS, st.integers(1, 12), st.integers(1, 9))
def test_one_digit_misread_is_noticed(prefix: int, number: int, value: int, place: int, off: int) -> None:
    code = label(prefix, number, value)
    wrong = code[:place] + str((int(code[place]) + off) % 10) + code[place + 1 :]
    with pytest.raises(EanError, match=rf"{wrong} was misread"):
        price_embedded(wrong)


@given(st.text("0123456789", min_size=0, max_size=14))
def test_what_is_no_code_of_the_shop_is_left_to_others(code: str) -> None:
    if len(code) == 13 and code.startswith("2"):
        code = "4" + code[1:]
    assert price_embedded(code) is None


@pytest.mark.parametrize(
    "code", ["", "ABC", "２０００１０１００５９０9", "2000101005902\n", " 2000101005902", "20001010059"]
)
def test_other_text_is_no_code(code: str) -> None:
    assert price_embedded(code) is None


@pytest.mark.parametrize(("number", "value", "words"), [(0, 590, "no article number"), (101, 0, "no price or weight")])
def test_a_code_that_carries_nothing_is_refused(number: int, value: int, words: str) -> None:
    with pytest.raises(EanError, match=words):
        price_embedded(label(20, number, value))


@given(FIVE_DIGITS, st.integers(0, 4))
def test_a_number_is_typed_with_or_without_zeros(number: int, zeros: int) -> None:
    assert plu(str(number).rjust(min(len(str(number)) + zeros, 5), "0")) == number


@pytest.mark.parametrize("text", ["", "0", "00000", "100000", "-1", "1.5", "12a", " 12", "１２"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert plu(text) is None


@pytest.mark.parametrize("digits", ["", "12a", "１２"])
def test_only_digits_have_a_check_digit(digits: str) -> None:
    with pytest.raises(ValueError, match="made from digits"):
        check_digit(digits)
