"""Set menus: found in any order of taps, never dearer, and taxed to the cent."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sales.basket import SetMenuNotAvailable
from sales.catalogue import Article, CatalogueError, Unit
from sales.discount import Discount
from sales.funding import Diner
from sales.menus import MenuSlot, SetMenu
from sales.recognition import Piece, recognise
from sales.tax import TaxLine
from tests.sales.canteen import GUEST, SAUCE, article, cash, price, sell
from tests.sales.werk import ANNA, DISH_AND_DRINK, WERK, WITH_MENU, lunch, menu, slot, terms

PLAIN = replace(WITH_MENU, meal_terms=())


def test_a_menu_for_ten_is_seven_at_7_and_three_at_19_per_cent() -> None:
    basket = lunch("steak", "cola", catalogue=PLAIN)
    assert basket.total_minor == 1000
    assert [(line.amount_minor, line.rate_bp, line.menu) for line in basket.bill.lines] == [
        (700, 700, 1),
        (300, 1900, 1),
    ]
    assert basket.taxes() == (TaxLine(700, 700, 654, 46), TaxLine(1900, 300, 252, 48))
    (found,) = basket.bill.menus
    assert (found.set_menu, found.price_minor, found.saved_minor) == (DISH_AND_DRINK, 1000, 200)


def test_any_order_of_taps_makes_the_same_menu() -> None:
    bills = [lunch(*taps, catalogue=PLAIN).bill for taps in permutations(["bread", "cola", "steak", "cake"])]
    assert {bill.total_minor for bill in bills} == {1000 + 90 + 280}
    assert len({bill.taxes for bill in bills}) == 1


def test_only_some_of_a_line_may_belong_to_a_menu() -> None:
    basket = lunch("steak", "steak", "cola", catalogue=PLAIN)
    lines = [(line.article.id, line.quantity, line.menu) for line in basket.bill.lines if line.article]
    assert lines == [("steak", 1, 1), ("steak", 1, None), ("cola", 1, 1)]
    assert [line.basket_index for line in basket.bill.lines] == [0, 0, 1]
    assert [line.quantity for line in basket.lines] == [2, 1]


def test_a_menu_that_saves_nothing_is_not_made() -> None:
    basket = lunch("dish", "water", catalogue=PLAIN)
    assert (basket.total_minor, basket.bill.menus) == (770, ())


def test_the_price_depends_on_the_guest() -> None:
    for_staff = menu("lunch", 1000, slot(category="mains"), slot(category="drinks"), staff_minor=900)
    catalogue = replace(PLAIN, set_menus=(for_staff,))
    assert lunch("steak", "cola", catalogue=catalogue).total_minor == 900
    assert lunch("steak", "cola", catalogue=catalogue, diner=Diner()).total_minor == 1000
    staff_only = replace(for_staff, prices=for_staff.prices[1:])
    assert lunch("steak", "cola", catalogue=replace(PLAIN, set_menus=(staff_only,)), diner=Diner()).total_minor == 1200


def test_surcharges_of_options_stay_on_top() -> None:
    with_sauce = [replace(a, option_groups=(SAUCE,)) if a.id == "steak" else a for a in PLAIN.articles]
    basket = lunch("cola", catalogue=replace(PLAIN, articles=tuple(with_sauce)))
    basket.add("steak", option_ids=["pepper"])
    assert basket.total_minor == 1050
    assert sell(basket, cash(1050)).menus[0].price_minor == 1000


def test_what_is_weighed_takes_no_part() -> None:
    weighed = article("buffet", unit=Unit.PER_100_G, tax_class_id="meal")
    catalogue = replace(PLAIN, articles=(*PLAIN.articles, weighed), prices=(*PLAIN.prices, price("buffet", 200)))
    basket = lunch("cola", catalogue=catalogue)
    basket.add("buffet", weight_g=500)
    assert (basket.total_minor, basket.bill.menus) == (1360, ())


def test_a_line_changed_by_hand_takes_no_part() -> None:
    basket = lunch("steak", "cola", catalogue=PLAIN)
    basket.discount_line(1, Discount("Friends", percent_bp=1000))
    assert (basket.total_minor, basket.bill.menus) == (840 + 324, ())
    basket.discount_line(1, None)
    assert basket.total_minor == 1000
    basket.override_price(0, 500, "cold")
    assert (basket.total_minor, basket.bill.menus) == (860, ())


def test_a_menu_counts_as_a_meal() -> None:
    snack = menu("snack", 300, slot("cake"), slot("water"))
    catalogue = replace(
        WERK, set_menus=(snack,), meal_terms=(terms(fee_minor=0, fee_tax_class_id=None, share_minor=200),)
    )
    basket = lunch("cake", "water", catalogue=catalogue)
    assert (basket.total_minor, basket.to_pay_minor, len(basket.bill.menus)) == (300, 100, 1)


def test_a_menu_that_would_cost_more_by_its_fee_is_not_made() -> None:
    snack = menu("snack", 300, slot("cake"), slot("water"))
    basket = lunch("cake", "water", catalogue=replace(WERK, set_menus=(snack,)), diner=Diner("staff", GUEST))
    assert (basket.to_pay_minor, basket.bill.menus) == (430, ())


def test_a_key_adds_all_parts_of_a_menu_as_one_change() -> None:
    basket = lunch("bread", catalogue=PLAIN)
    basket.add_set_menu("lunch")
    assert [line.article.id for line in basket.lines] == ["bread", "dish", "cola"]
    assert basket.undo()
    assert [line.article.id for line in basket.lines] == ["bread"]


def test_a_key_takes_what_can_be_had() -> None:
    gone = [replace(a, sold_out=a.id in ("dish", "cola")) for a in PLAIN.articles]
    basket = lunch(catalogue=replace(PLAIN, articles=tuple(gone)))
    basket.add_set_menu("lunch")
    assert [line.article.id for line in basket.lines] == ["steak", "water"]
    nothing = [replace(a, sold_out=a.category_id == "drinks") for a in PLAIN.articles]
    basket = lunch(catalogue=replace(PLAIN, articles=tuple(nothing)))
    with pytest.raises(SetMenuNotAvailable) as refused:
        basket.add_set_menu("lunch")
    assert (refused.value.slot, basket.is_empty) == (1, True)


def test_a_key_takes_what_needs_options_last_and_then_the_cheapest() -> None:
    asking = [replace(a, option_groups=(SAUCE,)) if a.id == "dish" else a for a in PLAIN.articles]
    basket = lunch(catalogue=replace(PLAIN, articles=tuple(asking)))
    basket.add_set_menu("lunch")
    assert basket.lines[0].article.id == "steak"
    both = [replace(a, option_groups=(SAUCE,)) if a.category_id == "mains" else a for a in PLAIN.articles]
    basket = lunch(catalogue=replace(PLAIN, articles=tuple(both)))
    basket.add_set_menu("lunch")
    cheapest = min(SAUCE.options, key=lambda option: option.price_minor)
    assert basket.lines[0].options == (cheapest,)


def test_twelve_menus_over_thirty_pieces_are_found() -> None:
    sets = [menu(f"m{n}", 900 + n, slot(category="mains"), slot(category="drinks"), slot("cake")) for n in range(12)]
    basket = lunch(catalogue=replace(PLAIN, set_menus=tuple(sets)))
    for article_id in ("steak", "cola", "cake"):
        basket.add(article_id, 10)
    assert basket.total_minor == 9000
    assert {found.set_menu.id for found in basket.bill.menus} == {"m0"}


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: menu("m", 100), "has no slots"),
        (lambda: menu("m", 100, slot()), "nothing fits"),
        (lambda: menu("m", -1, slot("dish")), "below zero"),
        (lambda: replace(WERK, set_menus=(menu("m", 1, slot("goose")),)), "no article has the id 'goose'"),
        (lambda: replace(WERK, set_menus=(menu("m", 1, slot(category="x")),)), "no category has the id 'x'"),
        (lambda: replace(WERK, set_menus=(DISH_AND_DRINK,) * 2), "is there twice"),
        (
            lambda: replace(
                WERK, set_menus=(replace(menu("m", 1, slot("dish"), staff_minor=2), name={}),), guest_categories=()
            ),
            "guest category",
        ),
    ],
)
def test_menus_that_make_no_sense_are_refused(build: object, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        build()  # type: ignore[operator]


DISHES = tuple(article(f"d{index}", category_id=f"c{index % 3}") for index in range(6))


@st.composite
def offers(draw: st.DrawFn) -> list[tuple[SetMenu, int]]:
    parts = st.builds(
        lambda ids, categories: MenuSlot({"en": "x"}, frozenset(ids), frozenset(categories)),
        st.sets(st.sampled_from([dish.id for dish in DISHES]), min_size=1, max_size=3),
        st.sets(st.sampled_from(["c0", "c1", "c2"]), max_size=1),
    )
    count = draw(st.integers(1, 4))
    return [
        (
            SetMenu(f"m{n}", {"en": "m"}, tuple(draw(st.lists(parts, min_size=1, max_size=3))), ()),
            draw(st.integers(0, 400)),
        )
        for n in range(count)
    ]


@st.composite
def pieces(draw: st.DrawFn) -> list[Piece]:
    list_minor = {dish.id: draw(st.integers(0, 200)) for dish in DISHES}
    dishes = draw(st.lists(st.sampled_from(DISHES), max_size=7))
    return [Piece(dish, list_minor[dish.id], (), line) for line, dish in enumerate(dishes)]


def _fills(chosen: Sequence[Article], slots: Sequence[MenuSlot]) -> bool:
    return any(all(part.takes(dish) for part, dish in zip(slots, order, strict=True)) for order in permutations(chosen))


def _most_saved(tray: Sequence[Piece], menus: Sequence[tuple[SetMenu, int]]) -> int:
    """Try everything."""

    @cache
    def most(left: frozenset[int]) -> int:
        best = 0
        for set_menu, price_minor in menus:
            for taken in combinations(sorted(left), len(set_menu.slots)):
                if _fills([tray[index].article for index in taken], set_menu.slots):
                    saved = sum(tray[index].list_minor for index in taken) - price_minor
                    if saved > 0:
                        best = max(best, saved + most(left - set(taken)))
        return best

    return most(frozenset(range(len(tray))))


@given(pieces(), offers(), st.randoms(use_true_random=False))
@settings(max_examples=250, deadline=None)
def test_no_other_choice_of_menus_saves_more(
    tray: list[Piece], menus: list[tuple[SetMenu, int]], random: object
) -> None:
    found = recognise(tray, menus)
    assert sum(one.saved_minor for one in found) == _most_saved(tray, menus)
    taken = [piece.line for one in found for piece in one.pieces]
    assert len(taken) == len(set(taken))
    assert all(one.saved_minor > 0 for one in found)
    assert all(_fills([piece.article for piece in one.pieces], one.set_menu.slots) for one in found)


@given(pieces(), offers(), st.data())
@settings(max_examples=150, deadline=None)
def test_the_order_of_taps_does_not_choose_the_menus(
    tray: list[Piece], menus: list[tuple[SetMenu, int]], data: st.DataObject
) -> None:
    def of(taps: Sequence[Piece]) -> list[tuple[str, list[str]]]:
        found = recognise([replace(piece, line=line) for line, piece in enumerate(taps)], menus)
        return [(one.set_menu.id, [piece.article.id for piece in one.pieces]) for one in found]

    assert of(tray) == of(data.draw(st.permutations(tray)))


def test_staff_with_a_share_pay_the_menu_less_the_share() -> None:
    basket = lunch("steak", "cola", catalogue=WITH_MENU, diner=ANNA)
    assert (basket.total_minor, basket.to_pay_minor) == (1410, 1110)
