"""Texts break where a reader expects it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.ui.wrapping import ELLIPSIS, syllables, wrap


def ten_px_a_letter(text: str) -> int:
    return 10 * len(text)


@pytest.mark.parametrize(
    ("text", "width_px", "lines", "expected"),
    [
        ("Salad bar", 90, 2, ["Salad bar"]),
        ("Salad bar", 80, 2, ["Salad", "bar"]),
        ("Kichererbsen-Spinat-Curry", 200, 2, ["Kichererbsen-Spinat-", "Curry"]),
        ("Linsen\u00adbolognese", 100, 2, ["Linsen-", "bolognese"]),
        ("Linsen\u00adbolognese", 200, 2, ["Linsenbolognese"]),
        ("Donaudampfschiff", 80, 3, ["Donau-", "dampf-", "schiff"]),
        ("one two three four", 60, 2, ["one", f"two t{ELLIPSIS}"]),
        ("one, two, three", 60, 1, [f"one{ELLIPSIS}"]),
        ("first\nsecond", 900, 2, ["first", "second"]),
        ("", 50, 2, [""]),
    ],
)
def test_lines(text: str, width_px: int, lines: int, expected: list[str]) -> None:
    assert wrap(text, width_px, lines, ten_px_a_letter)[0] == expected


def test_it_says_when_something_is_left_out() -> None:
    assert wrap("one two", 30, 2, ten_px_a_letter) == (["one", "two"], False)
    assert wrap("one two three", 50, 2, ten_px_a_letter)[1] is True


@given(
    st.text(alphabet="abcdefgh -/\u00ad", max_size=60),
    st.integers(min_value=30, max_value=300),
    st.integers(min_value=1, max_value=4),
)
def test_no_line_is_wider_than_its_room(text: str, width_px: int, lines: int) -> None:
    result, shortened = wrap(text, width_px, lines, ten_px_a_letter)
    assert len(result) <= lines
    assert all(ten_px_a_letter(line) <= width_px for line in result)
    if not shortened:
        letters = [letter for letter in text if letter.isalpha()]
        assert [letter for letter in "".join(result) if letter.isalpha()] == letters


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Schokoladenpudding", "Scho-ko-la-den-pud-ding"),
        ("Rindfleischburger", "Rind-fleisch-bur-ger"),
        ("Kassiererwechsel", "Kas-sie-rer-wech-sel"),
        ("hamburguesa", "ham-bur-guesa"),
        ("accompagnements", "accom-pag-ne-ments"),
        ("Tee", "Tee"),
    ],
)
def test_a_word_breaks_where_one_could_pause(word: str, parts: str) -> None:
    places = [0, *syllables(word), len(word)]
    assert "-".join(word[start:end] for start, end in itertools.pairwise(places)) == parts
