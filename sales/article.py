"""What can be sold: articles with their options and allergens. Immutable."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sales.errors import CatalogueError
from sales.text import Text


class Unit(StrEnum):
    """What a price is for."""

    PIECE = "piece"
    PER_100_G = "per_100_g"


class Allergen(StrEnum):
    """The 14 substances of Regulation (EU) No 1169/2011, annex II, in its order."""

    GLUTEN = "gluten"
    CRUSTACEANS = "crustaceans"
    EGGS = "eggs"
    FISH = "fish"
    PEANUTS = "peanuts"
    SOY = "soy"
    MILK = "milk"
    NUTS = "nuts"
    CELERY = "celery"
    MUSTARD = "mustard"
    SESAME = "sesame"
    SULPHITES = "sulphites"
    LUPIN = "lupin"
    MOLLUSCS = "molluscs"

    @property
    def short(self) -> str:
        """The two-letter code shown where there is little room, such as GL."""
        return self.value[:2].upper()


@dataclass(frozen=True)
class Allergens:
    """What is known about allergens: `stated=False` means nobody said, stated and empty means free from all 14."""

    stated: bool
    contains: frozenset[Allergen] = frozenset()

    def __post_init__(self) -> None:
        if self.contains and not self.stated:
            raise CatalogueError("allergens that are contained are stated: stated=False needs an empty set")


@dataclass(frozen=True)
class Option:
    """One choice within an option group, with what it adds to the price in minor units."""

    id: str
    name: Text = field(hash=False)
    price_minor: int


@dataclass(frozen=True)
class OptionGroup:
    """A question asked with an article: at least `minimum` and at most `maximum` different options are chosen."""

    id: str
    name: Text = field(hash=False)
    minimum: int
    maximum: int
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= min(self.maximum, len(self.options)):
            raise CatalogueError(
                f"option group {self.id!r}: {self.minimum} to {self.maximum} of {len(self.options)} options is impossible"
            )


@dataclass(frozen=True)
class Article:
    """Something sold, by the piece or by weight.

    `days` are the days it is on the menu, None for every day. `portions_left` is None where nobody counts. `kitchen`
    marks what is prepared on order. `notes` are additives and other remarks as the kitchen wrote them. `picture` names a picture, if there is one.
    """

    id: str
    plu: int | None
    barcodes: tuple[str, ...]
    name: Text = field(hash=False)
    description: Text = field(hash=False)
    category_id: str
    unit: Unit
    tax_class_id: str
    allergens: Allergens
    diets: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    picture: str | None = None
    option_groups: tuple[OptionGroup, ...] = ()
    days: frozenset[date] | None = None
    sold_out: bool = False
    portions_left: int | None = None
    kitchen: bool = False

    def largest_reduction_minor(self) -> int:
        """Return how much the options with a negative price can take off one piece, in minor units, at least 0."""
        chosen = (
            price_minor
            for group in self.option_groups
            for price_minor in sorted(option.price_minor for option in group.options)[: group.maximum]
        )
        return -sum(price_minor for price_minor in chosen if price_minor < 0)

    def is_on_sale(self, day: date) -> bool:
        """Tell whether the article is on the menu of `day`, sold out or not."""
        return self.days is None or day in self.days
