"""Every screen, in every size and language: all of it legible, nothing on top of another, all of it touchable."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.appliance.ui.gallery import gallery

ROOT = Path(__file__).parents[3]
SIZES = ("1080x1920", "1280x800", "1024x600")


@pytest.fixture(scope="module", params=SIZES)
def found(request: pytest.FixtureRequest) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("inspection.py")), request.param],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_every_text_stands_out_in_the_picture(found: dict[str, Any]) -> None:
    assert found["faint"] == []


def test_every_screen_draws_something(found: dict[str, Any]) -> None:
    assert set(found["drawn"]) == set(gallery("de"))
    assert min(found["drawn"].values()) > 8


@pytest.mark.parametrize("fault", ["clipped", "outside", "shortened", "overlap"])
def test_every_text_has_its_room(found: dict[str, Any], fault: str) -> None:
    assert found[fault] == []


def test_every_target_is_as_large_as_a_finger(found: dict[str, Any]) -> None:
    """64 pixels, and 15 mm on the screens that kiosks of these sizes have."""
    assert found["small"] == []


@pytest.mark.parametrize(
    ("screen", "intents"),
    [
        ("attract", {"OrderAsGuest()", "ChooseLanguage(language='de')", "ToggleHighContrast()"}),
        (
            "order",
            {
                "ShowCategory(category_id='soups')",
                "OpenArticle(article_id='spaghetti')",
                "QuickAdd(article_id='spaghetti')",
                "ChangeLine(index=0, delta=-1)",
                "ChangeLine(index=0, delta=1)",
                "ChooseService(service='take_away')",
                "StartAgain()",
                "Pay()",
            },
        ),
        (
            "article",
            {
                "CloseArticle()",
                "ToggleOption(group_id='side', option_id='sweet')",
                "ChangeQuantity(delta=1)",
                "AddToBasket()",
            },
        ),
        ("checkout", {"ConfirmPayment()", "Back()", "ChooseService(service='eat_in')"}),
        ("done", {"Finish()"}),
    ],
)
def test_a_touch_sends_what_it_stands_on(found: dict[str, Any], screen: str, intents: set[str]) -> None:
    assert intents <= set(found["taps"][screen])


def test_what_cannot_be_done_sends_nothing(found: dict[str, Any]) -> None:
    assert "Pay()" not in found["taps"]["order-guest"]
    assert "QuickAdd(article_id='burger')" not in found["taps"]["order"]
    assert "ConfirmPayment()" not in found["taps"]["checkout-problem"]
    assert "ChangeQuantity(delta=-1)" not in found["taps"]["article"]


def test_a_layer_keeps_touches_from_the_screen_below(found: dict[str, Any]) -> None:
    assert found["taps"]["notice"] == ["DismissNotice()"]
    assert found["taps"]["timeout"] == ["StartAgain()", "StillHere()"]


def test_another_basket_leaves_the_tiles_alone(found: dict[str, Any]) -> None:
    assert found["kept"]


def _words(found: dict[str, Any], screen: str) -> set[str]:
    return {text for target in found["described"][screen] for text in target["texts"]}


def test_a_screen_says_in_words_what_can_be_read_and_touched(found: dict[str, Any]) -> None:
    attract = found["described"]["attract"]
    assert {"Mensa am Park", "What would you like today?", "Badge here"} <= _words(found, "attract")
    touchable = {text for target in attract if target["touch"] for text in target["texts"]}
    assert touchable >= {"Order as a guest", "English", "Deutsch"}
    assert "Badge here" not in touchable


def test_a_tile_is_one_thing_with_all_that_is_written_on_it(found: dict[str, Any]) -> None:
    (tile,) = [target for target in found["described"]["order"] if target["touch"] and "3.95\u00a0€" in target["texts"]]
    assert {"Spaghetti with lentil bolognese", "vegan", "GL", "CE"} <= set(tile["texts"])


def test_what_is_scrolled_out_of_sight_is_not_in_the_words(found: dict[str, Any]) -> None:
    assert "Spaghetti with lentil bolognese" in _words(found, "order")
    assert "Cook’s recommendation" not in _words(found, "order")


def test_below_a_message_there_are_no_words(found: dict[str, Any]) -> None:
    assert "We do not know this badge" in _words(found, "notice")
    assert "Mensa am Park" not in _words(found, "notice")


def test_everything_in_words_lies_on_the_screen(found: dict[str, Any], request: pytest.FixtureRequest) -> None:
    width, height = map(int, request.node.callspec.params["found"].split("x"))
    for screen, targets in found["described"].items():
        for target in targets:
            assert 0 <= target["x"] + target["width"] / 2 <= width, (screen, target)
            assert 0 <= target["y"] + target["height"] / 2 <= height, (screen, target)
