"""Names of fixed things: allergens, diets, what is wrong with a device."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from appliance.i18n import Translator, msg
from appliance.presenters.scene import DeviceTrouble
from hal.health import Reason
from sales.catalogue import Allergen, Allergens

ALLERGENS: Mapping[Allergen, str] = {
    Allergen.GLUTEN: msg("Cereals containing gluten"),
    Allergen.CRUSTACEANS: msg("Crustaceans"),
    Allergen.EGGS: msg("Eggs"),
    Allergen.FISH: msg("Fish"),
    Allergen.PEANUTS: msg("Peanuts"),
    Allergen.SOY: msg("Soybeans"),
    Allergen.MILK: msg("Milk and lactose"),
    Allergen.NUTS: msg("Tree nuts"),
    Allergen.CELERY: msg("Celery"),
    Allergen.MUSTARD: msg("Mustard"),
    Allergen.SESAME: msg("Sesame"),
    Allergen.SULPHITES: msg("Sulphites"),
    Allergen.LUPIN: msg("Lupin"),
    Allergen.MOLLUSCS: msg("Molluscs"),
}
"""The 14 of Regulation (EU) No 1169/2011, annex II, in its order."""

DIETS: Mapping[str, str] = {
    "vegan": msg("vegan"),
    "vegetarian": msg("vegetarian"),
    "halal": msg("halal"),
    "kosher": msg("kosher"),
    "organic": msg("organic"),
    "lactose-free": msg("lactose-free"),
    "gluten-free": msg("gluten-free"),
    "beef": msg("beef"),
    "pork": msg("pork"),
    "poultry": msg("poultry"),
    "lamb": msg("lamb"),
    "game": msg("game meat"),
    "fish": msg("fish"),
    "alcohol": msg("with alcohol"),
}

_PRINTER: Mapping[Reason, str] = {
    Reason.PAPER_NEAR_END: msg("Receipt paper is running low"),
    Reason.PAPER_OUT: msg("Receipt printer: no paper"),
    Reason.COVER_OPEN: msg("Receipt printer: cover open"),
    Reason.CUTTER_ERROR: msg("Receipt printer: the knife is blocked"),
}
_KITCHEN_PRINTER: Mapping[Reason, str] = {
    Reason.PAPER_NEAR_END: msg("Kitchen printer: paper is running low"),
    Reason.PAPER_OUT: msg("Kitchen printer: no paper"),
    Reason.COVER_OPEN: msg("Kitchen printer: cover open"),
    Reason.CUTTER_ERROR: msg("Kitchen printer: the knife is blocked"),
}
_NOT_WORKING: Mapping[str, str] = {
    "badge_reader": msg("Badge reader not working"),
    "receipt_printer": msg("Receipt printer not working"),
    "barcode_scanner": msg("Barcode scanner not working"),
    "cash_drawer": msg("Cash drawer not working"),
    "customer_display": msg("Customer display not working"),
    "kitchen_printer": msg("Kitchen printer not working"),
}


def in_order(contains: Iterable[Allergen]) -> tuple[Allergen, ...]:
    """The allergens in the order of the regulation."""
    found = frozenset(contains)
    return tuple(allergen for allergen in ALLERGENS if allergen in found)


def allergens_in_words(tr: Translator, allergens: Allergens) -> str:
    """A sentence for a person with an allergy; "nobody said" is never shown as "free from"."""
    if not allergens.stated:
        return tr.say("Not stated. Please ask at the counter.")
    if not allergens.contains:
        return tr.say("None of the 14 allergens that must be declared.")
    return ", ".join(tr.say(ALLERGENS[allergen]) for allergen in in_order(allergens.contains))


def diet(tr: Translator, name: str) -> str:
    return tr.say(DIETS[name]) if name in DIETS else name


def trouble(tr: Translator, found: DeviceTrouble) -> str:
    if found.contract == "receipt_printer" and found.reason in _PRINTER:
        return tr.say(_PRINTER[found.reason])
    if found.contract == "kitchen_printer" and found.reason in _KITCHEN_PRINTER:
        return tr.say(_KITCHEN_PRINTER[found.reason])
    return tr.say(_NOT_WORKING[found.contract])
