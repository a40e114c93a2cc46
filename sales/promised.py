"""What of a tray is the one meal that is promised to a guest who cannot pay."""

from sales.basket import Basket
from sales.bill import BillLine
from sales.kinds import LineKind


def one_meal_minor(basket: Basket) -> int | None:
    """Return what the guest pays of the basket's one meal, with its set menu and the fee, less what payers give; in minor units.

    None when there is no meal on it, or more than one: a promise is one meal.
    """
    bill, catalogue = basket.bill, basket.catalogue

    def is_meal(line: BillLine) -> bool:
        return line.article is not None and catalogue.category(line.article.category_id).is_meal

    meals = [line for line in bill.lines if is_meal(line)]
    if sum(line.quantity for line in meals) != 1:
        return None
    menu = meals[0].menu
    together = [
        line
        for line in bill.lines
        if line is meals[0] or line.kind is LineKind.FEE or (menu is not None and line.menu == menu)
    ]
    charged_minor = sum(charge.amount_minor for charge in bill.charges)
    return max(sum(line.amount_minor for line in together) - charged_minor, 0)


def has_meal(basket: Basket) -> bool:
    """Tell whether anything in the basket is a meal."""
    return any(basket.catalogue.category(line.article.category_id).is_meal for line in basket.lines)
