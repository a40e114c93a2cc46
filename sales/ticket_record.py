"""The immutable record of a sale, and what must hold in it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sales.catalogue import Unit
from sales.errors import SalesError
from sales.ids import is_article_id, is_guest_id, is_plain_id
from sales.pricing import amount
from sales.tax import Service, TaxLine
from sales.tender import Tender, TenderKind


class TicketError(SalesError):
    """The figures of a ticket do not agree, or a field holds what it must not."""


@dataclass(frozen=True)
class TicketOption:
    """An option as it was sold; `price_minor` is contained in the amount of its line."""

    id: str
    name: str
    price_minor: int


@dataclass(frozen=True)
class TicketLine:
    """One line as it was sold: everything needed to print, tax and count it without a catalogue.

    Amounts in minor units, tax included. `unit_minor` is the price per piece or per 100 g without options, `base_minor`
    the fixed part of a price by weight. `rate_bp` is the rate of tax in basis points. Raises `TicketError` when
    `amount_minor` does not follow from quantity, weight, price and options.
    """

    article_id: str
    plu: int | None
    name: str
    quantity: int
    weight_g: int | None
    unit: Unit
    unit_minor: int
    options: tuple[TicketOption, ...]
    amount_minor: int
    tax_class_id: str
    rate_bp: int
    base_minor: int = 0

    def __post_init__(self) -> None:
        if not is_article_id(self.article_id):
            raise TicketError(f"{self.article_id!r} is not an article id")
        options_minor = (option.price_minor for option in self.options)
        try:
            expected_minor = amount(
                self.unit, self.unit_minor, self.base_minor, self.quantity, self.weight_g, options_minor
            )
        except ValueError as error:
            raise TicketError(f"article {self.article_id!r}: {error}") from error
        if self.amount_minor != expected_minor:
            raise TicketError(
                f"article {self.article_id!r}: the amount is {self.amount_minor}, its parts make {expected_minor}"
            )


@dataclass(frozen=True)
class Ticket:
    """A sale that took place. Amounts in minor units of `currency`, tax included.

    `number` is gapless per terminal and epoch, from 1. `business_day` is the day the sale counts for. `guest_id` is
    opaque, None for a guest without a badge. Raises `TicketError` unless lines sum to the total, the gross amounts per
    rate equal those of the lines, and total + rounding = tenders - change.
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
    pickup_number: int

    def __post_init__(self) -> None:
        self._check_head()
        self._check_lines()
        self._check_taxes()
        self._check_payment()

    def _check_head(self) -> None:
        for field, value in (
            ("terminal", self.terminal),
            ("store", self.store),
            ("guest_category_id", self.guest_category_id),
        ):
            if not is_plain_id(value):
                raise TicketError(f"{field} {value!r} must match [a-z0-9][a-z0-9-]{{0,39}}")
        if self.guest_id is not None and not is_guest_id(self.guest_id):
            raise TicketError(f"guest_id {self.guest_id!r} must match [A-Za-z0-9-]{{1,40}}")
        if self.number < 1:
            raise TicketError(f"ticket numbers begin at 1, this one is {self.number}")
        if self.time_utc.utcoffset() != timedelta(0):
            raise TicketError("time_utc must be given in UTC")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise TicketError(f"currency {self.currency!r} is not an ISO 4217 code")

    def _check_lines(self) -> None:
        if not self.lines:
            raise TicketError("a ticket needs at least one line")
        lines_minor = sum(line.amount_minor for line in self.lines)
        if lines_minor != self.total_minor:
            raise TicketError(f"the lines sum to {lines_minor}, the total is {self.total_minor}")

    def _check_taxes(self) -> None:
        gross_by_rate: dict[int, int] = {}
        for line in self.lines:
            gross_by_rate[line.rate_bp] = gross_by_rate.get(line.rate_bp, 0) + line.amount_minor
        stated = [(tax.rate_bp, tax.gross_minor) for tax in self.taxes]
        if sorted(stated) != sorted(gross_by_rate.items()):
            raise TicketError("the gross amounts per rate of tax differ from those of the lines")
        for tax in self.taxes:
            if tax.net_minor + tax.tax_minor != tax.gross_minor:
                raise TicketError(f"net and tax at {tax.rate_bp} basis points do not sum to the gross amount")

    def _check_payment(self) -> None:
        if self.change_minor < 0:
            raise TicketError(f"change cannot be negative, it is {self.change_minor}")
        has_cash = any(tender.kind is TenderKind.CASH for tender in self.tenders)
        if not has_cash and (self.rounding_minor or self.change_minor):
            raise TicketError("only cash is rounded and gives change")
        paid_minor = sum(tender.amount_minor for tender in self.tenders) - self.change_minor
        if self.total_minor + self.rounding_minor != paid_minor:
            raise TicketError(
                f"tenders less change pay {paid_minor}, total and rounding are {self.total_minor + self.rounding_minor}"
            )
