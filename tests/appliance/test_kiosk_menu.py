"""What is left, and set menus at the kiosk: the menu follows the kitchen while the diner chooses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.flows.intents import (
    AddToBasket,
    ChangeLine,
    ChangeQuantity,
    ConfirmPayment,
    OpenArticle,
    OpenSetMenu,
    Pay,
    PressSetMenu,
    QuickAdd,
    ShowCategory,
    ToggleOption,
)
from masterdata.board_file import board_path, write_board
from sales.menus import MenuSlot
from sales.ticket import from_payload
from tests.appliance.canteen import ANNA, DAY, Canteen, Diner, badge, guest
from tests.appliance.till_canteen import MENU_CATALOGUE

CHOICE = replace(
    MENU_CATALOGUE,
    set_menus=(
        replace(
            MENU_CATALOGUE.set_menus[0],
            slots=(
                MenuSlot({"en": "Main"}, frozenset({"spaghetti", "roast"}), frozenset()),
                MenuSlot({"en": "Drink"}, frozenset(), frozenset({"drinks"})),
            ),
            prices=(replace(MENU_CATALOGUE.set_menus[0].prices[0], amount_minor=400),),
        ),
    ),
)


@pytest.fixture
def diner(canteen: Canteen) -> Diner:
    canteen.publish(CHOICE)
    return canteen.open()


def say(canteen: Canteen, *articles: tuple[str, bool, int | None]) -> None:
    """A board comes from head office."""
    canteen.version += 1
    write_board(
        board_path(canteen.folder),
        {
            "v": 1,
            "terminal": "kiosk-1",
            "epoch": 1,
            "upto": 0,
            "version": canteen.version,
            "as_of": datetime(2026, 11, 20, 11, 0, canteen.version, tzinfo=UTC).isoformat(),
            "business_day": DAY.isoformat(),
            "availability": [{"article": a, "sold_out": gone, "left": left} for a, gone, left in articles],
            "orders": [],
        },
    )


def menu_tile(diner: Diner) -> tuple[str, str, list[str], bool]:
    diner.touch(ShowCategory(":set-menus"))
    (tile,) = diner.order.tiles
    return tile.name, tile.detail, [chip.text for chip in tile.badges], tile.can_add


def test_what_the_kitchen_marks_as_sold_out_can_be_read_and_not_added(canteen: Canteen, diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(ShowCategory("mains"), QuickAdd("spaghetti"))
    assert diner.tile("spaghetti").can_add
    say(canteen, ("spaghetti", True, None))
    diner.wait(3)
    tile = diner.tile("spaghetti")
    assert (tile.available, tile.can_add, [chip.text for chip in tile.badges]) == (False, False, ["Sold out"])
    assert tile.name == "Spaghetti with lentil bolognese"
    for more in (QuickAdd("spaghetti"), ChangeLine(0, 1)):
        diner.touch(more)
        assert diner.notice.text == "Spaghetti with lentil bolognese is sold out."
    diner.touch(OpenArticle("spaghetti"))
    assert (diner.sheet.can_add, diner.sheet.add_label) == (False, "Sold out")
    assert [line[0] for line in diner.basket()] == ["1"]


def test_what_was_sold_out_in_the_morning_comes_back(canteen: Canteen, diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(ShowCategory("mains"))
    assert not diner.tile("burger").available
    say(canteen, ("burger", False, 3))
    diner.wait(3)
    assert [chip.text for chip in diner.tile("burger").badges] == ["3 left"]
    diner.scan("4000000000044")
    assert diner.basket()[0][1] == "Burger"


def test_portions_are_counted_as_they_are_now(canteen: Canteen, diner: Diner) -> None:
    say(canteen, ("pollock", False, 1))
    diner.badge(ANNA)
    diner.touch(ShowCategory("mains"))
    diner.wait(3)
    diner.touch(OpenArticle("pollock"), ChangeQuantity(1))
    assert diner.notice.text == "Only 1 portion of Pollock is left."
    diner.touch(AddToBasket(), Pay(), ConfirmPayment())
    diner.badge(ANNA)
    diner.wait(4)
    diner.badge(ANNA)
    diner.touch(ShowCategory("mains"))
    assert not diner.tile("pollock").available, "the last one has just been sold here"


def test_badge_and_three_touches_make_a_lunch(diner: Diner) -> None:
    diner.badge(ANNA)
    (tile,) = diner.order.tiles
    assert (tile.name, tile.price) == ("Menu A", "4.00")
    assert [chip.name for chip in diner.order.categories if chip.chosen] == ["Set menus"]
    diner.touch(PressSetMenu(tile.set_menu_id))
    assert diner.basket() == [
        ("1", "Spaghetti with lentil bolognese", "3.95"),
        ("1", "Water", "1.20"),
        ("", "Set menu: Menu A", "−1.15"),
    ]
    diner.touch(Pay(), ConfirmPayment())
    (payload,) = diner.tickets()
    ticket = from_payload(payload)
    assert (ticket.total_minor, [menu.price_minor for menu in ticket.menus]) == (400, [400])


def test_the_tile_says_what_is_in_it_and_what_it_saves(canteen: Canteen, diner: Diner) -> None:
    diner.badge(ANNA)
    assert menu_tile(diner) == ("Menu A", "Spaghetti with lentil bolognese + Water", ["saves 1.15 €"], True)
    say(canteen, ("spaghetti", True, None))
    diner.wait(3)
    assert menu_tile(diner) == ("Menu A", "Roast + Water", ["saves 3.40 €"], True)
    say(canteen, ("spaghetti", True, None), ("water", False, 0))
    diner.wait(3)
    assert menu_tile(diner)[2:] == (["Sold out"], False)
    diner.touch(PressSetMenu("menu-a"))
    assert diner.notice.text == "Menu A is sold out."
    assert diner.basket() == []


def test_every_part_of_a_set_menu_can_be_chosen(diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(OpenSetMenu("menu-a"))
    assert [section.title for section in diner.sheet.sections] == ["Main", "Drink"]
    assert "Spaghetti with lentil bolognese: Cereals containing gluten, Celery" in diner.sheet.allergens_text
    diner.touch(ToggleOption("0", "roast"), ToggleOption("0", "water"), ToggleOption("7", "roast"), ChangeQuantity(1))
    assert (diner.sheet.detail, diner.sheet.add_label) == ("Roast + Water", "Add for 8.00 €")
    diner.touch(AddToBasket())
    assert [(line[0], line[1]) for line in diner.basket()] == [("2", "Roast"), ("2", "Water")] + [
        ("", "Set menu: Menu A")
    ] * 2


def test_a_set_menu_that_sells_out_while_it_lies_open_cannot_be_added(canteen: Canteen, diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(OpenSetMenu("menu-a"))
    say(canteen, ("spaghetti", True, None))
    diner.wait(3)
    assert (diner.sheet.can_add, diner.sheet.add_label) == (False, "Sold out")
    diner.touch(AddToBasket())
    assert diner.basket() == []


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"blocked": True}, "Badge blocked"),
        ({"valid_to": "2026-11-19"}, "Badge expired"),
        ({"valid_from": "2026-11-21"}, "Badge not valid yet"),
        ({"replaced": True}, "Badge replaced"),
    ],
)
def test_a_badge_that_does_not_count_is_explained(canteen: Canteen, changes: dict[str, object], title: str) -> None:
    canteen.publish(CHOICE)
    canteen.send_guests(guest("anna", "Anna Keller", 2340, [badge(ANNA, **changes)]))
    diner = canteen.open()
    diner.badge(ANNA)
    assert diner.notice.title == title
