"""What a person asks for by touching the screen. The screens send these; the flows alone decide what they mean."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OrderAsGuest:
    """Begin an order without a badge."""


@dataclass(frozen=True)
class ChooseLanguage:
    """Switch the screen's language, at any moment. `language` is en, fr, de or es."""

    language: str


@dataclass(frozen=True)
class ToggleHighContrast:
    """Switch between the normal and the high-contrast look."""


@dataclass(frozen=True)
class ShowCategory:
    category_id: str


@dataclass(frozen=True)
class OpenArticle:
    """Show an article with its allergens and options."""

    article_id: str


@dataclass(frozen=True)
class QuickAdd:
    """Add one of an article that needs no choice; opens the article where a choice is needed."""

    article_id: str


@dataclass(frozen=True)
class CloseArticle:
    """Leave the article without adding it."""


@dataclass(frozen=True)
class ToggleOption:
    group_id: str
    option_id: str


@dataclass(frozen=True)
class ChangeQuantity:
    """Change the quantity on the article sheet by `delta` pieces."""

    delta: int


@dataclass(frozen=True)
class AddToBasket:
    """Add what the article sheet shows."""


@dataclass(frozen=True)
class ChangeLine:
    """Change the quantity of basket line `index` by `delta` pieces; at zero the line goes."""

    index: int
    delta: int


@dataclass(frozen=True)
class ChooseService:
    """`service` is eat_in or take_away."""

    service: str


@dataclass(frozen=True)
class Pay:
    """Go from the basket to the payment."""


@dataclass(frozen=True)
class ConfirmPayment:
    """Pay the basket from the account of the badge presented."""


@dataclass(frozen=True)
class Back:
    """One step back; never loses the basket."""


@dataclass(frozen=True)
class StartAgain:
    """Throw the basket away and go to the attract screen."""


@dataclass(frozen=True)
class StillHere:
    """Answer to the time-out warning."""


@dataclass(frozen=True)
class DismissNotice:
    """The notice has been read."""


@dataclass(frozen=True)
class Finish:
    """Leave the "thank you" screen."""


Intent = (
    OrderAsGuest
    | ChooseLanguage
    | ToggleHighContrast
    | ShowCategory
    | OpenArticle
    | QuickAdd
    | CloseArticle
    | ToggleOption
    | ChangeQuantity
    | AddToBasket
    | ChangeLine
    | ChooseService
    | Pay
    | ConfirmPayment
    | Back
    | StartAgain
    | StillHere
    | DismissNotice
    | Finish
)
