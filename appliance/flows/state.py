"""What a kiosk remembers between two touches. Mutable, owned by the flow, read by the presenters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from appliance.i18n import Translator
from appliance.presenters.views import Notice
from appliance.store.accounts import Guest
from sales.basket import Basket
from sales.catalogue import Article, Catalogue
from sales.ticket import Ticket

Message = Callable[[Translator], str]
"""A text that is translated when it is shown, so that a change of language reaches it."""
NoticeMessage = Callable[[Translator], Notice]


class Stage(StrEnum):
    ATTRACT = "attract"
    ORDER = "order"
    CHECKOUT = "checkout"
    DONE = "done"


class SlipState(StrEnum):
    """What the last screen says about the slip."""

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
class Order:
    """One diner's order. It keeps the catalogue it began with, whatever arrives meanwhile.

    `badge_number` is kept so that a badge blocked during the order is noticed before it pays.
    """

    catalogue: Catalogue
    day: date
    basket: Basket
    guest: Guest | None = None
    badge_number: str = field(default="", repr=False)
    category_id: str = ""
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Sale:
    """What became of an order: its durable ticket, and the job that prints its slip."""

    ticket: Ticket
    balance_after_minor: int | None
    job_id: str | None
    at_s: float


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
