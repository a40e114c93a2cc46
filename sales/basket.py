"""What a guest has chosen so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sales.bill import Bill
from sales.billing import Item, Occasion, make_bill
from sales.catalogue import Article, Catalogue, Option, UnknownArticle
from sales.choosing import (
    BasketError,
    Chosen,
    NotOnSale,
    OptionMissing,
    OptionNotAllowed,
    SetMenuNotAvailable,
    SoldOut,
    WeightMissing,
    check_portions,
)
from sales.content import Content, with_article, with_set_menu
from sales.discount import Discount, DiscountError, Override
from sales.funding import Diner
from sales.pricing import NoPrice, line_amount, price_of
from sales.tax import Service, TaxLine

__all__ = [
    "Basket",
    "BasketError",
    "BasketLine",
    "Discount",
    "DiscountError",
    "NotOnSale",
    "OptionMissing",
    "OptionNotAllowed",
    "SetMenuNotAvailable",
    "SoldOut",
    "UnknownArticle",
    "WeightMissing",
]

MOST_UNDONE = 100


@dataclass(frozen=True)
class BasketLine:
    """One line at its list price, in minor units; `unit_minor` is per piece or per 100 g.

    `rate_bp` is the rate of tax contained in the amount, in basis points, for the service chosen. What set menus,
    discounts and prices set by hand make of it stands in the bill.
    """

    article: Article
    quantity: int
    weight_g: int | None
    options: tuple[Option, ...]
    unit_minor: int
    base_minor: int
    amount_minor: int
    rate_bp: int


@dataclass(frozen=True)
class _Priced:
    occasion: Occasion
    content: Content
    lines: tuple[BasketLine, ...]
    bill: Bill


class Basket:
    """A mutable list of lines, priced from one catalogue revision for one diner on one business day.

    `meal_id` is the meal service it is sold in, None outside any. Every change either happens in full or raises and
    leaves the basket as it was.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        diner: Diner,
        on: date,
        service: Service = Service.EAT_IN,
        meal_id: str | None = None,
    ) -> None:
        self._now = _priced(Occasion(catalogue, diner, on, service, meal_id), Content())
        self._before: list[Content] = []

    @property
    def catalogue(self) -> Catalogue:
        """Whose articles and prices these are."""
        return self._now.occasion.catalogue

    @property
    def on(self) -> date:
        """The business day the basket is priced for."""
        return self._now.occasion.on

    @property
    def diner(self) -> Diner:
        """Whose prices and agreements apply."""
        return self._now.occasion.diner

    @property
    def guest_category_id(self) -> str:
        """Whose prices apply."""
        return self.diner.guest_category_id

    @property
    def meal_id(self) -> str | None:
        """The meal service it is sold in."""
        return self._now.occasion.meal_id

    @property
    def service(self) -> Service:
        """Eat-in or take-away."""
        return self._now.occasion.service

    @property
    def lines(self) -> tuple[BasketLine, ...]:
        """The lines at list prices, in the order they were first chosen."""
        return self._now.lines

    @property
    def chosen(self) -> tuple[Chosen, ...]:
        """The lines as they were chosen, with discounts and prices set by hand; one for each of `lines`."""
        return self._now.content.chosen

    @property
    def bill(self) -> Bill:
        """What it costs and who pays."""
        return self._now.bill

    @property
    def total_minor(self) -> int:
        """What is sold in minor units, tax and fee included: what guest and payers pay together."""
        return self.bill.total_minor

    @property
    def to_pay_minor(self) -> int:
        """What the guest pays in minor units, before any cash rounding."""
        return self.bill.to_pay_minor

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been chosen."""
        return not self._now.lines

    @property
    def ticket_discount(self) -> Discount | None:
        """The discount of the whole ticket."""
        return self._now.content.discount

    def taxes(self) -> tuple[TaxLine, ...]:
        """Return the tax contained in the total, by rate."""
        return self.bill.taxes

    def add(
        self,
        article_id: str,
        quantity: int = 1,
        weight_g: int | None = None,
        option_ids: Sequence[str] = (),
    ) -> int:
        """Add an article and return the index of its line: the same article with the same options shares one.

        `weight_g` is given for articles sold by weight, which always make a line of their own; so does an article whose
        line was discounted or priced by hand. Raises `UnknownArticle`, `NotOnSale`, `SoldOut`, `OptionMissing`,
        `OptionNotAllowed`, `WeightMissing`, `NoPrice`, `NoTaxRate`, or ValueError when the quantity is below 1 or the weight makes
        no sense.
        """
        content = with_article(self._now.content, self._now.occasion, article_id, quantity, weight_g, option_ids)
        self._adopt(content)
        return content.touched or 0

    def add_set_menu(self, set_menu_id: str) -> None:
        """Add the first article that can be had for each slot of a set menu, as one change.

        Articles that need options chosen come last, with the cheapest of them. Raises `CatalogueError` for an unknown menu,
        or `SetMenuNotAvailable`.
        """
        self._adopt(with_set_menu(self._now.content, self._now.occasion, set_menu_id))

    def change(self, index: int, delta: int) -> None:
        """Change the quantity of a line by `delta`; at zero or below the line goes.

        Raises `SoldOut`, IndexError when there is no such line, or ValueError when more of something weighed is asked for.
        """
        line = self._at(index)
        if line.quantity + delta <= 0:
            self.remove(index)
            return
        if delta > 0:
            check_portions(line.article, self._now.content.chosen, delta)
        self._replace(index, line.times(line.quantity + delta))

    def repeat_last(self) -> int:
        """Add one more of the line touched last and return its index; raises as `change`, IndexError when there is none."""
        touched = self._now.content.touched
        index = len(self.lines) - 1 if touched is None else touched
        self.change(index, 1)
        return index

    def remove(self, index: int) -> None:
        """Take the line out; raises IndexError when there is no such line."""
        self._at(index)
        self._adopt(self._now.content.without(index))

    def clear(self) -> None:
        """Take everything out."""
        self._adopt(Content())

    def discount_line(self, index: int, discount: Discount | None) -> None:
        """Give a line a discount, in place of an earlier one; None takes it off. Raises IndexError."""
        line = self._at(index)
        self._replace(index, Chosen(line.article, line.quantity, line.weight_g, line.options, line.override, discount))

    def discount(self, discount: Discount | None) -> None:
        """Give the whole ticket a discount, in place of an earlier one; None takes it off."""
        content = self._now.content
        self._adopt(Content(content.chosen, discount, content.touched))

    def override_price(self, index: int, unit_minor: int | None, reason: str) -> None:
        """Set the price of a line by hand, in minor units per piece or per 100 g; None goes back to the list.

        Raises `DiscountError` when it is below zero, IndexError when there is no such line.
        """
        line = self._at(index)
        override = None if unit_minor is None else Override(unit_minor, reason)
        self._replace(index, Chosen(line.article, line.quantity, line.weight_g, line.options, override, line.discount))

    def undo(self) -> bool:
        """Take back the last change of lines, discounts or prices; tells whether there was one.

        Diner and service stay. A state that has no price for another diner is passed over.
        """
        now = self._now.content
        while self._before:
            content = self._before.pop()
            if (content.chosen, content.discount) == (now.chosen, now.discount):
                continue
            try:
                self._now = _priced(self._now.occasion, content)
            except NoPrice:
                continue
            return True
        return False

    def set_service(self, service: Service) -> None:
        """Choose eat-in or take-away; prices include tax and stay, the tax within them may change."""
        now = self._now.occasion
        self._now = _priced(Occasion(now.catalogue, now.diner, now.on, service, now.meal_id), self._now.content)

    def set_diner(self, diner: Diner) -> None:
        """Price everything anew for another diner; raises `NoPrice` and changes nothing if a price is missing."""
        now = self._now.occasion
        self._now = _priced(Occasion(now.catalogue, diner, now.on, now.service, now.meal_id), self._now.content)

    def _at(self, index: int) -> Chosen:
        chosen = self._now.content.chosen
        if not 0 <= index < len(chosen):
            raise IndexError(f"the basket has {len(chosen)} lines, none has the index {index}")
        return chosen[index]

    def _replace(self, index: int, line: Chosen) -> None:
        self._adopt(self._now.content.replaced(index, line))

    def _adopt(self, content: Content) -> None:
        before = self._now.content
        self._now = _priced(self._now.occasion, content)
        self._before = [*self._before[1 - MOST_UNDONE :], before]


def _priced(occasion: Occasion, content: Content) -> _Priced:
    items = [_item(occasion, chosen) for chosen in content.chosen]
    lines = tuple(
        BasketLine(
            article=item.article,
            quantity=item.quantity,
            weight_g=item.weight_g,
            options=item.options,
            unit_minor=item.unit_minor,
            base_minor=item.base_minor,
            amount_minor=item.amount_minor,
            rate_bp=item.rate_bp,
        )
        for item in items
    )
    return _Priced(occasion, content, lines, make_bill(occasion, items, content.discount))


def _item(occasion: Occasion, chosen: Chosen) -> Item:
    catalogue, article, on = occasion.catalogue, chosen.article, occasion.on
    price = price_of(catalogue, article, occasion.diner.guest_category_id, on)
    return Item(
        article=article,
        quantity=chosen.quantity,
        weight_g=chosen.weight_g,
        options=chosen.options,
        unit_minor=price.amount_minor,
        base_minor=price.base_minor,
        amount_minor=line_amount(price, article.unit, chosen.quantity, chosen.weight_g, chosen.options),
        rate_bp=catalogue.tax_class(article.tax_class_id).rate_bp(occasion.service, on),
        override=chosen.override,
        discount=chosen.discount,
    )
