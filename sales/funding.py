"""Who pays a part of a meal: payers, what was agreed with them, who eats, and what one tray gets of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sales.errors import CatalogueError
from sales.ids import GUEST_CATEGORY
from sales.text import Text

FEE_ARTICLE_ID = "admission-fee"
"""The article id that lines of the fee carry; no article of a catalogue may have it."""

FEE_NAME: Text = {
    "en": "Admission fee",
    "fr": "Droit d'admission",
    "de": "Grundbetrag",
    "es": "Cuota de admisión",
}


@dataclass(frozen=True)
class Payer:
    """An employer or cost centre that owes a part of tickets.

    `tax_class_id` is the VAT rule of that part: None leaves it at the rates of what was sold, else it is taxed at this class.
    """

    id: str
    name: Text = field(hash=False)
    tax_class_id: str | None = None


@dataclass(frozen=True)
class MealTerms:
    """What was agreed for the meals of a guest category, from `valid_from` to `valid_to` (inclusive; None = open).

    `payer_id` and `service_period_id` restrict the terms; None means any. `fee_minor` is added to a tray that holds a
    meal (0 = no fee) and taxed at `fee_tax_class_id`; `share_minor` is what the payer pays of one meal per guest and
    service. Minor units, tax included. Raises `CatalogueError` for amounts below zero, a fee without a tax class, or an end
    before the beginning.
    """

    id: str
    guest_category_id: str
    payer_id: str | None
    service_period_id: str | None
    fee_minor: int
    fee_tax_class_id: str | None
    share_minor: int
    valid_from: date
    valid_to: date | None

    def __post_init__(self) -> None:
        if self.fee_minor < 0 or self.share_minor < 0:
            raise CatalogueError(f"meal terms {self.id!r}: neither the fee nor the share can be below zero")
        if self.fee_minor and self.fee_tax_class_id is None:
            raise CatalogueError(f"meal terms {self.id!r}: a fee needs a tax class")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise CatalogueError(f"meal terms {self.id!r} end on {self.valid_to}, before {self.valid_from}")

    def is_valid(self, on: date) -> bool:
        """Tell whether the terms apply on the day `on`."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class MealUsed:
    """How many subsidised meals a guest had in one meal service, and when and where the first was, if that is known."""

    day: date
    meal_id: str
    count: int
    at: datetime | None
    terminal: str


@dataclass(frozen=True)
class Diner:
    """Who eats: `guest_id` is None without a badge, `payer_id` None when nobody pays a part."""

    guest_category_id: str = GUEST_CATEGORY
    guest_id: str | None = None
    payer_id: str | None = None
    meals_used: tuple[MealUsed, ...] = ()

    def meal_used(self, day: date, meal_id: str) -> MealUsed | None:
        """Return the subsidised meal already had in this service, None if there was none."""
        for used in self.meals_used:
            if used.day == day and used.meal_id == meal_id and used.count > 0:
                return used
        return None


class ShareReason(StrEnum):
    """Why the payer's share applies, or why it does not."""

    APPLIED = "applied"
    SECOND_MEAL = "second_meal"
    NO_MEAL = "no_meal"
    NO_SERVICE = "no_service"
    NO_PAYER = "no_payer"
    NOT_AGREED = "not_agreed"
    NO_BADGE = "no_badge"


@dataclass(frozen=True)
class Funding:
    """What one tray is charged and given: `fee_minor` added, `share_minor` paid by `payer_id`, and the reason.

    `payer_id` names the diner's payer whether or not it pays. `used` is the meal that used the share up, with the reason
    `SECOND_MEAL` only.
    """

    terms: MealTerms | None
    fee_minor: int
    share_minor: int
    payer_id: str | None
    reason: ShareReason
    used: MealUsed | None = None


def check_agreements(
    payers: Iterable[Payer],
    meal_terms: Iterable[MealTerms],
    guest_category_ids: Collection[str],
    service_period_ids: Collection[str],
    tax_class_ids: Collection[str],
) -> None:
    """Raise `CatalogueError` when payers or terms refer to what is not there, or two terms say different things."""
    payer_ids = set()
    for payer in payers:
        payer_ids.add(payer.id)
        if payer.tax_class_id is not None and payer.tax_class_id not in tax_class_ids:
            raise CatalogueError(f"payer {payer.id!r}: no tax class has the id {payer.tax_class_id!r}")
    seen = set()
    for terms in meal_terms:
        for kind, value, known in (
            ("guest category", terms.guest_category_id, guest_category_ids),
            ("payer", terms.payer_id, payer_ids),
            ("service period", terms.service_period_id, service_period_ids),
            ("tax class", terms.fee_tax_class_id, tax_class_ids),
        ):
            if value is not None and value not in known:
                raise CatalogueError(f"meal terms {terms.id!r}: no {kind} has the id {value!r}")
        key = (terms.guest_category_id, terms.payer_id, terms.service_period_id, terms.valid_from)
        if key in seen:
            raise CatalogueError(f"meal terms {terms.id!r} begin with others for the same guests, payer and service")
        seen.add(key)
