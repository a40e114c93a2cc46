"""What a guest has chosen so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sales.catalogue import Article, Catalogue, Option, Unit, UnknownArticle
from sales.errors import SalesError
from sales.pricing import line_amount, price_of
from sales.tax import Service, TaxLine, breakdown

__all__ = [
    "Basket",
    "BasketError",
    "BasketLine",
    "NotOnSale",
    "OptionMissing",
    "OptionNotAllowed",
    "SoldOut",
    "UnknownArticle",
    "WeightMissing",
]


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


@dataclass(frozen=True)
class BasketLine:
    """One line as it would be sold now. Amounts in minor units; `unit_minor` is per piece or per 100 g.

    `rate_bp` is the rate of tax contained in the amount, in basis points, for the service chosen.
    """

    article: Article
    quantity: int
    weight_g: int | None
    options: tuple[Option, ...]
    unit_minor: int
    base_minor: int
    amount_minor: int
    rate_bp: int


@dataclass(frozen=True)
class _Chosen:
    article: Article
    quantity: int
    weight_g: int | None
    options: tuple[Option, ...]

    def merges_with(self, other: "_Chosen") -> bool:
        return (
            self.weight_g is None
            and other.weight_g is None
            and self.article.id == other.article.id
            and self.options == other.options
        )

    def times(self, quantity: int) -> "_Chosen":
        return _Chosen(self.article, quantity, self.weight_g, self.options)


class Basket:
    """A mutable list of lines, priced from one catalogue revision for one guest category on one business day.

    Every change either happens in full or raises and leaves the basket as it was.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        guest_category_id: str,
        on: date,
        service: Service = Service.EAT_IN,
    ) -> None:
        self.catalogue = catalogue
        self.on = on
        self._guest_category_id = guest_category_id
        self._service = service
        self._chosen: list[_Chosen] = []
        self._lines: tuple[BasketLine, ...] = ()

    @property
    def guest_category_id(self) -> str:
        """Whose prices apply."""
        return self._guest_category_id

    @property
    def service(self) -> Service:
        """Eat-in or take-away."""
        return self._service

    @property
    def lines(self) -> tuple[BasketLine, ...]:
        """The lines in the order they were first chosen."""
        return self._lines

    @property
    def total_minor(self) -> int:
        """What is to be paid, tax included, in minor units, before any cash rounding."""
        return sum(line.amount_minor for line in self._lines)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been chosen."""
        return not self._lines

    def taxes(self) -> tuple[TaxLine, ...]:
        """Return the tax contained in the total, by rate."""
        return breakdown((line.rate_bp, line.amount_minor) for line in self._lines)

    def add(
        self,
        article_id: str,
        quantity: int = 1,
        weight_g: int | None = None,
        option_ids: Sequence[str] = (),
    ) -> int:
        """Add an article and return the index of its line: the same article with the same options shares one.

        `weight_g` is given for articles sold by weight, which always make a line of their own. Raises `UnknownArticle`,
        `NotOnSale`, `SoldOut`, `OptionMissing`, `OptionNotAllowed`, `WeightMissing`, `NoPrice`, `NoTaxRate`, or ValueError when the
        quantity is below 1 or the weight makes no sense.
        """
        if quantity < 1:
            raise ValueError(f"the quantity must be at least 1, not {quantity}")
        article = self.catalogue.article(article_id)
        if not article.is_on_sale(self.on):
            raise NotOnSale(f"article {article_id!r} is not on the menu of {self.on.isoformat()}")
        if article.unit is Unit.PER_100_G and weight_g is None:
            raise WeightMissing(f"article {article_id!r} is sold by weight and must be weighed")
        self._check_portions(article, quantity)
        new = _Chosen(article, quantity, weight_g, _chosen_options(article, option_ids))
        for index, old in enumerate(self._chosen):
            if old.merges_with(new):
                self._replace(index, old.times(old.quantity + quantity))
                return index
        self._adopt([*self._chosen, new])
        return len(self._chosen) - 1

    def change(self, index: int, delta: int) -> None:
        """Change the quantity of a line by `delta`; at zero or below the line goes.

        Raises `SoldOut`, IndexError when there is no such line, or ValueError when more of something weighed is asked for.
        """
        line = self._at(index)
        if line.quantity + delta <= 0:
            self.remove(index)
            return
        if delta > 0:
            self._check_portions(line.article, delta)
        self._replace(index, line.times(line.quantity + delta))

    def remove(self, index: int) -> None:
        """Take the line out; raises IndexError when there is no such line."""
        self._at(index)
        self._adopt([*self._chosen[:index], *self._chosen[index + 1 :]])

    def clear(self) -> None:
        """Take everything out."""
        self._adopt([])

    def set_service(self, service: Service) -> None:
        """Choose eat-in or take-away; prices include tax and stay, the tax within them may change."""
        self._lines = self._priced(self._chosen, self._guest_category_id, service)
        self._service = service

    def set_guest_category(self, guest_category_id: str) -> None:
        """Price everything anew for another guest category; raises `NoPrice` and changes nothing if a price is missing."""
        self._lines = self._priced(self._chosen, guest_category_id, self._service)
        self._guest_category_id = guest_category_id

    def _at(self, index: int) -> _Chosen:
        if not 0 <= index < len(self._chosen):
            raise IndexError(f"the basket has {len(self._chosen)} lines, none has the index {index}")
        return self._chosen[index]

    def _replace(self, index: int, line: _Chosen) -> None:
        self._adopt([*self._chosen[:index], line, *self._chosen[index + 1 :]])

    def _adopt(self, chosen: list[_Chosen]) -> None:
        self._lines = self._priced(chosen, self._guest_category_id, self._service)
        self._chosen = chosen

    def _priced(self, chosen: Iterable[_Chosen], guest_category_id: str, service: Service) -> tuple[BasketLine, ...]:
        lines = []
        for line in chosen:
            price = price_of(self.catalogue, line.article, guest_category_id, self.on)
            amount_minor = line_amount(price, line.article.unit, line.quantity, line.weight_g, line.options)
            lines.append(
                BasketLine(
                    article=line.article,
                    quantity=line.quantity,
                    weight_g=line.weight_g,
                    options=line.options,
                    unit_minor=price.amount_minor,
                    base_minor=price.base_minor,
                    amount_minor=amount_minor,
                    rate_bp=self.catalogue.tax_class(line.article.tax_class_id).rate_bp(service, self.on),
                )
            )
        return tuple(lines)

    def _check_portions(self, article: Article, more: int) -> None:
        if article.sold_out:
            raise SoldOut(article.id, 0)
        if article.portions_left is None:
            return
        taken = sum(line.quantity for line in self._chosen if line.article.id == article.id)
        if taken + more > article.portions_left:
            raise SoldOut(article.id, max(article.portions_left - taken, 0))


def _chosen_options(article: Article, option_ids: Sequence[str]) -> tuple[Option, ...]:
    """Return the options in the order of the menu, whatever the order they were tapped in."""
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
