"""What a set menu saves against the list prices of its components, by guest category. Amounts in minor units."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from server.catalog.list_prices import list_prices
from server.catalog.models import Article, GuestCategory, SetMenu
from server.core.text import local


@dataclass(frozen=True)
class Saving:
    """The cheapest and dearest choice of components at list price, and the menu's own price (None: it has none)."""

    category: GuestCategory
    low_minor: int
    high_minor: int
    menu_minor: int | None

    @property
    def saved_minor(self) -> tuple[int, int] | None:
        """What the menu saves at least and at most; below zero where the components alone are cheaper."""
        return (
            None if self.menu_minor is None else (self.low_minor - self.menu_minor, self.high_minor - self.menu_minor)
        )


def savings(menu: SetMenu, day: date) -> list[Saving]:
    """Return the savings for every guest category that has list prices for all components on `day`."""
    slots = [
        set(
            Article.objects.filter(active=True, unit="piece")
            .filter(Q(pk__in=slot.articles.values("pk")) | Q(category__in=slot.categories.all()))
            .values_list("pk", flat=True)
        )
        for slot in menu.slots.all()
    ]
    prices = {row.guest_category_id: row.amount_minor for row in menu.prices.all()}
    found = []
    for category in GuestCategory.objects.order_by("code"):
        listed = list_prices(menu.store, category.code, day, set().union(*slots))
        amounts = [[listed[pk].amount_minor for pk in slot if pk in listed] for slot in slots]
        if not amounts or not all(amounts):
            continue
        low, high = sum(map(min, amounts)), sum(map(max, amounts))
        found.append(Saving(category, low, high, prices.get(category.pk, prices.get(None))))
    return found


def problem_slots(menu: SetMenu) -> list[str]:
    """Return the names of components nothing can be chosen for; a menu with one of them is never sold."""
    return [
        local(slot.name, str(slot.position))
        for slot in menu.slots.all()
        if not slot.articles.exists() and not slot.categories.exists()
    ]
