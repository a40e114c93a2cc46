"""A catalogue finds what is asked for and refuses to contradict itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from sales.catalogue import (
    Allergen,
    Allergens,
    Article,
    Catalogue,
    CatalogueError,
    Category,
    GuestCategory,
    Option,
    OptionGroup,
    Price,
    ServicePeriod,
    Unit,
    UnknownArticle,
    pick,
)
from sales.tax import TaxClass
from tests.sales.canteen import ARTICLES, CANTEEN, DAY, NOON, PRICES, article, price


def test_an_article_is_found_by_id_barcode_and_plu() -> None:
    roll = CANTEEN.article("roll")
    assert roll.name == {"en": "Roll"}
    assert CANTEEN.by_barcode("4006381333931") is roll
    assert CANTEEN.by_barcode("40063812") is roll
    assert CANTEEN.by_plu(101) is CANTEEN.article("schnitzel")


def test_what_is_not_there_is_said() -> None:
    assert CANTEEN.by_barcode("0000") is None
    assert CANTEEN.by_plu(999) is None
    with pytest.raises(UnknownArticle, match="'lobster'"):
        CANTEEN.article("lobster")
    with pytest.raises(CatalogueError, match="'starters'"):
        CANTEEN.category("starters")
    with pytest.raises(CatalogueError, match="'luxury'"):
        CANTEEN.tax_class("luxury")


def test_the_menu_of_the_day_is_ordered_by_shelf_and_keeps_what_is_sold_out() -> None:
    menu = [dish.id for dish in CANTEEN.on_sale(DAY)]
    assert menu == ["schnitzel", "burger", "buffet", "pudding", "salad", "roll", "soup", "coffee"]
    assert "goose" in [dish.id for dish in CANTEEN.on_sale(date(2025, 11, 11))]


def test_a_name_is_shown_in_the_guests_language_else_english_else_any() -> None:
    name = CANTEEN.article("schnitzel").name
    assert pick(name, "fr") == "Escalope, frites"
    assert pick(name, "es") == "Schnitzel with chips"
    assert pick({"de": "Salat"}, "fr") == "Salat"
    with pytest.raises(ValueError, match="at least one language"):
        pick({}, "en")


def test_free_from_differs_from_not_stated() -> None:
    assert CANTEEN.article("coffee").allergens == Allergens(stated=True)
    assert CANTEEN.article("burger").allergens != Allergens(stated=True)
    with pytest.raises(CatalogueError, match="stated"):
        Allergens(stated=False, contains=frozenset({Allergen.MILK}))


def test_the_fourteen_allergens_have_fourteen_codes() -> None:
    codes = [allergen.short for allergen in Allergen]
    assert codes == ["GL", "CR", "EG", "FI", "PE", "SO", "MI", "NU", "CE", "MU", "SE", "SU", "LU", "MO"]


def test_two_readings_of_one_revision_are_equal_and_hash_alike() -> None:
    again = replace(CANTEEN, articles=tuple(replace(dish, name=dict(dish.name)) for dish in ARTICLES))
    assert again == CANTEEN
    assert hash(again.articles[0]) == hash(CANTEEN.articles[0])


def _with_articles(*more: Article) -> Callable[[], Catalogue]:
    return lambda: replace(CANTEEN, articles=(*ARTICLES, *more))


def _with_prices(*more: Price) -> Callable[[], Catalogue]:
    return lambda: replace(CANTEEN, prices=(*PRICES, *more))


TWO_EQUAL_OPTIONS = OptionGroup(
    "rice", {"en": "Rice"}, 0, 1, (Option("x", {"en": "X"}, 0), Option("x", {"en": "Y"}, 0))
)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (_with_articles(article("roll")), "article 'roll' is there twice"),
        (_with_articles(article("fish", plu=101)), "PLU 101 belongs to two articles"),
        (_with_articles(article("fish", barcodes=("40063812",))), "barcode '40063812' belongs to two articles"),
        (_with_articles(article("fish", category_id="starters")), "no category has the id 'starters'"),
        (_with_articles(article("fish", tax_class_id="luxury")), "no tax class has the id 'luxury'"),
        (_with_articles(article("fish/chips")), "article id 'fish/chips' must match"),
        (_with_articles(article("fish", option_groups=(TWO_EQUAL_OPTIONS,))), "option 'x' is there twice"),
        (_with_prices(price("lobster", 100)), "no article has the id 'lobster'"),
        (_with_prices(price("roll", 100, guest_category_id="vip")), "unknown category 'vip'"),
        (_with_prices(price("roll", 100)), "two prices of 'roll' begin on 2024-01-01"),
        (_with_prices(price("roll", 100, base_minor=10, valid_from=DAY)), "not sold by weight"),
        (lambda: replace(CANTEEN, cash_rounding_minor=0), "cash_rounding_minor"),
        (lambda: replace(CANTEEN, published_at=NOON.replace(tzinfo=None)), "UTC"),
        (lambda: replace(CANTEEN, tax_classes=(*CANTEEN.tax_classes, TaxClass("Vat", {"en": "V"}, ()))), "id 'Vat'"),
        (lambda: replace(CANTEEN, guest_categories=(*CANTEEN.guest_categories, GuestCategory("staff", {}))), "twice"),
        (lambda: ServicePeriod("lunch", {"en": "Lunch"}, "11:30", "24:00"), "'lunch': '24:00' is not a time"),
        (lambda: Category("mains", {"en": "Mains"}, "purple", 1), "tint 'purple'"),
        (lambda: OptionGroup("sauce", {"en": "Sauce"}, 2, 1, ()), "2 to 1 of 0 options is impossible"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(build: Callable[[], object], message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        build()


def test_a_price_by_weight_may_have_a_base() -> None:
    assert CANTEEN.article("buffet").unit is Unit.PER_100_G
    assert [entry.base_minor for entry in CANTEEN.prices_of("buffet")] == [50]


def test_options_cannot_take_more_off_than_the_price() -> None:
    """Two of three reductions may be chosen: 0.60 off a roll of 0.50 would be a sale that pays the guest."""
    reductions = OptionGroup(
        "without", {"en": "Without"}, 0, 2, tuple(Option(f"o{n}", {"en": "x"}, -30) for n in range(3))
    )
    rolls = tuple(
        replace(dish, option_groups=(reductions,)) if dish.id == "roll" else dish for dish in CANTEEN.articles
    )
    assert replace(CANTEEN.article("roll"), option_groups=(reductions,)).largest_reduction_minor() == 60
    cheap = tuple(replace(one, amount_minor=59) if one.article_id == "roll" else one for one in CANTEEN.prices)
    with pytest.raises(CatalogueError, match="options of 'roll'"):
        replace(CANTEEN, articles=rolls, prices=cheap)
    enough = tuple(replace(one, amount_minor=60) if one.article_id == "roll" else one for one in CANTEEN.prices)
    assert replace(CANTEEN, articles=rolls, prices=enough)
