"""What can lie open in the middle of the till's screen instead of the quick keys. Mutable, owned by the flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from appliance.flows.intents import Intent
from appliance.i18n import Translator
from appliance.presenters.views import AmountRow, Tone

Say = Callable[[Translator], str]
"""A text that is translated when it is shown."""


def nothing(_tr: Translator) -> str:
    return ""


class Typing(StrEnum):
    """What a pad is for: how it shows what was typed, and which characters it takes."""

    SECRET = "secret"  # noqa: S105 - dots instead of digits
    MONEY = "money"
    DIGITS = "digits"


@dataclass
class Pad:
    """Digits to type. `done` takes them and returns what is wrong with them, or None once they were taken."""

    title: Say
    done: Callable[[str], Say | None]
    typing: Typing = Typing.DIGITS
    hint: Say = nothing
    unit: str = ""
    text: str = field(default="", repr=False)
    problem: Say | None = None


@dataclass(frozen=True)
class Row:
    """Something to choose; without an intent of its own a touch sends `ChooseRow(id)`."""

    id: str
    label: Say
    detail: Say = nothing
    intent: Intent | None = None
    icon: str = ""
    tone: Tone = Tone.NEUTRAL
    chosen: bool = False
    possible: bool = True


@dataclass
class Listing:
    """Rows to choose from. With `typing` letters can be typed and `search` answers them with other rows.

    `done` is what the button at the bottom does, labelled `confirm`; without it there is no such button.
    """

    title: Say
    rows: tuple[Row, ...]
    choose: Callable[[str], None]
    hint: Say = nothing
    empty: Say = nothing
    typing: bool = False
    search: Callable[[str], tuple[Row, ...]] | None = None
    text: str = ""
    columns: int = 1
    confirm: Say | None = None
    done: Callable[[], None] | None = None
    leads_back: bool = True


@dataclass
class Report:
    """Something to read; `print` puts it on paper."""

    title: Say
    rows: Callable[[Translator], tuple[AmountRow, ...]]
    print: Callable[[], None] | None = None


@dataclass
class Count:
    """A blind count, coin by coin. `done` takes the total in minor units."""

    title: Say
    values: tuple[int, ...]
    done: Callable[[int], None]
    counts: dict[int, int] = field(default_factory=dict)
    chosen: int | None = None

    @property
    def total_minor(self) -> int:
        return sum(value * count for value, count in self.counts.items())


Panel = Pad | Listing | Report | Count
