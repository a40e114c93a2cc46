"""What a till remembers between two touches. Mutable, owned by the flow, read by the presenters."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from appliance.flows.meal_told import MealTold
from appliance.flows.state import Closed
from appliance.flows.till.panels import Panel, Say
from appliance.i18n import Translator
from appliance.presenters.views_till import PaidCard, Strip
from appliance.store.accounts import Guest
from appliance.store.cashiers import Cashier
from sales.authorisation import Authorisation
from sales.basket import Basket
from sales.catalogue import Catalogue
from sales.funding import MealUsed
from sales.tender import Tender, TenderKind, cash_due
from sales.ticket import Ticket

StripMessage = Callable[[Translator], Strip]
PaidMessage = Callable[[Translator], PaidCard]


@dataclass
class Tray(MealTold):
    """What one guest carries to the till, and what was paid of it so far.

    It keeps the catalogue it began with. `badge_number` is kept so that a badge blocked meanwhile is noticed before it
    pays; empty for a guest found by name. `told_second_meal` says that the cashier has seen that no share applies, `meal_told`
    what head office said of a meal had elsewhere. `authorisation` covers all that the account has paid so far; what head office
    holds for it may be used until `held_until_s` (monotonic).
    """

    catalogue: Catalogue
    day: date
    basket: Basket
    guest: Guest | None = None
    badge_number: str = field(default="", repr=False)
    tenders: list[Tender] = field(default_factory=list)
    chosen: int | None = None
    told_second_meal: bool = False
    meal_told: MealUsed | None = None
    authorisation: Authorisation | None = None
    held_until_s: float = math.inf

    @property
    def paid_minor(self) -> int:
        """What has been paid of it, in minor units."""
        return sum(tender.amount_minor for tender in self.tenders)

    @property
    def open_minor(self) -> int:
        """What is still to be paid by account or card."""
        return self.basket.to_pay_minor - self.paid_minor

    @property
    def open_cash_minor(self) -> int:
        """What is still to be paid in coins, rounded to the smallest one."""
        cash = sum(tender.amount_minor for tender in self.tenders if tender.kind is TenderKind.CASH)
        step_minor = self.catalogue.cash_rounding_minor
        return cash_due(self.basket.to_pay_minor, self.paid_minor - cash, step_minor) - cash


@dataclass(frozen=True)
class Paid:
    """The last thing that was done with money: the card that shows it, and for the guest's display its ticket."""

    card: PaidMessage
    ticket: Ticket | None = None
    balance_after_minor: int | None = None


@dataclass(frozen=True)
class Pending:
    """What waits for the badge of somebody with `permission`."""

    permission: str
    do: Callable[[], None]


@dataclass(frozen=True)
class Offer:
    """A guest whose badge was shown while the tray belonged to another."""

    guest: Guest
    badge_number: str = field(repr=False)


@dataclass
class TillState:
    """`strips` explain the last thing done and go with the next one; those in `strips_of_local_mode` end with it too.

    `approved_by` is the supervisor whose badge allowed it.
    """

    cashier: Cashier | None = None
    tray: Tray | None = None
    paid: Paid | None = None
    page: int = 0
    panel: Panel | None = None
    strips: list[StripMessage] = field(default_factory=list)
    strips_of_local_mode: list[StripMessage] = field(default_factory=list)
    pending: Pending | None = None
    approved_by: str = ""
    offer: Offer | None = None
    training: bool = False
    problem: Say | None = None
    closed: Closed | None = None
    badge_seen: str = field(default="", repr=False)
    badge_seen_s: float = 0.0

    @property
    def cashier_id(self) -> str | None:
        """Who is signed in."""
        return self.cashier.cashier_id if self.cashier else None
