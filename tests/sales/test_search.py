"""What a cashier finds by typing."""

from dataclasses import replace

import pytest

from sales.catalogue import Catalogue
from sales.search import fold
from tests.sales.canteen import CANTEEN, DAY, article

NAMES = (
    "Crème brûlée",
    "Käsespätzle",
    "Käsekuchen",
    "Apfelkuchen mit Käse",
    "Straßburger Wurstsalat",
    "Bœuf bourguignon",
)
SHOP: Catalogue = replace(
    CANTEEN,
    articles=(
        *(article(f"n{n}", name={"de": name, "en": f"Dish {n}"}) for n, name in enumerate(NAMES)),
        article("eleven", plu=11, name={"en": "Tea"}),
        article("hundred", plu=110, name={"en": "Soup of the day"}),
        article("scan", barcodes=("4006381333931", "1103"), name={"en": "Juice 11 cl"}),
        article("gone", name={"de": "Käse von gestern"}, days=frozenset()),
    ),
    prices=(),
)


def found(text: str, language: str = "de", limit: int = 20) -> list[str]:
    return [one.name.get(language, one.name.get("en", "")) for one in SHOP.search(text, language, limit)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("creme", ["Crème brûlée"]),
        ("BRULEE", ["Crème brûlée"]),
        ("strassb", ["Straßburger Wurstsalat"]),
        ("boeuf", ["Bœuf bourguignon"]),
        ("kase", ["Käse von gestern", "Käsekuchen", "Käsespätzle", "Apfelkuchen mit Käse"]),
        ("kuchen", ["Apfelkuchen mit Käse", "Käsekuchen"]),
        ("käse apfel", ["Apfelkuchen mit Käse"]),
        ("salat", ["Straßburger Wurstsalat"]),
        ("pizza", []),
        ("", []),
        ("  ?", []),
    ],
)
def test_names_are_found_without_accents_and_case_best_first(typed: str, names: list[str]) -> None:
    assert found(typed) == names


def test_an_exact_plu_comes_before_what_only_begins_so() -> None:
    assert found("11", "en") == ["Tea", "Juice 11 cl", "Soup of the day"]
    assert found("110") == ["Soup of the day", "Juice 11 cl"]


def test_a_barcode_is_found_by_its_beginning() -> None:
    assert found("4006381") == ["Juice 11 cl"]
    assert found("400 6381") == ["Juice 11 cl"]


def test_names_are_those_of_the_language() -> None:
    assert found("dish 1", "en") == ["Dish 1"]
    assert found("dish 1", "de") == []
    assert found("tea", "fr") == ["Tea"]


def test_no_more_than_asked_for_and_only_what_is_on_the_menu() -> None:
    assert found("käse", limit=2) == ["Käse von gestern", "Käsekuchen"]
    assert "gone" not in [one.id for one in SHOP.search("käse", "de", 20, on=DAY)]
    assert SHOP.search("käse", "de", 0) == ()


def test_folding_keeps_words_apart() -> None:
    assert fold("  Crème-brûlée, 2 Stück ") == "creme brulee 2 stuck"
