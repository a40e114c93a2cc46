"""From what was chosen to a bill.

Prices change in this order, each step starting from what the one before left: the price set by hand, the discount of the line,
set menus, the discount of the whole ticket, the fee, the payer's share. A line with a price or discount of its own takes no part
in set menus, nor does what is weighed or has options that take something off. Surcharges of options stay on top of a menu. The fee
is not discounted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sales.adjusting import Item, by_hand, discounted
from sales.article import Unit
from sales.bill import Adjustment, Bill, BillLine, BillMenu, Charge
from sales.catalogue import Catalogue
from sales.discount import Discount
from sales.funding import FEE_NAME, Diner, Funding, MealTerms
from sales.kinds import AdjustmentKind, LineKind
from sales.money import allocate
from sales.recognition import Found, Piece, recognise
from sales.sharing import choose_terms, cover, fund, owed, taxes_of
from sales.tax import Service

__all__ = ["Item", "Occasion", "make_bill"]


@dataclass(frozen=True)
class Occasion:
    """Who eats when: all that prices depend on besides the items. `meal_id` is None outside of meal services."""

    catalogue: Catalogue
    diner: Diner
    on: date
    service: Service
    meal_id: str | None


def make_bill(occasion: Occasion, items: Sequence[Item], discount: Discount | None) -> Bill:
    """Return the bill of `items`. Raises `NoTaxRate` when the fee or the payer has no rate of tax on the day.

    Where set menus are all that makes a tray a meal, they are left out if fee and share would then cost the guest more
    than they save.
    """
    found = _set_menus(occasion, items)
    has_meal = any(occasion.catalogue.category(item.article.category_id).is_meal for item in items)
    bill = _bill(occasion, items, discount, found, has_meal=has_meal or bool(found))
    if found and not has_meal:
        without = _bill(occasion, items, discount, (), has_meal=False)
        if without.to_pay_minor < bill.to_pay_minor:
            return without
    return bill


def _bill(
    occasion: Occasion, items: Sequence[Item], discount: Discount | None, found: Sequence[Found], *, has_meal: bool
) -> Bill:
    lines = _lines(items, found)
    if discount is not None:
        lines = discounted(lines, discount)
    catalogue, diner = occasion.catalogue, occasion.diner
    terms = choose_terms(catalogue.meal_terms, diner, occasion.meal_id, occasion.on)
    funding = fund(
        terms,
        {payer.id for payer in catalogue.payers},
        diner,
        occasion.meal_id,
        occasion.on,
        has_meal=has_meal,
        goods_minor=sum(line.amount_minor for line in lines),
    )
    if funding.fee_minor and terms is not None:
        lines.append(_fee(occasion, terms))
    charges = _charges(occasion, funding, lines)
    total_minor = sum(line.amount_minor for line in lines)
    return Bill(
        lines=tuple(lines),
        menus=tuple(BillMenu(menu.set_menu, menu.price_minor, menu.saved_minor) for menu in found),
        funding=funding,
        charges=charges,
        total_minor=total_minor,
        to_pay_minor=total_minor - sum(charge.amount_minor for charge in charges),
        taxes=taxes_of(
            [(line.rate_bp, line.amount_minor) for line in lines],
            [(charge.covers, charge.parts) for charge in charges],
        ),
    )


def _set_menus(occasion: Occasion, items: Sequence[Item]) -> tuple[Found, ...]:
    offers = [
        (menu, price_minor)
        for menu in occasion.catalogue.set_menus
        if (price_minor := menu.price_minor(occasion.diner.guest_category_id)) is not None
    ]
    if not offers:
        return ()
    pieces = [
        Piece(item.article, item.unit_minor, tuple(option.id for option in item.options), index)
        for index, item in enumerate(items)
        if item.article.unit is Unit.PIECE
        and item.override is None
        and item.discount is None
        and sum(option.price_minor for option in item.options) >= 0
        for _ in range(item.quantity)
    ]
    return recognise(pieces, offers)


def _lines(items: Sequence[Item], found: Iterable[Found]) -> list[BillLine]:
    """Part every item into what belongs to each set menu and the rest."""
    in_menus: dict[int, list[tuple[int, int, Adjustment]]] = defaultdict(list)
    for menu, entry in enumerate(found, start=1):
        split = allocate(entry.price_minor, [piece.list_minor for piece in entry.pieces])
        quantities: dict[int, int] = defaultdict(int)
        changes: dict[int, int] = defaultdict(int)
        for piece, part_minor in zip(entry.pieces, split, strict=True):
            quantities[piece.line] += 1
            changes[piece.line] += part_minor - piece.list_minor
        for index, quantity in quantities.items():
            kind, set_menu = AdjustmentKind.SET_MENU, entry.set_menu
            in_menus[index].append((menu, quantity, Adjustment(kind, set_menu.id, set_menu.name, changes[index])))
    lines = []
    for index, item in enumerate(items):
        rest = item.quantity
        for menu, quantity, adjustment in in_menus[index]:
            lines.append(_line(index, item, quantity, (adjustment,), menu))
            rest -= quantity
        if rest:
            lines.append(_line(index, item, rest, by_hand(item), None))
    return lines


def _line(index: int, item: Item, quantity: int, adjustments: tuple[Adjustment, ...], menu: int | None) -> BillLine:
    whole = quantity == item.quantity
    list_minor = item.amount_minor if whole else item.amount_minor // item.quantity * quantity
    return BillLine(
        kind=LineKind.ARTICLE,
        basket_index=index,
        article=item.article,
        name=item.article.name,
        quantity=quantity,
        weight_g=item.weight_g,
        options=item.options,
        unit_minor=item.unit_minor,
        base_minor=item.base_minor,
        adjustments=adjustments,
        amount_minor=list_minor + sum(adjustment.amount_minor for adjustment in adjustments),
        tax_class_id=item.article.tax_class_id,
        rate_bp=item.rate_bp,
        menu=menu,
    )


def _fee(occasion: Occasion, terms: MealTerms) -> BillLine:
    tax_class_id = terms.fee_tax_class_id or ""
    return BillLine(
        kind=LineKind.FEE,
        basket_index=None,
        article=None,
        name=FEE_NAME,
        quantity=1,
        weight_g=None,
        options=(),
        unit_minor=terms.fee_minor,
        base_minor=0,
        adjustments=(),
        amount_minor=terms.fee_minor,
        tax_class_id=tax_class_id,
        rate_bp=occasion.catalogue.tax_class(tax_class_id).rate_bp(occasion.service, occasion.on),
        menu=None,
    )


def _charges(occasion: Occasion, funding: Funding, lines: Iterable[BillLine]) -> tuple[Charge, ...]:
    if not funding.share_minor or funding.payer_id is None:
        return ()
    gross_by_rate: dict[int, int] = defaultdict(int)
    for line in lines:
        gross_by_rate[line.rate_bp] += line.amount_minor
    payer = occasion.catalogue.payer(funding.payer_id)
    own_rate_bp = None
    if payer.tax_class_id is not None:
        own_rate_bp = occasion.catalogue.tax_class(payer.tax_class_id).rate_bp(occasion.service, occasion.on)
    covers = cover(gross_by_rate, funding.share_minor)
    return (Charge(payer, covers, owed(covers, own_rate_bp)),)
