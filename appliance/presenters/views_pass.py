"""What the pass-through terminal shows: one big answer per badge."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.presenters.views import ScreenView, Tone


@dataclass(frozen=True)
class PassScreen(ScreenView):
    """`tone` GOOD is green, REFUSED red, NEUTRAL waits for a badge. `photo` is a path or empty."""

    store_name: str
    meal: str
    tone: Tone
    icon: str
    title: str
    reason: str
    photo: str
    initials: str
    name: str
    detail: str
    served: str
    notice: str = ""
