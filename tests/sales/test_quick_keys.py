"""Which keys a till shows, and layouts that are refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sales.catalogue import CatalogueError
from sales.quick_keys import QuickKey, QuickKeyLayout
from tests.sales.canteen import article
from tests.sales.werk import WERK, WITH_MENU


def key(column: int, *, page: int = 0, row: int = 0, **what: Any) -> QuickKey:
    sells = {"article_id": "dish", "set_menu_id": None, **what}
    return QuickKey(page, row, column, **sells)


def layout(layout_id: str, *keys: QuickKey, terminals: tuple[str, ...] = ()) -> QuickKeyLayout:
    return QuickKeyLayout(layout_id, layout_id, 4, 2, terminals, keys)


GENERAL, ESPRESSO_BAR = layout("general", key(0)), layout("bar", key(1), terminals=("till-2", "till-3"))


def test_a_till_shows_the_layout_that_names_it_else_the_general_one() -> None:
    catalogue = replace(WERK, quick_key_layouts=(GENERAL, ESPRESSO_BAR))
    assert catalogue.layout_for("till-3") == ESPRESSO_BAR
    assert catalogue.layout_for("till-9") == GENERAL
    assert replace(WERK, quick_key_layouts=(ESPRESSO_BAR,)).layout_for("till-9") is None


def test_a_page_lists_its_keys_by_row_and_column() -> None:
    keys = (key(1, row=1), key(3), key(0, page=1), key(0))
    both = layout("general", *keys)
    assert both.pages == 2
    assert both.page(0) == (keys[3], keys[1], keys[0])
    assert layout("empty").pages == 1


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: key(0, set_menu_id="lunch"), "either an article or a set menu"),
        (lambda: key(0, article_id=None), "either an article or a set menu"),
        (lambda: key(-1), "below zero"),
        (lambda: layout("x", key(4)), "outside 4 x 2"),
        (lambda: layout("x", key(0, row=2)), "outside 4 x 2"),
        (lambda: layout("x", key(0), key(0, article_id="cola")), "two keys at"),
        (lambda: replace(layout("x"), columns=0), "at least one column"),
        (lambda: replace(WERK, quick_key_layouts=(GENERAL, layout("more"))), "every other terminal"),
        (
            lambda: replace(WERK, quick_key_layouts=(ESPRESSO_BAR, replace(ESPRESSO_BAR, id="two"))),
            "both for terminal 'till-2'",
        ),
        (lambda: replace(WERK, quick_key_layouts=(layout("x", key(0, article_id="goose")),)), "no article has the id"),
        (
            lambda: replace(WITH_MENU, quick_key_layouts=(layout("x", key(0, article_id=None, set_menu_id="x")),)),
            "no set menu has the id 'x'",
        ),
        (lambda: replace(WERK, quick_key_layouts=(layout("x", key(0, tint="pink")),)), "tint 'pink'"),
        (
            lambda: replace(WERK, articles=(*WERK.articles, article("admission-fee", tax_class_id="meal"))),
            "kept for the fee",
        ),
    ],
)
def test_keys_that_make_no_sense_are_refused(build: Callable[[], object], message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        build()
