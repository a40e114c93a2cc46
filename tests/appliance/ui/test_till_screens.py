"""The till, the pick-up, the kitchen and the pass-through in every size and language: legible, touchable, and told to the flow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.appliance.ui.gallery_service import service_gallery
from tests.appliance.ui.gallery_till import till_gallery

ROOT = Path(__file__).parents[3]
SIZES = ("1280x800", "1920x1080", "1080x1920")
GALLERIES = {"till": till_gallery, "service": service_gallery}


def _inspect(size: str, role: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("inspection.py")), size, role],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module", params=[(size, role) for size in SIZES for role in GALLERIES], ids="-".join)
def found(request: pytest.FixtureRequest) -> dict[str, Any]:
    size, role = request.param
    return _inspect(size, role) | {"size": size, "role": role}


def test_every_screen_draws_something(found: dict[str, Any]) -> None:
    assert set(found["drawn"]) == set(GALLERIES[found["role"]]("de"))
    assert min(found["drawn"].values()) > 5


@pytest.mark.parametrize("fault", ["clipped", "outside", "shortened", "overlap"])
def test_every_text_has_its_room(found: dict[str, Any], fault: str) -> None:
    assert found[fault] == []


@pytest.mark.parametrize("fault", ["small", "near"])
def test_every_target_is_as_large_as_a_finger_and_stands_apart(found: dict[str, Any], fault: str) -> None:
    assert found[fault] == []


def test_every_text_stands_out_in_the_picture(found: dict[str, Any]) -> None:
    assert found["faint"] == []


def test_targets_are_of_the_size_that_the_screen_says(found: dict[str, Any]) -> None:
    touched = [one for shown in found["described"].values() for one in shown if one["touch"]]
    assert touched or found["role"] == "service"
    assert [one for one in touched if min(one["width"], one["height"]) < 64] == []


TOUCHES = {
    "till": {
        "QuickAdd(article_id='burger')",
        "ChooseLine(index=0)",
        "Undo()",
        "Hold()",
        "ClearBasket()",
        "OpenSearch()",
        "PayByAccount()",
        "PayByCard()",
        "CashGiven(amount_minor=500)",
        "CashGiven(amount_minor=None)",
        "LastSlip()",
    },
    "till-local": {"DismissStrip()", "OpenFunction(name='top_up')"},
    "till-line": {"OneMore()", "RemoveLine()", "OpenFunction(name='line_discount')"},
    "till-pages": {"ShowPage(page=2)"},
    "till-pad": {"Typed(text='7')", "Typed(text='.')", "Backspace()", "ClosePanel()"},
    "till-search": {"Typed(text='ü')", "Typed(text=' ')", "ChooseGuest(guest_id='Müller, Katharina')", "PadDone()"},
    "till-functions": {"OpenFunction(name='x_report')"},
    "till-count": {"CountCoin(value_minor=500)", "Typed(text='3')", "PadDone()"},
    "sign-in": {"ChooseCashier(cashier_id='Marie Lefèvre')"},
    "sign-in-pin": {"Typed(text='0')", "PadDone()"},
    "kitchen": {
        "ChangeOrderState(terminal='T1', epoch=1, number=141, state='ready')",
        "ChangeOrderState(terminal='T1', epoch=1, number=137, state='collected')",
        "ChangeOrderState(terminal='T1', epoch=1, number=137, state='open')",
        "ToggleSoldOut(article_id='burger')",
    },
}


def test_a_touch_sends_what_it_stands_on(found: dict[str, Any]) -> None:
    missing = {
        screen: sorted(intents - set(found["taps"][screen]))
        for screen, intents in TOUCHES.items()
        if screen in found["taps"] and not intents <= set(found["taps"][screen])
    }
    assert missing == {}


def test_what_cannot_be_done_sends_nothing(found: dict[str, Any]) -> None:
    if found["role"] == "service":
        assert [found["taps"][screen] for screen in ("pickup", "pass-good", "pass-refused", "kitchen-empty")][:3] == [
            [],
            [],
            [],
        ]
        return
    assert "QuickAdd(article_id='fish')" not in found["taps"]["till-local"]
    assert "PayByAccount()" not in found["taps"]["till-start"]
    assert "Undo()" not in found["taps"]["till-start"]
    assert "OpenFunction(name='refund')" not in found["taps"]["till-functions"]
    assert "PadDone()" not in found["taps"]["till-pad"]


def _words(found: dict[str, Any], screen: str) -> set[str]:
    return {text for target in found["described"][screen] for text in target["texts"]}


def test_the_newest_of_many_lines_is_in_sight(found: dict[str, Any]) -> None:
    if found["role"] == "till":
        words = _words(found, "till-training")
        assert "Set menu: soup, main, drink" in words
        assert "Training: nothing rung up here counts" in words


def test_the_newest_of_many_numbers_are_in_sight(found: dict[str, Any]) -> None:
    if found["role"] == "service":
        assert {"158", "159"} <= _words(found, "pickup-full")
        assert {"101", "134"} <= _words(found, "pickup-many")


def test_an_answer_is_in_words_and_not_only_in_colour(found: dict[str, Any]) -> None:
    if found["role"] == "service":
        assert {"Enjoy your meal", "Anna-Katharina Oberländer"} <= _words(found, "pass-good")
        assert {"Please see the staff", "Class 7b · Lessing School"} <= _words(found, "pass-refused")
