"""What is changed by hand: prices and discounts of lines, and the discount of a whole ticket."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sales.article import Article, Option
from sales.bill import Adjustment, BillLine
from sales.discount import Discount, Override
from sales.kinds import AdjustmentKind
from sales.money import allocate
from sales.pricing import amount
from sales.text import Text

OVERRIDE_NAME: Text = {
    "en": "Price changed",
    "fr": "Prix modifié",
    "de": "Preis geändert",
    "es": "Precio modificado",
}


@dataclass(frozen=True)
class Item:
    """A line of the basket, priced from the list, with what was changed by hand. Amounts in minor units."""

    article: Article
    quantity: int
    weight_g: int | None
    options: tuple[Option, ...]
    unit_minor: int
    base_minor: int
    amount_minor: int
    rate_bp: int
    override: Override | None = None
    discount: Discount | None = None


def by_hand(item: Item) -> tuple[Adjustment, ...]:
    """Return the price set by hand and the discount of a line."""
    changes = []
    amount_minor = item.amount_minor
    if item.override is not None:
        options_minor = (option.price_minor for option in item.options)
        unit_minor = item.override.unit_minor
        new_minor = amount(item.article.unit, unit_minor, item.base_minor, item.quantity, item.weight_g, options_minor)
        change_minor = new_minor - amount_minor
        changes.append(Adjustment(AdjustmentKind.OVERRIDE, "price", OVERRIDE_NAME, change_minor, item.override.reason))
        amount_minor = new_minor
    if item.discount is not None:
        changes.append(_taken_off("line", item.discount, item.discount.off_minor(amount_minor)))
    return tuple(changes)


def _taken_off(where: str, discount: Discount, off_minor: int) -> Adjustment:
    return Adjustment(AdjustmentKind.DISCOUNT, where, {"en": discount.name}, -off_minor, discount.reason)


def discounted(lines: Sequence[BillLine], discount: Discount) -> list[BillLine]:
    """Return the lines with the discount of the whole ticket taken off them in proportion; none goes below zero."""
    weights = [max(line.amount_minor, 0) for line in lines]
    off_minor = min(discount.off_minor(sum(weights)), max(sum(line.amount_minor for line in lines), 0))
    if not off_minor:
        return list(lines)
    return [
        replace(
            line,
            adjustments=(*line.adjustments, _taken_off("ticket", discount, part_minor)),
            amount_minor=line.amount_minor - part_minor,
        )
        if part_minor
        else line
        for line, part_minor in zip(lines, allocate(off_minor, weights), strict=True)
    ]
