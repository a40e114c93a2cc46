"""What a ticket is made of: its lines, what changed their prices, set menus, payers' charges, what it reverses."""

from dataclasses import dataclass

from sales.article import Unit
from sales.errors import SalesError
from sales.funding import FEE_ARTICLE_ID
from sales.ids import is_article_id, is_plain_id
from sales.kinds import AdjustmentKind, LineKind
from sales.pricing import amount
from sales.tax import RatePart, TaxLine


class TicketError(SalesError):
    """The figures of a ticket do not agree, or a field holds what it must not."""


@dataclass(frozen=True)
class TicketOption:
    """An option as it was sold; `price_minor` is contained in the amount of its line."""

    id: str
    name: str
    price_minor: int


@dataclass(frozen=True)
class TicketAdjustment:
    """Why a line costs more or less than its list price: `amount_minor` is added to it, below zero for less.

    `id` is the set menu's, or `line` / `ticket` for a discount, or `price` for a price set by hand.
    """

    kind: AdjustmentKind
    id: str
    name: str
    amount_minor: int
    reason: str = ""


@dataclass(frozen=True)
class TicketLine:
    """One line as it was sold: everything needed to print, tax and count it without a catalogue.

    Amounts in minor units, tax included. `unit_minor` is the list price per piece or per 100 g without options,
    `base_minor` the fixed part of a price by weight. `rate_bp` is the rate of tax in basis points. `menu` is the place, from
    1, of its set menu among those of the ticket. What is taken back has a quantity below zero. Raises `TicketError` when
    `amount_minor` does not follow from quantity, weight, price, options and adjustments.
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
    kind: LineKind = LineKind.ARTICLE
    adjustments: tuple[TicketAdjustment, ...] = ()
    menu: int | None = None

    def __post_init__(self) -> None:
        if not is_article_id(self.article_id):
            raise TicketError(f"{self.article_id!r} is not an article id")
        if (self.kind is LineKind.FEE) != (self.article_id == FEE_ARTICLE_ID):
            raise TicketError(f"article {self.article_id!r}: the fee, and only the fee, is {FEE_ARTICLE_ID!r}")
        if self.menu is not None and not any(a.kind is AdjustmentKind.SET_MENU for a in self.adjustments):
            raise TicketError(f"article {self.article_id!r} belongs to a set menu that does not change its price")
        expected_minor = self.list_minor + sum(adjustment.amount_minor for adjustment in self.adjustments)
        if self.amount_minor != expected_minor:
            raise TicketError(
                f"article {self.article_id!r}: the amount is {self.amount_minor}, its parts make {expected_minor}"
            )

    @property
    def list_minor(self) -> int:
        """What the line would cost without adjustments, in minor units."""
        sign = -1 if self.quantity < 0 else 1
        options_minor = (option.price_minor for option in self.options)
        try:
            return sign * amount(
                self.unit, self.unit_minor, self.base_minor, sign * self.quantity, self.weight_g, options_minor
            )
        except ValueError as error:
            raise TicketError(f"article {self.article_id!r}: {error}") from error


@dataclass(frozen=True)
class TicketMenu:
    """A set menu that was recognised: what it cost without surcharges of options, and what it saved."""

    name: str
    price_minor: int
    saved_minor: int


@dataclass(frozen=True)
class TicketCharge:
    """What a payer owes of the ticket, in minor units, tax included.

    `covers` is what it takes off the rates as sold, `parts` what it owes by the rates its part is taxed at: the same,
    unless the payer has a VAT rule of its own, then `tax_class_id` names it. Both sum to `amount_minor`; raises `TicketError`
    otherwise.
    """

    payer_id: str
    name: str
    covers: tuple[RatePart, ...]
    parts: tuple[TaxLine, ...]
    tax_class_id: str | None = None

    def __post_init__(self) -> None:
        if not is_plain_id(self.payer_id):
            raise TicketError(f"payer_id {self.payer_id!r} must match [a-z0-9][a-z0-9-]{{0,39}}")
        owed_minor = sum(part.gross_minor for part in self.parts)
        if self.amount_minor != owed_minor:
            raise TicketError(f"payer {self.payer_id!r} covers {self.amount_minor} and owes {owed_minor}")
        for part in self.parts:
            if part.net_minor + part.tax_minor != part.gross_minor:
                raise TicketError(
                    f"payer {self.payer_id!r}: net and tax at {part.rate_bp} do not sum to the gross amount"
                )

    @property
    def amount_minor(self) -> int:
        """What the payer owes."""
        return sum(part.gross_minor for part in self.covers)


@dataclass(frozen=True)
class TicketRef:
    """A ticket: `number` is unique per terminal and epoch."""

    terminal: str
    epoch: int
    number: int

    def __post_init__(self) -> None:
        if not is_plain_id(self.terminal):
            raise TicketError(f"terminal {self.terminal!r} must match [a-z0-9][a-z0-9-]{{0,39}}")
        if self.epoch < 1 or self.number < 1:
            raise TicketError(f"epochs and ticket numbers begin at 1, these are {self.epoch} and {self.number}")
