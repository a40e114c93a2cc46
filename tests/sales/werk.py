"""The canteen at noon: two employers, a fee, set menus, and guests with badges."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sales.basket import Basket
from sales.catalogue import GUEST_CATEGORY, Catalogue, Category, GuestCategory, ServicePeriod
from sales.funding import Diner, MealTerms, MealUsed, Payer
from sales.menus import MenuSlot, SetMenu, SetMenuPrice
from sales.tax import Service, TaxClass, TaxRate
from tests.sales.canteen import BREAD, CANTEEN, DAY, DRINKS, GUEST, SINCE, article, price

EMPLOYER = Payer("werk-nord", {"en": "Werk Nord", "de": "Werk Nord GmbH"})
COST_CENTRE = Payer("cost-4711", {"en": "Visitors 4711"}, tax_class_id="full")
FULL = TaxClass("full", {"en": "Full rate"}, (TaxRate(SINCE, 1900, 1900),))
MEAL = TaxClass("meal", {"en": "Meals"}, (TaxRate(SINCE, 700, 700),))


def terms(terms_id: str = "staff-lunch", **changes: Any) -> MealTerms:
    """Fee 4.10 and share 3.00 for staff of any payer in any service."""
    plain = MealTerms(terms_id, "staff", None, None, 410, "full", 300, SINCE, None)
    return replace(plain, **changes)


def slot(*article_ids: str, category: str | None = None) -> MenuSlot:
    """A part of a menu: one of these articles, or anything of a category."""
    return MenuSlot({"en": "Part"}, frozenset(article_ids), frozenset({category} if category else ()))


def menu(menu_id: str, amount_minor: int, *slots: MenuSlot, staff_minor: int | None = None) -> SetMenu:
    """A set menu at one price for everybody, or another one for staff."""
    prices = [SetMenuPrice(None, amount_minor)]
    if staff_minor is not None:
        prices.append(SetMenuPrice("staff", staff_minor))
    return SetMenu(menu_id, {"en": menu_id.capitalize(), "de": f"Menü {menu_id}"}, slots, tuple(prices))


DISH_AND_DRINK = menu("lunch", 1000, slot(category="mains"), slot(category="drinks"))

WERK = replace(
    CANTEEN,
    categories=(
        Category("mains", {"en": "Mains"}, "mains", 1, is_meal=True),
        Category("sides", {"en": "Sides"}, "sides", 2),
        Category("drinks", {"en": "Drinks"}, "drinks", 3),
        Category("sweets", {"en": "Sweets"}, "sweets", 4),
    ),
    articles=(
        article("dish", tax_class_id="meal"),
        article("steak", tax_class_id="meal", plu=31),
        article("cola", tax_class_id="full", category_id="drinks"),
        article("water", tax_class_id="full", category_id="drinks"),
        article("cake", tax_class_id="meal", category_id="sweets"),
        article("bread", tax_class_id="bread", category_id="sides"),
    ),
    prices=(
        price("dish", 620),
        price("steak", 840),
        price("cola", 360),
        price("water", 150),
        price("cake", 280),
        price("bread", 90),
    ),
    tax_classes=(FULL, MEAL, DRINKS, BREAD),
    guest_categories=(GuestCategory(GUEST_CATEGORY, {"en": "Guests"}), GuestCategory("staff", {"en": "Staff"})),
    service_periods=(
        ServicePeriod("lunch", {"en": "Lunch"}, "11:00", "14:30"),
        ServicePeriod("night", {"en": "Night"}, "22:00", "02:00"),
    ),
    payers=(EMPLOYER, COST_CENTRE),
    meal_terms=(terms(),),
)
WITH_MENU = replace(WERK, set_menus=(DISH_AND_DRINK,))

ANNA = Diner("staff", GUEST, EMPLOYER.id)
AT_TWELVE = datetime(2025, 11, 21, 11, 2, tzinfo=UTC)


def has_eaten(diner: Diner = ANNA, meal_id: str = "lunch", day: date = DAY) -> Diner:
    """The diner after one subsidised meal at kiosk-2."""
    return replace(diner, meals_used=(MealUsed(day, meal_id, 1, AT_TWELVE, "kiosk-2"),))


def lunch(
    *article_ids: str,
    diner: Diner = ANNA,
    catalogue: Catalogue = WERK,
    meal_id: str | None = "lunch",
    service: Service = Service.EAT_IN,
) -> Basket:
    """A tray at noon with these articles on it."""
    basket = Basket(catalogue, diner, DAY, service, meal_id)
    for article_id in article_ids:
        basket.add(article_id)
    return basket
