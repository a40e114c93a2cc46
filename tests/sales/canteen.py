"""A small canteen in Germany and its sister in Switzerland, as the tests of the trade know them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sales.authorisation import Authorisation
from sales.basket import Basket
from sales.catalogue import (
    GUEST_CATEGORY,
    Allergen,
    Allergens,
    Article,
    Catalogue,
    Category,
    GuestCategory,
    Option,
    OptionGroup,
    Price,
    Store,
    Unit,
)
from sales.funding import Diner
from sales.tax import Service, TaxClass, TaxRate
from sales.tender import Tender, TenderKind
from sales.ticket import Ticket, make_ticket

DAY = date(2025, 11, 21)
NOON = datetime(2025, 11, 21, 11, 28, 3, 123456, tzinfo=UTC)
SINCE = date(2024, 1, 1)
PROOF = "0123456789ab"
GUEST = "5f0c1d2e3a4b4c5d8e9f0a1b2c3d4e5f"

FOOD = TaxClass(
    "food",
    {"de": "Speisen", "en": "Food"},
    (TaxRate(SINCE, eat_in_bp=1900, take_away_bp=700), TaxRate(date(2026, 1, 1), eat_in_bp=700, take_away_bp=700)),
)
DRINKS = TaxClass("drinks", {"de": "Getränke", "en": "Drinks"}, (TaxRate(SINCE, 1900, 1900),))
BREAD = TaxClass("bread", {"de": "Brot", "en": "Bread"}, (TaxRate(SINCE, 700, 700),))

SAUCE = OptionGroup(
    "sauce",
    {"en": "Sauce", "de": "Soße"},
    minimum=1,
    maximum=1,
    options=(
        Option("ketchup", {"en": "Ketchup"}, 0),
        Option("pepper", {"en": "Pepper sauce", "de": "Pfeffersoße"}, 50),
    ),
)
EXTRAS = OptionGroup(
    "extras",
    {"en": "Extras"},
    minimum=0,
    maximum=2,
    options=(
        Option("cheese", {"en": "Cheese", "de": "Käse"}, 80),
        Option("bacon", {"en": "Bacon", "de": "Speck"}, 100),
        Option("onions", {"en": "Onions", "de": "Zwiebeln"}, 30),
    ),
)


def article(article_id: str, **changes: Any) -> Article:
    """A plain article by the piece, in English."""
    plain = Article(
        id=article_id,
        plu=None,
        barcodes=(),
        name={"en": article_id.capitalize()},
        description={"en": ""},
        category_id="mains",
        unit=Unit.PIECE,
        tax_class_id="food",
        allergens=Allergens(stated=False),
    )
    return replace(plain, **changes)


def price(article_id: str, amount_minor: int, **changes: Any) -> Price:
    """A general price without end."""
    plain = Price(article_id, None, None, amount_minor, base_minor=0, valid_from=SINCE, valid_to=None)
    return replace(plain, **changes)


ARTICLES = (
    article(
        "schnitzel",
        plu=101,
        name={"de": "Jägerschnitzel mit Pommes", "en": "Schnitzel with chips", "fr": "Escalope, frites"},
        allergens=Allergens(stated=True, contains=frozenset({Allergen.GLUTEN, Allergen.EGGS})),
    ),
    article("burger", plu=102, name={"en": "Burger"}, option_groups=(SAUCE, EXTRAS)),
    article("salad", plu=201, name={"de": "Salatbar", "en": "Salad bar"}, unit=Unit.PER_100_G, category_id="sides"),
    article("buffet", name={"en": "Buffet"}, unit=Unit.PER_100_G),
    article("roll", barcodes=("4006381333931", "40063812"), tax_class_id="bread", category_id="sides"),
    article("coffee", tax_class_id="drinks", category_id="drinks", allergens=Allergens(stated=True)),
    article("soup", portions_left=3, category_id="sides"),
    article("pudding", sold_out=True),
    article("goose", days=frozenset({date(2025, 11, 11)})),
)
PRICES = (
    price("schnitzel", 620),
    price("schnitzel", 480, guest_category_id="staff"),
    price("burger", 650),
    price("salad", 99),
    price("buffet", 120, base_minor=50),
    price("roll", 107),
    price("coffee", 119),
    price("soup", 250),
    price("pudding", 180),
    price("goose", 1490),
)
CANTEEN = Catalogue(
    revision=7,
    published_at=datetime(2025, 11, 21, 6, 0, tzinfo=UTC),
    store=Store("werk-nord", "Werk Nord", "Musterwerke", "EUR", "DE", "Europe/Berlin", ("de", "en")),
    categories=(
        Category("drinks", {"en": "Drinks"}, "drinks", 3),
        Category("mains", {"en": "Mains"}, "mains", 1),
        Category("sides", {"en": "Sides"}, "sides", 2),
    ),
    articles=ARTICLES,
    prices=PRICES,
    tax_classes=(FOOD, DRINKS, BREAD),
    guest_categories=(GuestCategory(GUEST_CATEGORY, {"en": "Guests"}), GuestCategory("staff", {"en": "Staff"})),
    service_periods=(),
    cash_rounding_minor=1,
)
SWISS_CANTEEN = replace(
    CANTEEN,
    store=Store("zuerich", "Zürich", "Musterwerke", "CHF", "CH", "Europe/Zurich", ("de", "fr")),
    tax_classes=(
        TaxClass("food", {"en": "Food"}, (TaxRate(SINCE, 810, 260),)),
        TaxClass("drinks", {"en": "Drinks"}, (TaxRate(SINCE, 810, 260),)),
        TaxClass("bread", {"en": "Bread"}, (TaxRate(SINCE, 810, 260),)),
    ),
    cash_rounding_minor=5,
)


def tray(
    *article_ids: str,
    catalogue: Catalogue = CANTEEN,
    guest_category_id: str = GUEST_CATEGORY,
    on: date = DAY,
    service: Service = Service.EAT_IN,
) -> Basket:
    """A basket with these articles in it."""
    basket = Basket(catalogue, Diner(guest_category_id), on, service)
    for article_id in article_ids:
        basket.add(article_id)
    return basket


def cash(amount_minor: int) -> Tender:
    """Coins and notes handed over."""
    return Tender(TenderKind.CASH, amount_minor)


def card(amount_minor: int) -> Tender:
    """A card payment."""
    return Tender(TenderKind.CARD, amount_minor)


def account(amount_minor: int, guest_id: str = GUEST) -> Tender:
    """A payment from a badge account."""
    return Tender(TenderKind.ACCOUNT, amount_minor, guest_id)


def sell(
    basket: Basket,
    *tenders: Tender,
    language: str = "en",
    guest_id: str | None = None,
    authorisation: Authorisation | None = None,
) -> Ticket:
    """The ticket for a basket; without tenders the guest's account pays all of it."""
    return make_ticket(
        basket,
        terminal="kiosk-1",
        number=17,
        time_utc=NOON,
        business_day=basket.on,
        language=language,
        guest_id=guest_id,
        tenders=tenders or (account(basket.total_minor),),
        pickup_number=42,
        authorisation=authorisation,
    )
