"""What the technician's screen shows: how this terminal stands with head office, in words and figures."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.presenters.views import ScreenView, Tone
from appliance.presenters.views_till import Action


@dataclass(frozen=True)
class FactRow:
    """One fact; another tone than NEUTRAL marks what somebody should look at, or what is well."""

    label: str
    value: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class FactCard:
    """Facts that belong together."""

    title: str
    icon: str
    rows: tuple[FactRow, ...]


@dataclass(frozen=True)
class TechnicianScreen(ScreenView):
    """`mode` is the one large word, `why` the sentence below it; `who` names the terminal and says what time it is."""

    title: str
    who: str
    mode: str
    why: str
    tone: Tone
    icon: str
    cards: tuple[FactCard, ...]
    actions: tuple[Action, ...]
