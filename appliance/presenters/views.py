"""What each screen shows, as frozen values: every text is already translated and formatted, every decision already taken.

A `View` is one whole picture of the terminal. `screen` holds what fills it; `sheet`, `notice` and `timeout` lie on top, in that order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a thing is coloured."""

    NEUTRAL = "neutral"
    GOOD = "good"
    ATTENTION = "attention"
    REFUSED = "refused"


@dataclass(frozen=True)
class ScreenView:
    """Base of everything that fills the screen of a terminal, whatever its role."""


@dataclass(frozen=True)
class LanguageChoice:
    code: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Chip:
    """A small label such as "vegan", "4 left" or an allergen's short code; `icon` names a picture of the icon set or is empty."""

    text: str
    tone: Tone = Tone.NEUTRAL
    icon: str = ""


@dataclass(frozen=True)
class Header:
    store_name: str
    subtitle: str


@dataclass(frozen=True)
class GuestBanner:
    initials: str
    greeting: str
    detail: str
    balance_label: str
    balance: str


@dataclass(frozen=True)
class CategoryChip:
    category_id: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Tile:
    """One article, or one set menu if it has a `set_menu_id`. `picture` names a PNG of the picture set or is empty: a tile must look good without it.

    `can_add` is False for what cannot go into the basket here: sold out, or weighed at the till.
    """

    article_id: str
    name: str
    detail: str
    badges: tuple[Chip, ...]
    allergens: tuple[Chip, ...]
    price: str
    picture: str
    tint: str
    available: bool
    can_add: bool = True
    set_menu_id: str = ""


@dataclass(frozen=True)
class BasketLine:
    """A line of the basket. `index` is None for what a diner cannot change: a set menu's saving, a fee, a payer's share."""

    index: int | None
    quantity: str
    name: str
    detail: str
    amount: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class ServiceChoice:
    service: str
    name: str
    icon: str
    chosen: bool


@dataclass(frozen=True)
class BasketPanel:
    """`empty_text` is shown where there is no line yet; `can_pay` is False for an empty basket."""

    lines: tuple[BasketLine, ...]
    empty_text: str
    pay_label: str
    total: str
    can_pay: bool
    services: tuple[ServiceChoice, ...]
    start_again: str
    age: str


@dataclass(frozen=True)
class AttractScreen(ScreenView):
    header: Header
    title: str
    sentence: str
    guest_button: str
    badge_hint: str
    pictures: tuple[str, ...]


@dataclass(frozen=True)
class OrderScreen(ScreenView):
    header: Header
    guest: GuestBanner | None
    badge_invitation: str
    categories: tuple[CategoryChip, ...]
    tiles: tuple[Tile, ...]
    nothing_on_sale: str
    basket: BasketPanel


@dataclass(frozen=True)
class AmountRow:
    label: str
    amount: str
    strong: bool = False


@dataclass(frozen=True)
class CheckoutScreen(ScreenView):
    """Before paying: what, where it is eaten, how much, from whom.

    `confirm_label` is empty while a badge is still awaited (then `badge_invitation` says so) or when the balance does not
    suffice (then `problem` says what is missing).
    """

    header: Header
    title: str
    guest: GuestBanner | None
    lines: tuple[BasketLine, ...]
    rows: tuple[AmountRow, ...]
    services: tuple[ServiceChoice, ...]
    badge_invitation: str
    problem: str
    confirm_label: str
    back_label: str
    age: str


@dataclass(frozen=True)
class ReceiptChoice:
    """A way to have the slip; `way` is paper, qr or none."""

    way: str
    name: str
    icon: str


@dataclass(frozen=True)
class DoneScreen(ScreenView):
    """Paid. `question` and `choices` are there while the guest may say how to have the slip; `code` is what its code says."""

    header: Header
    title: str
    pickup_label: str
    pickup_number: str
    rows: tuple[AmountRow, ...]
    slip_text: str
    slip_tone: Tone
    finish_label: str
    question: str = ""
    choices: tuple[ReceiptChoice, ...] = ()
    code: str = ""
    code_text: str = ""


@dataclass(frozen=True)
class ClosedScreen(ScreenView):
    """The terminal cannot sell: why, and what a person in charge should do."""

    header: Header
    title: str
    reason: str
    advice: str


@dataclass(frozen=True)
class OptionRow:
    group_id: str
    option_id: str
    name: str
    price: str
    chosen: bool
    single: bool


@dataclass(frozen=True)
class OptionSection:
    title: str
    rule: str
    options: tuple[OptionRow, ...]


@dataclass(frozen=True)
class ArticleSheet:
    """An article in full, over the order screen."""

    name: str
    detail: str
    badges: tuple[Chip, ...]
    picture: str
    allergens_title: str
    allergens_text: str
    notes: str
    sections: tuple[OptionSection, ...]
    quantity: str
    can_decrease: bool
    add_label: str
    can_add: bool
    close_label: str


@dataclass(frozen=True)
class Notice:
    """A message a person must see, with one way on."""

    title: str
    text: str
    tone: Tone
    button: str


@dataclass(frozen=True)
class TimeoutWarning:
    title: str
    text: str
    seconds_left: int
    button: str
    start_again: str


@dataclass(frozen=True)
class StatusLine:
    """Quiet facts at the edge: connection, unsent tickets, device trouble. Empty text = nothing to say."""

    text: str
    tone: Tone


@dataclass(frozen=True)
class View:
    screen: ScreenView
    languages: tuple[LanguageChoice, ...]
    status: StatusLine
    sheet: ArticleSheet | None = None
    notice: Notice | None = None
    timeout: TimeoutWarning | None = None
    high_contrast: bool = False
