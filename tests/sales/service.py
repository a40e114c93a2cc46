"""The canteen at lunch: an employer pays a share, a fee is charged, and three parts make a set menu."""

from dataclasses import replace
from datetime import date
from typing import Any

from sales.basket import Basket
from sales.catalogue import Category, ServicePeriod
from sales.funding import Diner, MealTerms, MealUsed, Payer
from sales.menus import MenuSlot, SetMenu, SetMenuPrice
from sales.tender import Tender
from sales.ticket import Ticket, make_ticket
from tests.sales.canteen import CANTEEN, DAY, GUEST, NOON, SINCE, account

LUNCH = "lunch"
EMPLOYER = Payer("werk-nord", {"en": "Werk Nord"})
TERMS = MealTerms("staff-lunch", "staff", None, LUNCH, 410, "food", 300, SINCE, None)
CLASSIC = SetMenu(
    "classic",
    {"en": "Classic", "de": "Tagesmenü Klassik"},
    (
        MenuSlot({"en": "Main"}, frozenset({"burger"}), frozenset()),
        MenuSlot({"en": "Side"}, frozenset({"roll", "soup"}), frozenset()),
        MenuSlot({"en": "Drink"}, frozenset(), frozenset({"drinks"})),
    ),
    (SetMenuPrice(None, 750),),
)
SERVICE = replace(
    CANTEEN,
    categories=(
        Category("drinks", {"en": "Drinks"}, "drinks", 3),
        Category("mains", {"en": "Mains"}, "mains", 1, is_meal=True),
        Category("sides", {"en": "Sides"}, "sides", 2),
    ),
    articles=tuple(replace(dish, kitchen=dish.id in ("burger", "schnitzel", "buffet")) for dish in CANTEEN.articles),
    prices=tuple(price for price in CANTEEN.prices if price.guest_category_id is None),
    service_periods=(ServicePeriod(LUNCH, {"en": "Lunch", "de": "Mittagessen"}, "11:00", "14:30"),),
    payers=(EMPLOYER,),
    meal_terms=(TERMS,),
    set_menus=(CLASSIC,),
)
EMPLOYEE = Diner("staff", GUEST, EMPLOYER.id)
HAD_LUNCH = replace(EMPLOYEE, meals_used=(MealUsed(DAY, LUNCH, 1, NOON, "till-2"),))


def lunch_tray(*article_ids: str, diner: Diner = EMPLOYEE, meal_id: str | None = LUNCH, day: date = DAY) -> Basket:
    """A tray in the lunch service, by default an employee's."""
    basket = Basket(SERVICE, diner, day, meal_id=meal_id)
    for article_id in article_ids:
        basket.add(article_id)
    return basket


def ring_up(basket: Basket, *tenders: Tender, **changes: Any) -> Ticket:
    """The ticket of Marie's till; without tenders the guest's account pays what the payer does not."""
    settled: dict[str, Any] = {
        "terminal": "till-1",
        "number": 17,
        "time_utc": NOON,
        "business_day": basket.on,
        "language": "en",
        "tenders": tenders or (account(basket.to_pay_minor),),
        "pickup_number": 42,
        "cashier_id": "marie",
        "shift": 1,
        **changes,
    }
    return make_ticket(basket, **settled)
