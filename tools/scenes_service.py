"""The pick-up screen, the preparation screen and the pass-through."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.presenters.views import View
from tools.terminal import Terminal

THOMAS, ANNA, BLOCKED = "04A7B8C9", "04A1B2C3", "04D00D1E"


def scenes(name: str, terminal: Terminal) -> Iterator[tuple[str, View]]:
    """Name and view of every screen of the terminal `name`."""
    if name == "pickup-1":
        yield "pickup", terminal.view
    elif name == "kitchen-1":
        yield "kitchen", terminal.view
    else:
        yield "pass-waiting", terminal.view
        terminal.badge(THOMAS)
        yield "pass-served", terminal.view
        terminal.badge(BLOCKED)
        yield "pass-blocked", terminal.view
        terminal.badge(THOMAS)
        yield "pass-second", terminal.view
        terminal.connect(False)
        terminal.badge(ANNA)
        yield "pass-local", terminal.view
