"""Choosing an article: what can refuse it, and which options go with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sales.article import Article, Option
from sales.discount import Discount, Override
from sales.errors import SalesError


class BasketError(SalesError):
    """The article cannot be added like this; the basket is as it was."""


class SoldOut(BasketError):
    """There are not enough portions: `portions_left` is 0 when none is left at all."""

    def __init__(self, article_id: str, portions_left: int) -> None:
        super().__init__(f"article {article_id!r} is sold out: {portions_left} portions left")
        self.article_id = article_id
        self.portions_left = portions_left


class NotOnSale(BasketError):
    """The article is not on the menu of the day."""


class OptionMissing(BasketError):
    """A group needs more options chosen; `group_id` names it."""

    def __init__(self, article_id: str, group_id: str, minimum: int) -> None:
        super().__init__(f"article {article_id!r} needs at least {minimum} of option group {group_id!r}")
        self.article_id = article_id
        self.group_id = group_id


class OptionNotAllowed(BasketError):
    """An option does not belong to the article, was chosen twice, or is one too many of its group."""


class WeightMissing(BasketError):
    """The article is sold by weight and has to be weighed first."""


class SetMenuNotAvailable(BasketError):
    """Nothing that fits one of the slots of a set menu can be had now; `slot` is its place, from 0."""

    def __init__(self, set_menu_id: str, slot: int) -> None:
        super().__init__(f"set menu {set_menu_id!r}: nothing fits slot {slot + 1} now")
        self.set_menu_id = set_menu_id
        self.slot = slot


@dataclass(frozen=True)
class Chosen:
    """An article with quantity, weight and options, and what was changed by hand."""

    article: Article
    quantity: int
    weight_g: int | None
    options: tuple[Option, ...]
    override: Override | None = None
    discount: Discount | None = None

    def merges_with(self, other: "Chosen") -> bool:
        """Tell whether both are the same, so that one line with the sum of both says it all."""
        return self.weight_g is None and replace(self, quantity=1) == replace(other, quantity=1) and not self.by_hand

    @property
    def by_hand(self) -> bool:
        """Whether price or discount were set by hand."""
        return self.override is not None or self.discount is not None

    def times(self, quantity: int) -> "Chosen":
        """Return the same in another quantity."""
        return replace(self, quantity=quantity)


def check_portions(article: Article, chosen: Iterable[Chosen], more: int) -> None:
    """Raise `SoldOut` when `more` portions of the article cannot be had on top of those chosen."""
    if article.sold_out:
        raise SoldOut(article.id, 0)
    if article.portions_left is None:
        return
    taken = sum(line.quantity for line in chosen if line.article.id == article.id)
    if taken + more > article.portions_left:
        raise SoldOut(article.id, max(article.portions_left - taken, 0))


def chosen_options(article: Article, option_ids: Sequence[str]) -> tuple[Option, ...]:
    """Return the options in the order of the menu, whatever the order they were tapped in.

    Raises `OptionNotAllowed` or `OptionMissing`.
    """
    if len(set(option_ids)) != len(option_ids):
        raise OptionNotAllowed(f"article {article.id!r}: an option was chosen twice")
    unknown = set(option_ids) - {option.id for group in article.option_groups for option in group.options}
    if unknown:
        raise OptionNotAllowed(f"article {article.id!r} has no option {', '.join(sorted(unknown))}")
    chosen: list[Option] = []
    for group in article.option_groups:
        picked = [option for option in group.options if option.id in option_ids]
        if len(picked) < group.minimum:
            raise OptionMissing(article.id, group.id, group.minimum)
        if len(picked) > group.maximum:
            raise OptionNotAllowed(f"article {article.id!r}: at most {group.maximum} of option group {group.id!r}")
        chosen.extend(picked)
    return tuple(chosen)


def standard_options(article: Article) -> tuple[str, ...]:
    """Return the ids of the options an article has when nobody says otherwise: the cheapest of each group, as few as it needs."""
    return tuple(
        option.id
        for group in article.option_groups
        for option in sorted(group.options, key=lambda option: option.price_minor)[: group.minimum]
    )
