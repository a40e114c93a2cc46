"""People who walk away."""

from __future__ import annotations

import pytest

from appliance.flows.intents import (
    ChooseLanguage,
    OpenArticle,
    OrderAsGuest,
    Pay,
    QuickAdd,
    StillHere,
    ToggleHighContrast,
)
from appliance.presenters.views import AttractScreen
from hal.health import READY
from tests.appliance.canteen import ANNA, Diner


def test_somebody_who_left_is_asked_and_then_forgotten(diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"))
    diner.wait(44)
    assert diner.view.timeout is None
    diner.wait(2)
    warning = diner.view.timeout
    assert warning is not None
    assert (warning.title, warning.text) == ("Are you still there?", "Your order will be cleared in 14 seconds.")
    diner.wait(13)
    warning = diner.view.timeout
    assert warning is not None
    assert warning.text == "Your order will be cleared in 1 second."
    diner.wait(1)
    assert isinstance(diner.view.screen, AttractScreen)
    diner.touch(OrderAsGuest())
    assert (diner.basket(), diner.order.guest) == ([], None)


@pytest.mark.parametrize("back_again", ["button", "badge", "scanner"])
def test_whoever_comes_back_in_time_finds_everything(diner: Diner, back_again: str) -> None:
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), Pay())
    diner.wait(50)
    assert diner.view.timeout is not None
    if back_again == "button":
        diner.touch(StillHere())
    elif back_again == "badge":
        diner.badge(ANNA)
    else:
        diner.scan("4006381333931")
    assert diner.view.timeout is None
    diner.wait(44)
    assert diner.checkout.guest is not None
    assert diner.basket()[0][1] == "Spaghetti with lentil bolognese"


def test_news_from_devices_and_head_office_do_not_keep_an_order_alive(diner: Diner) -> None:
    diner.touch(OrderAsGuest())
    for _ in range(70):
        diner.wait(1)
        diner.health("badge", READY)
    assert isinstance(diner.view.screen, AttractScreen)


def test_language_and_contrast_of_one_diner_are_not_left_to_the_next(diner: Diner) -> None:
    diner.touch(ChooseLanguage("fr"), ToggleHighContrast())
    assert diner.attract.guest_button == "Commander en invité"
    assert diner.view.high_contrast
    diner.wait(61)
    assert diner.attract.guest_button == "Order as a guest"
    assert not diner.view.high_contrast


def test_the_waiting_screen_never_warns(diner: Diner) -> None:
    diner.wait(200)
    assert diner.view.timeout is None


def test_an_open_article_is_dropped_with_the_order(diner: Diner) -> None:
    diner.touch(OrderAsGuest(), OpenArticle("spaghetti"))
    diner.wait(61)
    assert diner.view.sheet is None
