"""What the preparation screen and the pick-up screen show."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.presenters.views import ScreenView, Tone
from appliance.presenters.views_till import Action


@dataclass(frozen=True)
class PickupScreen(ScreenView):
    """For guests: two columns of numbers, newest last."""

    preparing_title: str
    preparing: tuple[str, ...]
    ready_title: str
    ready: tuple[str, ...]
    time: str
    hint: str
    notice: str = ""
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class OrderCard:
    """One order in the kitchen: `waiting` says how long, `action` brings it one step on, `back` one step back."""

    number: str
    waiting: str
    service: str
    lines: tuple[str, ...]
    action: Action
    back: Action | None
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class PortionCell:
    """What is left of an article; a touch switches sold out on and off."""

    name: str
    left: str
    action: Action
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class KitchenScreen(ScreenView):
    """For the kitchen: orders to prepare (oldest first), orders ready, portions left."""

    title: str
    time: str
    preparing_title: str
    preparing: tuple[OrderCard, ...]
    ready_title: str
    ready: tuple[OrderCard, ...]
    portions_title: str
    portions: tuple[PortionCell, ...]
    empty_text: str
    notice: str = ""
    tone: Tone = Tone.NEUTRAL
