"""What the till's screens show. Like `views`: every text is translated and formatted, every decision already taken.

A button carries the intent it sends; the screens never make one up, except for digits and letters a person types.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.flows.intents import Intent
from appliance.presenters.views import AmountRow, ScreenView, Tone


@dataclass(frozen=True)
class Action:
    """A button: `icon` names a picture of the icon set or is empty; without an intent it can be seen, not touched."""

    label: str
    intent: Intent | None
    icon: str = ""
    detail: str = ""
    tone: Tone = Tone.NEUTRAL
    chosen: bool = False


@dataclass(frozen=True)
class TillStatus:
    """The line at the top: mode in one word, what is unsent and how old things are, who is at this till and what time it is."""

    mode: str
    detail: str
    who: str
    tone: Tone
    icon: str


@dataclass(frozen=True)
class TillGuest:
    """`photo` is the path of a picture or empty; then the initials stand in its place."""

    initials: str
    photo: str
    name: str
    detail: str
    balance_label: str
    balance: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class TillLine:
    """A line of the ticket. `index` is the basket line a touch chooses, None for what cannot be chosen (fee, share, menu heading)."""

    index: int | None
    quantity: str
    name: str
    detail: str
    amount: str
    tone: Tone = Tone.NEUTRAL
    chosen: bool = False
    indented: bool = False


@dataclass(frozen=True)
class Strip:
    """An exception explained at the side of the ticket; it never stands in the way. At most two ways on."""

    text: str
    tone: Tone
    icon: str
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class TicketPanel:
    """The left column. `actions` are those of the chosen line, or else undo, hold and void."""

    guest: TillGuest | None
    invitation: str
    lines: tuple[TillLine, ...]
    empty_text: str
    strips: tuple[Strip, ...]
    taxes: str
    paid: tuple[AmountRow, ...]
    due_label: str
    due: str
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class QuickKeyCap:
    """One quick key; the name may take two lines. `row` and `column` begin at 0."""

    row: int
    column: int
    label: str
    detail: str
    tint: str
    intent: Intent | None
    mark: str = ""


@dataclass(frozen=True)
class KeysPanel:
    columns: int
    rows: int
    keys: tuple[QuickKeyCap, ...]
    pages: tuple[Action, ...]


@dataclass(frozen=True)
class PadPanel:
    """Digits to type: a PIN (`shown` is dots), an amount, a PLU, a count. `confirm` sends `intents.PadDone`."""

    title: str
    hint: str
    shown: str
    problem: str
    confirm: Action
    cancel: Action
    decimal: bool = False
    mark: str = "."


@dataclass(frozen=True)
class ListPanel:
    """Things to choose from: guests found, articles found, held tickets, cashiers, discounts, functions. `typing` shows the letter keys."""

    title: str
    hint: str
    rows: tuple[Action, ...]
    empty_text: str
    cancel: Action | None
    typing: bool = False
    columns: int = 1
    confirm: Action | None = None


@dataclass(frozen=True)
class ReportPanel:
    """A report to read: X, Z, the count of a drawer."""

    title: str
    rows: tuple[AmountRow, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class CountRow:
    """A coin or note to count: how many, and what they make."""

    value_minor: int
    label: str
    count: str
    amount: str


@dataclass(frozen=True)
class CountPanel:
    """A blind count: what should be there is never shown before it is confirmed."""

    title: str
    hint: str
    rows: tuple[CountRow, ...]
    chosen_minor: int | None
    total_label: str
    total: str
    confirm: Action
    cancel: Action


Panel = KeysPanel | PadPanel | ListPanel | ReportPanel | CountPanel


@dataclass(frozen=True)
class PaidCard:
    """The last sale, large, until the next item or badge: paid, change, new balance."""

    title: str
    rows: tuple[AmountRow, ...]
    tone: Tone
    qr: str = ""


@dataclass(frozen=True)
class TillScreen(ScreenView):
    status: TillStatus
    ticket: TicketPanel
    search_hint: str
    search_text: str
    weight: str
    panel: Panel
    tenders: tuple[Action, ...]
    cash_label: str
    cash: tuple[Action, ...]
    footer: tuple[Action, ...]
    paid: PaidCard | None = None
    training: str = ""


@dataclass(frozen=True)
class SignInScreen(ScreenView):
    """Nobody is at the till: cashiers to choose, then their PIN; a badge does both."""

    status: TillStatus
    title: str
    invitation: str
    panel: Panel
    problem: str = ""
