"""What a kiosk remembers between two touches. Mutable, owned by the flow, read by the presenters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from appliance.flows.meal_told import MealTold
from appliance.flows.set_menus import Kitchen, MenuSheet
from appliance.i18n import Translator
from appliance.presenters.views import Notice
from appliance.store.accounts import Guest
from appliance.store.board import Stock
from appliance.store.terminal_store import Sold
from sales.basket import Basket
from sales.catalogue import Article, Catalogue
from sales.funding import MealUsed

Message = Callable[[Translator], str]
"""A text that is translated when it is shown, so that a change of language reaches it."""
NoticeMessage = Callable[[Translator], Notice]


class Stage(StrEnum):
    ATTRACT = "attract"
    ORDER = "order"
    CHECKOUT = "checkout"
    DONE = "done"


class SlipState(StrEnum):
    """What the last screen says about the slip. OFFERED: the guest is asked; CODE: it is shown as a code to take along."""

    OFFERED = "offered"
    CODE = "code"
    PRINTING = "printing"
    PRINTED = "printed"
    LATER = "later"
    NONE = "none"


@dataclass
class Sheet:
    """The article that lies open, and what was chosen on it so far."""

    article: Article
    quantity: int = 1
    chosen: frozenset[tuple[str, str]] = frozenset()

    def option_ids(self) -> tuple[str, ...]:
        """The chosen options in the order of the article."""
        return tuple(
            option.id
            for group in self.article.option_groups
            for option in group.options
            if (group.id, option.id) in self.chosen
        )


@dataclass
class Order(MealTold):
    """One diner's order. It keeps the catalogue it began with, whatever arrives meanwhile; `stock` tells what is left now.

    `badge_number` is kept so that a badge blocked during the order is noticed before it pays. `meal_told` is what head office
    said of a meal had elsewhere, which the accounts here may not show yet.
    """

    catalogue: Catalogue
    day: date
    basket: Basket
    stock: Callable[[Article], Stock]
    guest: Guest | None = None
    badge_number: str = field(default="", repr=False)
    category_id: str = ""
    sheet: Sheet | MenuSheet | None = None
    meal_told: MealUsed | None = None

    def kitchen(self) -> Kitchen:
        """What can be had now, beyond what is in the basket."""
        taken: Counter[str] = Counter()
        for line in self.basket.lines:
            taken[line.article.id] += line.quantity
        return Kitchen(self.catalogue, self.day, self.basket.guest_category_id, self.stock, taken)

    def parts(self, sheet: MenuSheet) -> tuple[Article, ...]:
        """The articles chosen for the set menu that lies open, in the order of its slots."""
        return tuple(self.catalogue.article(sheet.chosen[place]) for place in range(len(sheet.menu.slots)))

    def is_available(self, article: Article) -> bool:
        """Whether there is any left."""
        return not self.stock(article).is_gone

    def in_basket(self, article: Article) -> int:
        """How many pieces of an article have been chosen."""
        return sum(line.quantity for line in self.basket.lines if line.article.id == article.id)


@dataclass
class Sale:
    """What became of an order, when, and the job that prints its slip. `has_printer`: a slip on paper is possible."""

    sold: Sold
    job_id: str | None
    at_s: float
    has_printer: bool


@dataclass(frozen=True)
class Closed:
    reason: Message
    advice: Message


@dataclass
class KioskState:
    language: str
    last_input_s: float
    stage: Stage = Stage.ATTRACT
    high_contrast: bool = False
    order: Order | None = None
    sale: Sale | None = None
    slip: SlipState = SlipState.NONE
    notice: NoticeMessage | None = None
    closed: Closed | None = None
