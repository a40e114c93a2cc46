"""Whether a guest with an allergy is told the truth: what is understood, what is not believed, what stays word for word."""

import pytest

from sales.catalogue import Allergen, Unit
from server.menus.allergens import Legend, contradicted, read_note
from server.menus.dish import Dish, read_dish
from server.menus.feed import Meal


def dish(name: str, *notes: str, others: tuple[str, ...] = (), unit: Unit = Unit.PIECE) -> Dish:
    return read_dish(Meal(name, notes, (), unit, 1), Legend([name, *others]))


def contained(text: str) -> set[str]:
    return {allergen.value for allergen in read_note(text).allergens}


@pytest.mark.parametrize(
    ("note", "allergens"),
    [
        ("Ei", {"eggs"}),
        ("Ei und Eierzeugnisse", {"eggs"}),
        ("Sellerie und Sellerieerzeugnisse", {"celery"}),
        ("Schwefeldioxid SO2 und Sulfite", {"sulphites"}),
        ("Schwefeldioxid und Sulfite (Konzentration über 10mg/kg oder 10mg/l)", {"sulphites"}),
        ("Milch/Laktose", {"milk"}),
        ("Milch und Milcherzeugnisse (einschließlich Laktose)", {"milk"}),
        ("Milch/Milchprodukte", {"milk"}),
        ("Lupine und - erzeugnisse", {"lupin"}),
        ("mit Fisch", {"fish"}),
        ("Glutenhaltiges Getreide", {"gluten"}),
        ("SHELL_FRUITS", {"nuts"}),
        ("CHICKEN_EGGS", {"eggs"}),
        ("LACTOSE", {"milk"}),
        ("enthält Senf, Soja", {"mustard", "soy"}),
        ("contains peanuts and sesame", {"peanuts", "sesame"}),
    ],
)
def test_a_note_that_names_allergens_is_understood_and_fully_expressed_by_them(note: str, allergens: set[str]) -> None:
    assert contained(note) == allergens
    assert read_note(note).complete
    assert dish("Teller", note).notes == ()


@pytest.mark.parametrize(
    ("note", "allergens"),
    [
        ("Weizen", {"gluten"}),
        ("34W", {"gluten"}),
        ("25C", {"nuts"}),
        ("Haselnüsse", {"nuts"}),
        ("WHEAT", {"gluten"}),
        ("MSC-zertifizierter Fisch (MSC-C-51632)", {"fish"}),
        ("geschwefelt", {"sulphites"}),
    ],
)
def test_a_note_that_tells_which_kind_stays_among_the_notes(note: str, allergens: set[str]) -> None:
    assert contained(note) == allergens
    assert dish("Teller", note).notes == (note,)


@pytest.mark.parametrize(
    "note",
    [
        "enthält keine laktosehaltigen Lebensmittel",
        "ohne Ei",
        "milk free",
        "kann Spuren von Nüssen enthalten",
        "Muskatnuss",
        "Nährwerte pro 100 g\nEiweiß: 3.6 g",
        "vegetable/fish/poultry/pork/beef and vegetarian dishes",
        "mit Farbstoff",
        "CO",
        "466",
        "CEREAL",
    ],
)
def test_a_note_that_names_no_allergen_says_nothing_and_is_kept(note: str) -> None:
    assert read_note(note).allergens == frozenset()
    result = dish("Teller", note)
    assert not result.allergens.stated
    assert result.diets == frozenset()
    assert result.notes == (note,)


def test_silence_is_not_free_from() -> None:
    assert not dish("Obstteller").allergens.stated
    assert not dish("Obstteller", "Vegan").allergens.stated
    declared = dish("Obstteller", "keine kennzeichnungspflichtigen Allergene").allergens
    assert declared.stated
    assert declared.contains == frozenset()


def test_codes_in_a_name_are_read_and_moved_to_the_notes() -> None:
    result = dish("Nudeln mit Pilzen , Omelett (1,2,Ei,So,Mi,Sf,GlW)", "Vegetarisch")
    assert result.name == "Nudeln mit Pilzen, Omelett"
    assert result.notes == ("(1,2,Ei,So,Mi,Sf,GlW)",)
    assert {a.value for a in result.allergens.contains} == {"eggs", "soy", "milk", "mustard", "gluten"}
    assert result.diets == {"vegetarian"}


def test_brackets_that_hold_words_stay_in_the_name() -> None:
    result = dish("Bratwurst (2 Stück) mit Soße (scharf) (GlW)")
    assert result.name == "Bratwurst (2 Stück) mit Soße (scharf)"
    assert {a.value for a in result.allergens.contains} == {"gluten"}


def test_the_same_letters_mean_what_the_canteens_other_codes_tell() -> None:
    northern = dish("Salat (Se,Sf)", others=("Suppe (Sl,Sw)",))
    south_western = dish("Salat (Se,Sf)", others=("Suppe (Sn,Sa)",))
    assert northern.allergens.contains == {Allergen.SESAME, Allergen.MUSTARD}
    assert south_western.allergens.contains == {Allergen.CELERY, Allergen.SULPHITES}


def test_where_the_meaning_is_in_doubt_everything_is_declared() -> None:
    doubtful = dish("Salat (Se,Sf)").allergens.contains
    assert doubtful == {Allergen.SESAME, Allergen.MUSTARD, Allergen.CELERY, Allergen.SULPHITES}
    assert dish("Brot (We)").allergens.contains == {Allergen.GLUTEN, Allergen.MOLLUSCS}


def test_a_line_of_a_legend_is_no_promise() -> None:
    result = dish("Asia-Nudeln mit Ei", "Ei", "= Vegan")
    assert result.diets == frozenset()
    assert result.notes == ("= Vegan",)


def test_a_promise_that_the_allergens_deny_is_not_believed_but_kept() -> None:
    result = dish("Käsenudeln", "Milch", "vegan", "vegetarisch")
    assert result.diets == {"vegetarian"}
    assert result.doubts == {"vegan"}
    assert result.notes == ("vegan",)
    assert contradicted(frozenset({"vegetarian"}), frozenset({Allergen.FISH})) == {"vegetarian"}
    assert dish("Chili", "Vegetarisch", "Rind").diets == {"beef"}


def test_vegan_needs_no_vegetarian_beside_it() -> None:
    assert dish("Linsen", "VEGETARIAN", "VEGAN").diets == {"vegan"}


def test_further_lines_of_a_name_describe_the_dish_and_the_weight_becomes_the_unit() -> None:
    result = dish("Buffet (je 100g)\nSalate, Gemüse \n(vegan,So)", unit=Unit.PER_100_G)
    assert (result.name, result.description, result.notes) == ("Buffet", "Salate, Gemüse", ("(vegan,So)",))


def test_a_name_of_codes_alone_stays_a_name() -> None:
    assert dish("(Ei,GlW)").name == "(Ei,GlW)"
