"""A small catalogue as a canteen would publish it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sales.catalogue import (
    Allergen,
    Allergens,
    Article,
    Catalogue,
    Category,
    GuestCategory,
    Option,
    OptionGroup,
    Price,
    ServicePeriod,
    Store,
    Unit,
)
from sales.funding import MealTerms, Payer
from sales.menus import MenuSlot, SetMenu, SetMenuPrice
from sales.quick_keys import QuickKey, QuickKeyLayout
from sales.tax import TaxClass, TaxRate

SINCE = date(2026, 1, 1)


def lunch(revision: int = 1, store: str = "north", soup_minor: int = 250) -> Catalogue:
    """One revision; only its number and the price of the soup change."""
    return Catalogue(
        revision=revision,
        published_at=datetime(2026, 11, 20, 17, 5, tzinfo=UTC),
        store=Store(store, "Mensa Nord", "Studierendenwerk", "EUR", "DE", "Europe/Berlin", ("de", "en")),
        categories=(Category("mains", {"en": "Mains", "de": "Hauptgerichte"}, "mains", 1),),
        articles=(
            Article(
                "soup",
                12,
                ("4001234567890",),
                {"en": "Lentil soup", "de": "Linsensuppe"},
                {"en": "With <bread> & vinegar"},
                "mains",
                Unit.PIECE,
                "food",
                Allergens(True, frozenset({Allergen.CELERY, Allergen.GLUTEN})),
                frozenset({"vegan"}),
                ("antioxidant",),
                "soup.png",
                (OptionGroup("bread", {"en": "Bread"}, 0, 1, (Option("roll", {"en": "Roll"}, 60),)),),
                frozenset({date(2026, 11, 21), date(2026, 11, 20)}),
            ),
            Article(
                "salad",
                None,
                (),
                {"de": "Salat nach Gewicht"},
                {},
                "mains",
                Unit.PER_100_G,
                "food",
                Allergens(False),
                sold_out=True,
                portions_left=0,
            ),
        ),
        prices=(
            Price("soup", None, None, soup_minor, 0, SINCE, None),
            Price("soup", "staff", store, soup_minor + 100, 0, SINCE, date(2026, 12, 31)),
            Price("salad", None, None, 95, 40, SINCE, None),
        ),
        tax_classes=(TaxClass("food", {"en": "Food"}, (TaxRate(SINCE, 700, 700),)),),
        guest_categories=(GuestCategory("guest", {"en": "Guests"}), GuestCategory("staff", {"en": "Staff"})),
        service_periods=(ServicePeriod("lunch", {"en": "Lunch"}, "11:00", "14:30"),),
        cash_rounding_minor=1,
        payers=(Payer("plant", {"en": "North plant", "de": "Werk Nord"}, "food"),),
        meal_terms=(MealTerms("plant-lunch", "staff", "plant", "lunch", 410, "food", 300, SINCE, None),),
        set_menus=(
            SetMenu(
                "soup-menu",
                {"en": "Soup menu", "de": "Suppenmenü"},
                (MenuSlot({"en": "Soup"}, frozenset({"soup"}), frozenset()),),
                (SetMenuPrice("staff", 300), SetMenuPrice(None, 400)),
            ),
        ),
        quick_key_layouts=(
            QuickKeyLayout(
                "counter",
                "Counter",
                6,
                5,
                ("till-1", "till-2"),
                (QuickKey(0, 0, 0, "soup", None, {"de": "Suppe"}), QuickKey(0, 0, 1, None, "soup-menu", None, "mains")),
            ),
        ),
    )
