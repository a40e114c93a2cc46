"""Putting a meal together, in the words of who is hungry."""

from __future__ import annotations

import pytest

from appliance.flows.intents import (
    AddToBasket,
    Back,
    ChangeLine,
    ChangeQuantity,
    CloseArticle,
    OpenArticle,
    OrderAsGuest,
    Pay,
    QuickAdd,
    ShowCategory,
    StartAgain,
    ToggleOption,
)
from appliance.presenters.views import AttractScreen, CheckoutScreen, OrderScreen, Tone
from tests.appliance.canteen import ANNA, Diner


@pytest.fixture
def hungry(diner: Diner) -> Diner:
    diner.touch(OrderAsGuest())
    return diner


def test_the_waiting_screen_asks_one_question_and_names_the_meal(diner: Diner) -> None:
    assert diner.attract.title == "What would you like today?"
    assert diner.attract.header.store_name == "Mensa am Park"
    assert diner.attract.header.subtitle == "Lunch until 14:00"
    assert diner.attract.pictures[0] == "spaghetti"
    assert len(set(diner.attract.pictures)) == 9


def test_a_guest_sees_the_categories_that_have_something_in_menu_order(hungry: Diner) -> None:
    assert [chip.name for chip in hungry.order.categories] == ["Mains", "Sides", "Drinks"]
    assert [chip.chosen for chip in hungry.order.categories] == [True, False, False]


def test_a_tile_says_what_it_is_what_it_costs_and_what_is_in_it(hungry: Diner) -> None:
    tile = hungry.tile("spaghetti")
    assert (tile.name, tile.detail, tile.price) == ("Spaghetti with lentil bolognese", "Carrots, celery, thyme", "4.95")
    assert [chip.text for chip in tile.allergens] == ["GL", "CE"]
    assert [chip.text for chip in tile.badges] == ["vegan"]


def test_nobody_said_is_not_the_same_as_free_from(hungry: Diner) -> None:
    assert [chip.text for chip in hungry.tile("chicken").allergens] == ["not stated"]
    hungry.touch(OpenArticle("chicken"))
    assert hungry.sheet.allergens_text == "Not stated. Please ask at the counter."
    hungry.touch(CloseArticle(), ShowCategory("drinks"))
    assert hungry.tile("water").allergens == ()
    hungry.touch(OpenArticle("water"))
    assert hungry.sheet.allergens_text == "None of the 14 allergens that must be declared."


def test_the_article_names_its_allergens_in_words(hungry: Diner) -> None:
    hungry.touch(OpenArticle("spaghetti"))
    assert hungry.sheet.allergens_text == "Cereals containing gluten, Celery"
    assert hungry.sheet.notes == "contains preservatives"


def test_what_is_not_on_todays_menu_is_not_shown(hungry: Diner) -> None:
    assert "goose" not in [tile.article_id for tile in hungry.order.tiles]
    hungry.touch(OpenArticle("goose"))
    assert hungry.view.sheet is None


def test_a_choice_that_must_be_made_is_asked_for_before_adding(hungry: Diner) -> None:
    hungry.touch(QuickAdd("chicken"))
    assert not hungry.sheet.can_add
    assert hungry.sheet.add_label == "Please choose: Side"
    hungry.touch(AddToBasket())
    assert hungry.basket() == []
    hungry.touch(ToggleOption("side", "rice"), ToggleOption("side", "fries"), ToggleOption("extras", "egg"))
    assert [row.option_id for section in hungry.sheet.sections for row in section.options if row.chosen] == [
        "fries",
        "egg",
    ]
    assert hungry.sheet.add_label == "Add for 6.70 €"
    hungry.touch(AddToBasket())
    assert hungry.basket() == [("1", "Chicken", "6.70")]
    assert hungry.view.sheet is None


def test_a_choice_can_be_taken_back_and_no_more_than_allowed_is_taken(hungry: Diner) -> None:
    hungry.touch(OpenArticle("chicken"), *(ToggleOption("extras", name) for name in ("onion", "egg", "dip")))
    extras = hungry.sheet.sections[1]
    assert [row.option_id for row in extras.options if row.chosen] == ["onion", "egg"]
    hungry.touch(ToggleOption("extras", "onion"), ToggleOption("extras", "no-such"), ToggleOption("none", "egg"))
    assert [row.option_id for row in hungry.sheet.sections[1].options if row.chosen] == ["egg"]


def test_quantities_go_up_and_down_and_never_below_one_on_the_sheet(hungry: Diner) -> None:
    hungry.touch(OpenArticle("spaghetti"), ChangeQuantity(1), ChangeQuantity(1))
    assert (hungry.sheet.quantity, hungry.sheet.add_label) == ("3", "Add for 14.85 €")
    hungry.touch(ChangeQuantity(-9))
    assert (hungry.sheet.quantity, hungry.sheet.can_decrease) == ("1", False)


def test_basket_lines_change_and_vanish_at_zero(hungry: Diner) -> None:
    hungry.touch(QuickAdd("spaghetti"), QuickAdd("spaghetti"), QuickAdd("pollock"))
    assert hungry.basket() == [("2", "Spaghetti with lentil bolognese", "9.90"), ("1", "Pollock", "5.80")]
    hungry.touch(ChangeLine(0, -2), ChangeLine(7, 1))
    assert hungry.basket() == [("1", "Pollock", "5.80")]
    assert hungry.order.basket.total == "5.80 €"


def test_sold_out_is_readable_and_cannot_be_added(hungry: Diner) -> None:
    tile = hungry.tile("burger")
    assert not tile.available
    assert [chip.text for chip in tile.badges] == ["Sold out"]
    hungry.touch(QuickAdd("burger"))
    assert hungry.notice.text == "Burger is sold out."
    hungry.touch(Back(), OpenArticle("burger"))
    assert (hungry.sheet.can_add, hungry.sheet.add_label) == (False, "Sold out")
    assert hungry.basket() == []


def test_no_more_than_the_portions_left_can_be_taken(hungry: Diner) -> None:
    assert [chip.text for chip in hungry.tile("pollock").badges] == ["2 left"]
    hungry.touch(QuickAdd("pollock"), QuickAdd("pollock"), QuickAdd("pollock"))
    assert hungry.notice.text == "Only 2 portions of Pollock are left."
    assert hungry.basket() == [("2", "Pollock", "11.60")]


def test_a_stuck_finger_does_not_order_a_hundred(hungry: Diner) -> None:
    hungry.touch(QuickAdd("spaghetti"), ChangeLine(0, 19))
    assert hungry.view.notice is None
    hungry.touch(ChangeLine(0, 1))
    assert hungry.notice.title == "That is a lot"
    assert hungry.basket()[0][0] == "20"


def test_food_by_weight_is_shown_with_its_price_and_sent_to_the_till(hungry: Diner) -> None:
    hungry.touch(ShowCategory("sides"))
    assert hungry.tile("salad-bar").price == "0.99 / 100 g"
    assert not hungry.tile("salad-bar").can_add
    hungry.touch(QuickAdd("salad-bar"))
    assert (hungry.sheet.can_add, hungry.sheet.add_label) == (False, "Weighed at the till")


def test_a_scanned_bottle_is_in_the_basket_even_from_the_waiting_screen(diner: Diner) -> None:
    diner.scan("4006381333931")
    assert diner.basket() == [("1", "Water", "1.20")]
    diner.scan("4006381333931\r\n")
    assert diner.basket() == [("2", "Water", "2.40")]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("999", "Nothing is sold here under the barcode 999."),
        ("4000000000044", "Burger is sold out."),
        ("4000000000051", "Goose is not on sale today."),
        ("4000000000068", "Salad bar is weighed and paid at the till."),
    ],
)
def test_a_barcode_that_cannot_be_sold_is_explained(hungry: Diner, code: str, text: str) -> None:
    hungry.touch(QuickAdd("spaghetti"))
    hungry.scan(code)
    assert (hungry.notice.text, hungry.notice.tone) == (text, Tone.ATTENTION)
    assert len(hungry.basket()) == 1


def test_paying_an_empty_basket_is_explained(hungry: Diner) -> None:
    assert not hungry.order.basket.can_pay
    hungry.touch(Pay())
    assert hungry.notice.title == "Your basket is empty"
    assert isinstance(hungry.view.screen, OrderScreen)


def test_back_goes_one_step_and_never_loses_the_basket(hungry: Diner) -> None:
    hungry.touch(QuickAdd("spaghetti"), Pay())
    assert isinstance(hungry.view.screen, CheckoutScreen)
    hungry.touch(Back())
    assert len(hungry.basket()) == 1
    hungry.touch(Back())
    assert len(hungry.basket()) == 1
    hungry.touch(ChangeLine(0, -1), Back())
    assert isinstance(hungry.view.screen, AttractScreen)


def test_emptying_the_basket_before_paying_leads_back_to_the_menu(hungry: Diner) -> None:
    hungry.touch(QuickAdd("spaghetti"), Pay(), ChangeLine(0, -1))
    assert hungry.order.basket.empty_text == "Your basket is empty"


def test_start_again_throws_everything_away(diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), StartAgain())
    assert isinstance(diner.view.screen, AttractScreen)
    diner.touch(OrderAsGuest())
    assert diner.basket() == []
    assert diner.order.guest is None


def test_touches_that_belong_to_another_screen_do_nothing(diner: Diner) -> None:
    before = diner.view
    diner.touch(QuickAdd("spaghetti"), Pay(), ChangeLine(0, 1), Back(), AddToBasket())
    assert diner.view == before
