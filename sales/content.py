"""What a basket holds, and how an article or the parts of a set menu come into it. Immutable."""

from collections.abc import Sequence
from dataclasses import dataclass

from sales.article import Unit
from sales.billing import Occasion
from sales.choosing import (
    Chosen,
    NotOnSale,
    SetMenuNotAvailable,
    SoldOut,
    WeightMissing,
    check_portions,
    chosen_options,
    standard_options,
)
from sales.discount import Discount
from sales.menus import MenuSlot
from sales.pricing import NoPrice, price_of


@dataclass(frozen=True)
class Content:
    """Lines as they were chosen, the discount of the whole ticket, and the index of the line touched last."""

    chosen: tuple[Chosen, ...] = ()
    discount: Discount | None = None
    touched: int | None = None

    def replaced(self, index: int, line: Chosen) -> "Content":
        """Return the content with another line at `index`."""
        return Content((*self.chosen[:index], line, *self.chosen[index + 1 :]), self.discount, index)

    def without(self, index: int) -> "Content":
        """Return the content without a line; a discount goes with the last one."""
        chosen = (*self.chosen[:index], *self.chosen[index + 1 :])
        return Content(chosen, self.discount if chosen else None)


def with_article(
    content: Content,
    occasion: Occasion,
    article_id: str,
    quantity: int,
    weight_g: int | None,
    option_ids: Sequence[str],
) -> Content:
    """Return the content with an article added to it; raises as `Basket.add` does, except for prices."""
    if quantity < 1:
        raise ValueError(f"the quantity must be at least 1, not {quantity}")
    article = occasion.catalogue.article(article_id)
    if not article.is_on_sale(occasion.on):
        raise NotOnSale(f"article {article_id!r} is not on the menu of {occasion.on.isoformat()}")
    if article.unit is Unit.PER_100_G and weight_g is None:
        raise WeightMissing(f"article {article_id!r} is sold by weight and must be weighed")
    check_portions(article, content.chosen, quantity)
    new = Chosen(article, quantity, weight_g, chosen_options(article, option_ids))
    for index, old in enumerate(content.chosen):
        if old.merges_with(new):
            return content.replaced(index, old.times(old.quantity + quantity))
    return Content((*content.chosen, new), content.discount, len(content.chosen))


def with_set_menu(content: Content, occasion: Occasion, set_menu_id: str) -> Content:
    """Return the content with the first article that can be had for each slot of a set menu."""
    for place, slot in enumerate(occasion.catalogue.set_menu(set_menu_id).slots):
        found = _with_slot(content, occasion, slot)
        if found is None:
            raise SetMenuNotAvailable(set_menu_id, place)
        content = found
    return content


def _with_slot(content: Content, occasion: Occasion, slot: MenuSlot) -> Content | None:
    menu = occasion.catalogue.on_sale(occasion.on)
    fitting = [article for article in menu if slot.takes(article) and article.unit is Unit.PIECE]
    for article in sorted(fitting, key=lambda article: any(group.minimum for group in article.option_groups)):
        try:
            price_of(occasion.catalogue, article, occasion.diner.guest_category_id, occasion.on)
            return with_article(content, occasion, article.id, 1, None, standard_options(article))
        except (SoldOut, NoPrice):
            continue
    return None
