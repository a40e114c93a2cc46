"""Weeks of the eat-api: exact prices, prices by weight with a fixed part, and errors with their line."""

import json
from typing import Any

import pytest

from sales.catalogue import Unit
from server.menus.eat_api import parse
from server.menus.feed import FeedError, Role, RolePrice


def price(base: float, per_unit: float, unit: str | None = "100g") -> dict[str, Any]:
    return {"base_price": base, "price_per_unit": per_unit, "unit": unit}


def week(**dish: Any) -> bytes:
    whole = {
        "name": "Hirsetopf",
        "prices": {"students": price(0, 0.9)},
        "labels": ["CELERY", "VEGAN"],
        "dish_type": "Topf",
    }
    return json.dumps(
        {"number": 48, "year": 2026, "days": [{"date": "2026-11-23", "dishes": [whole | dish]}]}, indent=1
    ).encode()


def test_a_price_by_weight_has_a_fixed_part() -> None:
    data = week(
        prices={"students": price(0.5, 0.9), "staff": price(0.5, 1.15), "guests": price(0.5, 1.6), "pupils": None} | {}
    )
    with pytest.raises(FeedError, match="not for 'pupils'"):
        parse(data, "48.json")
    data = week(prices={"students": price(0.5, 0.9), "staff": price(0.5, 1.15), "guests": price(1.5, 1.6)})
    feed = parse(data, "48.json")
    meal = feed.days[0].categories[0].meals[0]
    assert meal.unit is Unit.PER_100_G
    assert meal.prices == (
        RolePrice(Role.STUDENT, 90, 50),
        RolePrice(Role.EMPLOYEE, 115, 50),
        RolePrice(Role.OTHER, 160, 150),
    )
    assert (feed.days[0].categories[0].name, meal.name, meal.notes) == ("Topf", "Hirsetopf", ("CELERY", "VEGAN"))
    assert feed.about == (("number", "48"), ("year", "2026"))


def test_a_fixed_price_alone_is_a_price_per_piece() -> None:
    meal = (
        parse(week(prices={"students": price(4.5, 0.0), "guests": price(6.0, 0.0)}), "48.json")
        .days[0]
        .categories[0]
        .meals[0]
    )
    assert meal.unit is Unit.PIECE
    assert meal.prices == (RolePrice(Role.STUDENT, 450), RolePrice(Role.OTHER, 600))


def test_amounts_never_pass_through_a_float() -> None:
    data = week().replace(b"0.9", b"1.005")
    with pytest.raises(FeedError, match=r"price_per_unit: 1\.005 is not a whole number of cents"):
        parse(data, "48.json")


@pytest.mark.parametrize("number", [b"1e999999999", b"0e999999999", b"1e-999999999", b"9" * 400, b"-0.9"])
def test_a_number_no_price_can_have_is_refused_at_once(number: bytes) -> None:
    with pytest.raises(FeedError, match=r"line 11: price_per_unit: .* is not a price"):
        parse(week().replace(b"0.9", number), "48.json")


def test_a_number_too_long_to_read_is_refused() -> None:
    with pytest.raises(FeedError, match="not JSON of a menu"):
        parse(week().replace(b"0.9", b"9" * 5000), "48.json")


def test_what_the_format_does_not_know_is_kept_as_a_remark() -> None:
    meal = parse(week(origin="Bodensee"), "48.json").days[0].categories[0].meals[0]
    assert meal.notes == ("CELERY", "VEGAN", "origin: Bodensee")


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b'{"days": [\n{"date": }]}', 2, "not JSON"),
        (b'{"days": "none"}', 1, "days must be a list"),
        (b"[]", 1, "not a week"),
        (b'{"days": [{"date": "2026-11-31",\n "dishes": []}]}', 1, "there is no day"),
        (b'{"days": [\n{"dishes": []}]}', 2, "date must be a text"),
        (b'{"days": [{"date": "2026-11-23", "dishes": []},\n{"date": "2026-11-23", "dishes": []}]}', 2, "appears twice"),
        (b'{"days": [{"date": "2026-11-23", "dishes": [\n\n{"name": "A", "dish_type": ""}]}]}', 3, "dish_type must be a text"),
        (b'{"days": [\n{"date": "2026-11-23",\n"date": "2026-11-24", "dishes": []}]}', 2, "'date' appears twice"),
        (week(name='} " { NaN', prices={"students": {"base_price": "x"}}), 11, "not a number"),
        (week(prices={"students": price(0, 1.2, "l")}), 11, "understood per 100g, not per 'l'"),
        (week(name="NaN").replace(b"0.9", b"NaN"), 13, "NaN is not a number"),
        (b"\n\xff", 2, "not UTF-8"),
    ],
)  # fmt: skip
def test_a_broken_week_is_refused_with_line_and_reason(data: bytes, line: int, reason: str) -> None:
    with pytest.raises(FeedError) as caught:
        parse(data, "48.json")
    assert reason in caught.value.reason
    assert caught.value.line == line
