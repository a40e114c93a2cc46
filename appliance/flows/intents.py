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


@dataclass(frozen=True)
class ChooseReceipt:
    """`way` is paper, qr or none."""

    way: str


@dataclass(frozen=True)
class PressSetMenu:
    """Take one of everything that makes the set menu."""

    set_menu_id: str


@dataclass(frozen=True)
class OpenSetMenu:
    """Show a set menu with a choice for each of its parts."""

    set_menu_id: str


@dataclass(frozen=True)
class ShowPage:
    """Turn to another page of quick keys."""

    page: int


@dataclass(frozen=True)
class ChooseLine:
    """Choose a line of the ticket at the till; choosing it again lets go."""

    index: int


@dataclass(frozen=True)
class Undo:
    """Take the last change of the basket back."""


@dataclass(frozen=True)
class OneMore:
    """One more of the chosen line, or of the last."""


@dataclass(frozen=True)
class RemoveLine:
    """Take the chosen line out."""


@dataclass(frozen=True)
class Hold:
    """Park the basket and be ready for the next guest."""


@dataclass(frozen=True)
class Recall:
    held_id: str


@dataclass(frozen=True)
class ClearBasket:
    """Throw the unpaid basket away."""


@dataclass(frozen=True)
class PayByAccount:
    """Pay with the badge that was presented."""


@dataclass(frozen=True)
class PayPartByAccount:
    """Take what the account of the badge holds; the rest is paid otherwise."""


@dataclass(frozen=True)
class PayByCard:
    """Record a payment made on a card terminal of its own."""


@dataclass(frozen=True)
class CashGiven:
    """Cash handed over, in minor units; None stands for the exact amount."""

    amount_minor: int | None


@dataclass(frozen=True)
class LastSlip:
    """Print the last slip: its first copy where none was printed, else a duplicate."""


@dataclass(frozen=True)
class Typed:
    """A digit, a letter or `00` was touched on the keys of the screen."""

    text: str


@dataclass(frozen=True)
class Backspace:
    pass


@dataclass(frozen=True)
class PadDone:
    """What was typed is complete."""


@dataclass(frozen=True)
class ClosePanel:
    """Leave the pad, list, report or count without doing anything."""


@dataclass(frozen=True)
class OpenSearch:
    """Type the name, PLU or barcode of an article, or a guest's name."""


@dataclass(frozen=True)
class OpenFunction:
    """Open or do one of the till's functions; `name` is a member of `flows.till.functions.Function`."""

    name: str


@dataclass(frozen=True)
class ChooseCashier:
    cashier_id: str


@dataclass(frozen=True)
class ChooseGuest:
    """Take the guest found by name, because the badge was forgotten, or the one whose badge a strip offers."""

    guest_id: str


@dataclass(frozen=True)
class ChooseRow:
    """Choose a row of the list that lies open."""

    row_id: str


@dataclass(frozen=True)
class CountCoin:
    """Choose the coin or note whose number is typed next."""

    value_minor: int


@dataclass(frozen=True)
class DismissStrip:
    """The explanation at the side has been read."""


@dataclass(frozen=True)
class ChangeOrderState:
    """Bring an order on the preparation screen to `state` (open, ready or collected)."""

    terminal: str
    epoch: int
    number: int
    state: str


@dataclass(frozen=True)
class ToggleSoldOut:
    """Switch an article between sold out and available, everywhere."""

    article_id: str


@dataclass(frozen=True)
class Knock:
    """The store's name was touched; five times in quick succession open the technician's screen."""


@dataclass(frozen=True)
class CloseTechnician:
    """Leave the technician's screen."""


@dataclass(frozen=True)
class SendNow:
    """Deliver to head office now, whatever the transfer mode."""


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
    | ChooseReceipt
    | PressSetMenu
    | OpenSetMenu
    | ShowPage
    | ChooseLine
    | Undo
    | OneMore
    | RemoveLine
    | Hold
    | Recall
    | ClearBasket
    | PayByAccount
    | PayPartByAccount
    | PayByCard
    | CashGiven
    | LastSlip
    | Typed
    | Backspace
    | PadDone
    | ClosePanel
    | OpenSearch
    | OpenFunction
    | ChooseCashier
    | ChooseGuest
    | ChooseRow
    | CountCoin
    | DismissStrip
    | ChangeOrderState
    | ToggleSoldOut
    | Knock
    | CloseTechnician
    | SendNow
)
