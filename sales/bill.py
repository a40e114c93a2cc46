"""What a basket costs and who pays it, ready to be shown line by line."""

from dataclasses import dataclass, field

from sales.article import Article, Option
from sales.funding import Funding, Payer
from sales.kinds import AdjustmentKind, LineKind
from sales.menus import SetMenu
from sales.tax import RatePart, TaxLine
from sales.text import Text

__all__ = ["Adjustment", "AdjustmentKind", "Bill", "BillLine", "BillMenu", "Charge", "LineKind"]


@dataclass(frozen=True)
class Adjustment:
    """Why a line does not cost its list price; `amount_minor` is added to it, below zero for less.

    `id` is the set menu's, or `line` / `ticket` for a discount, or `price` for a price set by hand.
    """

    kind: AdjustmentKind
    id: str
    name: Text = field(hash=False)
    amount_minor: int
    reason: str = ""


@dataclass(frozen=True)
class BillLine:
    """One line as it would be sold now, in minor units, tax included.

    A basket line is several of these when only some of its pieces belong to a set menu. `unit_minor` and `base_minor` are
    list prices. `menu` is the place of its set menu in `Bill.menus`, from 1. `article` and `basket_index` are None for the fee.
    """

    kind: LineKind
    basket_index: int | None
    article: Article | None
    name: Text = field(hash=False)
    quantity: int
    weight_g: int | None
    options: tuple[Option, ...]
    unit_minor: int
    base_minor: int
    adjustments: tuple[Adjustment, ...]
    amount_minor: int
    tax_class_id: str
    rate_bp: int
    menu: int | None


@dataclass(frozen=True)
class BillMenu:
    """A set menu recognised in the basket: its price without surcharges of options, and what it saves the guest."""

    set_menu: SetMenu
    price_minor: int
    saved_minor: int


@dataclass(frozen=True)
class Charge:
    """What a payer owes: `covers` of the rates as sold, `parts` by the rates its part is taxed at; the same sum."""

    payer: Payer
    covers: tuple[RatePart, ...]
    parts: tuple[TaxLine, ...]

    @property
    def amount_minor(self) -> int:
        """What the payer owes, in minor units."""
        return sum(part.gross_minor for part in self.covers)


@dataclass(frozen=True)
class Bill:
    """Lines and what they come to: `to_pay_minor` by the guest, the rest of `total_minor` by payers.

    `taxes` holds what guest and payers pay together, by rate.
    """

    lines: tuple[BillLine, ...]
    menus: tuple[BillMenu, ...]
    funding: Funding
    charges: tuple[Charge, ...]
    total_minor: int
    to_pay_minor: int
    taxes: tuple[TaxLine, ...]
