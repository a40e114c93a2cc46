"""The immutable record of a sale or of what was taken back, and what must hold in it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sales.authorisation import Authorisation
from sales.funding import ShareReason
from sales.ids import is_guest_id, is_plain_id
from sales.kinds import AdjustmentKind, TicketKind
from sales.tax import Service, TaxLine
from sales.tender import Tender, TenderKind
from sales.ticket_parts import (
    TicketAdjustment,
    TicketCharge,
    TicketError,
    TicketLine,
    TicketMenu,
    TicketOption,
    TicketRef,
)

__all__ = [
    "Ticket",
    "TicketAdjustment",
    "TicketCharge",
    "TicketError",
    "TicketLine",
    "TicketMenu",
    "TicketOption",
    "TicketRef",
]


@dataclass(frozen=True)
class Ticket:
    """A sale that took place, or its reversal. Amounts in minor units of `currency`, tax included.

    `number` is gapless per terminal and epoch, from 1. `business_day` is the day the ticket counts for. `guest_id` is
    opaque, None for a guest without a badge. `meal_id` is the meal service it was sold in. A void or refund `reverses` a
    sale of the business day `reverses_day`: its quantities, amounts, taxes, tenders and charges are below zero. `meals_used`
    is 1 when the sale used the guest's subsidised meal, -1 when a reversal gives it back. `authorisation` is what came of asking
    head office for the guest's money, None where it was not asked.

    Raises `TicketError` unless lines sum to the total, the gross amounts per rate equal those of the lines less what payers
    cover plus what they owe, set menus cost what their lines do, and to pay + rounding = tenders - change.
    """

    terminal: str
    store: str
    number: int
    time_utc: datetime
    business_day: date
    currency: str
    catalogue_revision: int
    service: Service
    language: str
    guest_id: str | None
    guest_category_id: str
    lines: tuple[TicketLine, ...]
    taxes: tuple[TaxLine, ...]
    tenders: tuple[Tender, ...]
    total_minor: int
    rounding_minor: int
    change_minor: int
    pickup_number: int | None
    kind: TicketKind = TicketKind.SALE
    reverses: TicketRef | None = None
    reverses_day: date | None = None
    cashier_id: str | None = None
    shift: int | None = None
    training: bool = False
    meal_id: str | None = None
    payer_id: str | None = None
    charges: tuple[TicketCharge, ...] = ()
    share_reason: str = ""
    meals_used: int = 0
    menus: tuple[TicketMenu, ...] = ()
    authorisation: Authorisation | None = None

    def __post_init__(self) -> None:
        self._check_head()
        self._check_kind()
        self._check_lines()
        self._check_menus()
        self._check_taxes()
        self._check_payment()

    @property
    def is_reversal(self) -> bool:
        """Whether the ticket takes back what another sold."""
        return self.kind is not TicketKind.SALE

    @property
    def sold_on(self) -> date:
        """The business day of the sale, of the one that is reversed for a reversal."""
        return self.reverses_day or self.business_day

    @property
    def charged_minor(self) -> int:
        """What payers owe of the ticket."""
        return sum(charge.amount_minor for charge in self.charges)

    @property
    def to_pay_minor(self) -> int:
        """What the guest pays, before any cash rounding."""
        return self.total_minor - self.charged_minor

    @property
    def guest_taxes(self) -> tuple[TaxLine, ...]:
        """The guest's part of the taxes: what is left of them after the payers' parts."""
        left = {tax.rate_bp: tax for tax in self.taxes}
        for charge in self.charges:
            for part in charge.parts:
                tax = left[part.rate_bp]
                left[part.rate_bp] = TaxLine(
                    tax.rate_bp,
                    tax.gross_minor - part.gross_minor,
                    tax.net_minor - part.net_minor,
                    tax.tax_minor - part.tax_minor,
                )
        return tuple(left.values())

    def _check_head(self) -> None:
        for field, value in (
            ("terminal", self.terminal),
            ("store", self.store),
            ("guest_category_id", self.guest_category_id),
            ("meal_id", self.meal_id),
            ("payer_id", self.payer_id),
        ):
            if value is not None and not is_plain_id(value):
                raise TicketError(f"{field} {value!r} must match [a-z0-9][a-z0-9-]{{0,39}}")
        for field, value in (("guest_id", self.guest_id), ("cashier_id", self.cashier_id)):
            if value is not None and not is_guest_id(value):
                raise TicketError(f"{field} {value!r} must match [A-Za-z0-9-]{{1,40}}")
        if self.number < 1:
            raise TicketError(f"ticket numbers begin at 1, this one is {self.number}")
        if self.shift is not None and self.shift < 1:
            raise TicketError(f"shifts begin at 1, this one is {self.shift}")
        if self.time_utc.utcoffset() != timedelta(0):
            raise TicketError("time_utc must be given in UTC")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise TicketError(f"currency {self.currency!r} is not an ISO 4217 code")
        if self.share_reason and self.share_reason not in tuple(ShareReason):
            raise TicketError(f"share_reason {self.share_reason!r} is none of {', '.join(ShareReason)}")

    def _check_kind(self) -> None:
        sign = -1 if self.is_reversal else 1
        if self.is_reversal != (self.reverses is not None) or self.is_reversal != (self.reverses_day is not None):
            raise TicketError("a void or refund, and nothing else, says which ticket of which day it reverses")
        if self.meals_used not in (0, sign):
            raise TicketError(f"a {self.kind} cannot use {self.meals_used} meals")
        if self.meals_used and (self.guest_id is None or self.meal_id is None):
            raise TicketError("a subsidised meal belongs to a guest and a meal service")
        if self.authorisation is not None and (self.is_reversal or self.training or self.guest_id is None):
            raise TicketError("head office is asked for the sale to a guest, not for a reversal and not in training")
        if any(line.quantity * sign < 1 for line in self.lines):
            raise TicketError(f"the quantities of a {self.kind} are {'below' if self.is_reversal else 'above'} zero")
        amounts = [tender.amount_minor for tender in self.tenders] + [charge.amount_minor for charge in self.charges]
        if any(amount_minor * sign < 0 for amount_minor in amounts):
            raise TicketError(
                f"tenders and charges of a {self.kind} cannot be {'above' if self.is_reversal else 'below'} zero"
            )

    def _check_lines(self) -> None:
        if not self.lines:
            raise TicketError("a ticket needs at least one line")
        lines_minor = sum(line.amount_minor for line in self.lines)
        if lines_minor != self.total_minor:
            raise TicketError(f"the lines sum to {lines_minor}, the total is {self.total_minor}")

    def _check_menus(self) -> None:
        prices_minor: Counter[int] = Counter()
        saved_minor: Counter[int] = Counter()
        for line in self.lines:
            if line.menu is not None:
                off_minor = sum(a.amount_minor for a in line.adjustments if a.kind is AdjustmentKind.SET_MENU)
                prices_minor[line.menu] += line.unit_minor * line.quantity + off_minor
                saved_minor[line.menu] -= off_minor
        found = {place: (prices_minor[place], saved_minor[place]) for place in prices_minor}
        stated = {place: (menu.price_minor, menu.saved_minor) for place, menu in enumerate(self.menus, start=1)}
        if found != stated:
            raise TicketError(f"the lines make set menus of (price, saved) {found}, stated are {stated}")

    def _check_taxes(self) -> None:
        gross_by_rate: dict[int, int] = {line.rate_bp: 0 for line in self.lines}
        moved = [(line.rate_bp, line.amount_minor) for line in self.lines]
        for charge in self.charges:
            moved += [(part.rate_bp, -part.gross_minor) for part in charge.covers]
            moved += [(part.rate_bp, part.gross_minor) for part in charge.parts]
        for rate_bp, gross_minor in moved:
            gross_by_rate[rate_bp] = gross_by_rate.get(rate_bp, 0) + gross_minor
        stated = [(tax.rate_bp, tax.gross_minor) for tax in self.taxes]
        if sorted(stated) != sorted(gross_by_rate.items()):
            raise TicketError("the gross amounts per rate of tax differ from those of the lines and charges")
        for tax in self.taxes:
            if tax.net_minor + tax.tax_minor != tax.gross_minor:
                raise TicketError(f"net and tax at {tax.rate_bp} basis points do not sum to the gross amount")

    def _check_payment(self) -> None:
        if self.change_minor < 0:
            raise TicketError(f"change cannot be negative, it is {self.change_minor}")
        if self.change_minor and self.is_reversal:
            raise TicketError("what is paid back gives no change")
        has_cash = any(tender.kind is TenderKind.CASH for tender in self.tenders)
        if not has_cash and (self.rounding_minor or self.change_minor):
            raise TicketError("only cash is rounded and gives change")
        paid_minor = sum(tender.amount_minor for tender in self.tenders) - self.change_minor
        if self.to_pay_minor + self.rounding_minor != paid_minor:
            raise TicketError(
                f"tenders less change pay {paid_minor}, total and rounding are {self.to_pay_minor + self.rounding_minor}"
            )
