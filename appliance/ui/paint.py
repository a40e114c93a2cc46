"""Paint that is off its canvas while there is nothing to see."""

from __future__ import annotations

from kivy.graphics import InstructionGroup
from kivy.graphics.instructions import Canvas, Instruction

from appliance.ui.layout import AWAY_PX


class Paint:
    """Instructions on `canvas` that are drawn while `show` was last told so.

    What is empty, transparent or away takes as long to draw as anything; their place in the order is kept meanwhile.
    """

    def __init__(self, canvas: Canvas, *instructions: Instruction) -> None:
        self._instructions = instructions
        self._group = InstructionGroup()
        self._shown = False
        canvas.add(self._group)

    def show(self, shown: bool) -> None:
        """Draw them, or leave them out."""
        if shown == self._shown:
            return
        self._shown = shown
        if not shown:
            self._group.clear()
            return
        for instruction in self._instructions:
            self._group.add(instruction)


def is_away(x: float, y: float) -> bool:
    """Whether a layout has put this place where nobody sees it."""
    return min(x, y) < AWAY_PX / 2
