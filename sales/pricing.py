"""Which price applies, and what a line costs."""

from collections.abc import Iterable
from datetime import date

from sales.catalogue import Article, Catalogue, Option, Price, Unit
from sales.errors import SalesError
from sales.money import round_half_up

GRAMS_PER_PRICE = 100


class NoPrice(SalesError):
    """The article has no price for this guest on this day."""


def price_of(catalogue: Catalogue, article: Article, guest_category_id: str, on: date) -> Price:
    """Return the price a guest of this category pays in the catalogue's store on the day `on`.

    The most specific wins: category and store, category, store, general; of equals the one valid from the later day.
    Raises `NoPrice` when none is valid.
    """
    valid = [
        price
        for price in catalogue.prices_of(article.id)
        if price.guest_category_id in (None, guest_category_id)
        and price.store_id in (None, catalogue.store.id)
        and price.valid_from <= on
        and (price.valid_to is None or on <= price.valid_to)
    ]
    if not valid:
        raise NoPrice(f"article {article.id!r} has no price for {guest_category_id!r} on {on.isoformat()}")
    return max(
        valid,
        key=lambda price: (price.guest_category_id is not None, price.store_id is not None, price.valid_from),
    )


def amount(
    unit: Unit,
    unit_minor: int,
    base_minor: int,
    quantity: int,
    weight_g: int | None,
    option_prices_minor: Iterable[int],
) -> int:
    """Return what a line costs in minor units, from the figures a ticket keeps.

    By the piece: quantity x (price + options). By weight: base + price x grams / 100, rounded once, + options.
    Raises ValueError when the quantity is below 1, a piece has a weight, or something weighed has no weight above zero
    or a quantity other than 1.
    """
    if quantity < 1:
        raise ValueError(f"the quantity must be at least 1, not {quantity}")
    options_minor = sum(option_prices_minor)
    if unit is Unit.PIECE:
        if weight_g is not None:
            raise ValueError("what is sold by the piece has no weight")
        return quantity * (unit_minor + options_minor)
    if weight_g is None or weight_g <= 0:
        raise ValueError(f"what is sold by weight needs a weight above zero in grams, not {weight_g}")
    if quantity != 1:
        raise ValueError("what is sold by weight is weighed one by one: the quantity must be 1")
    return base_minor + round_half_up(unit_minor * weight_g, GRAMS_PER_PRICE) + options_minor


def line_amount(price: Price, unit: Unit, quantity: int, weight_g: int | None, options: Iterable[Option]) -> int:
    """Return what a line costs in minor units under `price`; see `amount` for the arithmetic and what is refused."""
    prices_minor = (option.price_minor for option in options)
    return amount(unit, price.amount_minor, price.base_minor, quantity, weight_g, prices_minor)
