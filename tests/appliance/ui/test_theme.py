"""The look's values: legible colours, and sizes that fingers and eyes can use on every screen."""

from __future__ import annotations

import pytest

from appliance.ui import assets
from appliance.ui.theme import HIGH_CONTRAST, MINIMUM_TARGET_PX, NORMAL, Palette, Theme, colour, contrast, text_pairs

SIZES = ((1080, 1920), (1280, 800), (1024, 600))


@pytest.mark.parametrize("palette", [NORMAL, HIGH_CONTRAST], ids=["normal", "high contrast"])
def test_every_text_stands_out_from_its_ground(palette: Palette) -> None:
    weak = {name: round(contrast(*pair), 2) for name, pair in text_pairs(palette).items() if contrast(*pair) < 4.5}
    assert weak == {}


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(colour("#000000"), colour("#FFFFFF")) == pytest.approx(21)
    assert contrast(colour("#767676"), colour("#FFFFFF")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_sizes_never_fall_below_what_can_be_read_and_touched(width: int, height: int) -> None:
    theme = Theme(width, height)
    assert theme.space("target") >= MINIMUM_TARGET_PX
    assert theme.space("big_target") >= MINIMUM_TARGET_PX
    assert theme.type("tiny") >= 13
    assert theme.type("body") >= 16
    assert theme.type("body") > theme.type("detail") - 1 > theme.type("tiny") - 1


def test_a_missing_picture_is_no_picture() -> None:
    assert assets.picture("no_such_dish", 100) == ""
    assert assets.picture("../icons/36/check", 100) == ""
    assert assets.picture("", 100) == ""


def test_a_picture_comes_in_the_size_above() -> None:
    assert assets.picture("spaghetti", 100).endswith("food/120/spaghetti.png")
    assert assets.picture("spaghetti", 121).endswith("food/240/spaghetti.png")
    assert assets.picture("spaghetti", 999).endswith("food/240/spaghetti.png")


@pytest.mark.parametrize("weight", [400, 500, 600, 700, 800])
def test_the_letters_are_installed(weight: int) -> None:
    assert "Inter-" in assets.font(weight)


@pytest.mark.parametrize(("width", "height", "diagonal_mm"), [(1024, 600, 257), (1280, 800, 217), (1080, 1920, 546)])
def test_a_target_is_15_mm_where_the_size_of_the_screen_is_known(width: int, height: int, diagonal_mm: int) -> None:
    mm_per_px = diagonal_mm / (width**2 + height**2) ** 0.5
    assert Theme(width, height, diagonal_mm=diagonal_mm).space("target") * mm_per_px >= 15
