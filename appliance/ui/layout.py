"""Rows and columns that leave no hole where a thing is absent, and lists that follow a tuple of values."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.clock import Clock
from kivy.factory import Factory
from kivy.properties import (
    BooleanProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
    VariableListProperty,
)
from kivy.uix.widget import Widget

AWAY_PX = -20_000
Slot = tuple[Widget, float, float]


class Arrangement(Widget):
    """Places its children before the next frame, whenever one of them or one of its own `reasons` has changed.

    Kivy's own base class watches four things of every child where these need two, and most of what the screens
    remember is who watches whom.
    """

    reasons: tuple[str, ...] = ("spacing", "children", "size", "pos")
    gone = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self._trigger_layout = Clock.create_trigger(self.do_layout, -1)
        super().__init__(**kwargs)
        for name in self.reasons:
            self.fbind(name, self._trigger_layout)

    def do_layout(self, *_args: object) -> None:
        """Place the children."""
        raise NotImplementedError

    def add_widget(self, widget: Widget, *args: object, **kwargs: object) -> None:
        widget.fbind("size", self._trigger_layout)
        if hasattr(widget, "gone"):
            widget.fbind("gone", self._trigger_layout)
        super().add_widget(widget, *args, **kwargs)

    def remove_widget(self, widget: Widget, *args: object, **kwargs: object) -> None:
        widget.funbind("size", self._trigger_layout)
        if hasattr(widget, "gone"):
            widget.funbind("gone", self._trigger_layout)
        super().remove_widget(widget, *args, **kwargs)


class Stack(Arrangement):
    """Children one after the other; those with `gone` set take no room and cannot be touched.

    Along the stack a child without size hint keeps its size and the others share what is left. Across it a child
    with a size hint fills, one without stands at `align`. `pack` places the whole when nothing fills.
    """

    orientation = OptionProperty("vertical", options=("vertical", "horizontal"))
    spacing = NumericProperty(0)
    padding = VariableListProperty([0, 0, 0, 0])
    align = OptionProperty("start", options=("start", "center", "end"))
    pack = OptionProperty("start", options=("start", "center", "end"))
    minimum_width = NumericProperty(0)
    minimum_height = NumericProperty(0)
    reasons = ("orientation", "spacing", "padding", "align", "pack", "children", "size", "pos")

    def do_layout(self, *_args: object) -> None:
        shown = []
        for child in reversed(self.children):
            if getattr(child, "gone", False):
                child.pos = (AWAY_PX, AWAY_PX)
            else:
                shown.append(child)
        left, top, right, bottom = self.padding
        gaps = self.spacing * max(0, len(shown) - 1)
        along = 0 if self.orientation == "horizontal" else 1
        pads = (left + right, top + bottom)
        fixed = sum(child.size[along] for child in shown if _hint(child, along) is None) + gaps + pads[along]
        across = max((child.size[1 - along] for child in shown if _hint(child, 1 - along) is None), default=0)
        self.minimum_width, self.minimum_height = (fixed, across + pads[1]) if along == 0 else (across + pads[0], fixed)
        weights = sum(_hint(child, along) or 0 for child in shown)
        free = max(0.0, self.size[along] - fixed)
        skip = 0.0 if weights else {"start": 0.0, "center": free / 2, "end": free}[self.pack]
        cursor = (self.x + left if along == 0 else self.top - top) + (skip if along == 0 else -skip)
        room = max(0.0, self.size[1 - along] - pads[1 - along])
        for child in shown:
            hint, cross_hint = _hint(child, along), _hint(child, 1 - along)
            length = child.size[along] if hint is None else free * hint / weights
            cross = child.size[1 - along] if cross_hint is None else room * cross_hint
            spare = {"start": 0.0, "center": (room - cross) / 2, "end": room - cross}[self.align]
            if along == 0:
                _resize(child, (hint and length, cross_hint and cross))
                child.pos = (round(cursor), round(self.top - top - spare - cross))
                cursor += length + self.spacing
            else:
                _resize(child, (cross_hint and cross, hint and length))
                child.pos = (round(self.x + left + spare), round(cursor - length))
                cursor -= length + self.spacing


def _resize(child: Widget, size: tuple[float | None, float | None]) -> None:
    """Set the sides the layout decides on; the others may answer to them (the lines of a text to its width)."""
    width, height = size
    if width is not None:
        child.width = width
    if height is not None:
        child.height = height


def _hint(child: Widget, axis: int) -> float | None:
    return child.size_hint[axis]


class Wrap(Arrangement):
    """Children from left to right in as many rows as it takes, at most `rows` (0: any); the height follows.

    What finds no room in the last row goes away, and `hidden` counts it.
    """

    spacing = NumericProperty(0)
    rows = NumericProperty(0)
    hidden = NumericProperty(0)
    reasons = ("spacing", "rows", "children", "size", "pos")

    def do_layout(self, *_args: object) -> None:
        x, row, row_height, hidden = 0.0, 0, 0.0, 0
        places: list[tuple[Widget, float, int]] = []
        for child in reversed(self.children):
            if x and x + child.width > self.width:
                x, row = 0.0, row + 1
            if hidden or (self.rows and row >= self.rows):
                hidden += 1
                child.pos = (AWAY_PX, AWAY_PX)
                continue
            places.append((child, x, row))
            row_height = max(row_height, child.height)
            x += child.width + self.spacing
        self.hidden = hidden
        rows = places[-1][2] + 1 if places else 0
        self.height = rows * row_height + max(0, rows - 1) * self.spacing
        for child, x, row in places:
            child.pos = (round(self.x + x), round(self.top - row * (row_height + self.spacing) - child.height))


class Tiles(Arrangement):
    """Equal cells in `columns` columns, each `cell_height` high; the height follows."""

    columns = NumericProperty(2)
    cell_height = NumericProperty(100)
    spacing = NumericProperty(0)
    reasons = ("columns", "cell_height", "spacing", "children", "size", "pos")

    def do_layout(self, *_args: object) -> None:
        columns = max(1, int(self.columns))
        rows = -(-len(self.children) // columns)
        self.height = rows * self.cell_height + max(0, rows - 1) * self.spacing
        width = (self.width - (columns - 1) * self.spacing) // columns
        for index, child in enumerate(reversed(self.children)):
            row, column = divmod(index, columns)
            child.size = (width, self.cell_height)
            child.pos = (
                round(self.x + column * (width + self.spacing)),
                round(self.top - (row + 1) * self.cell_height - row * self.spacing),
            )


class Repeat:
    """Mixed into a layout: one child of the class named `row` per value in `items`, each given its value as `item`.

    A child is kept when its value changes, so only what differs is drawn again. One that is not needed any more rests
    until there are more values again.
    """

    items = ObjectProperty(())
    row = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._resting: list[Widget] = []
        super().__init__(**kwargs)

    def on_items(self, _instance: object, items: Sequence[object]) -> None:
        self._follow(items)

    def on_row(self, _instance: object, _row: str) -> None:
        self._follow(self.items)

    def _follow(self, items: Sequence[object]) -> None:
        if not self.row:
            return
        kept = list(reversed(self.children))
        for child in kept[len(items) :]:
            self.remove_widget(child)
            self._resting.append(child)
        for child, item in zip(kept, items, strict=False):
            child.item = item
        for item in items[len(kept) :]:
            child = self._resting.pop() if self._resting else Factory.get(self.row)()
            child.item = item
            self.add_widget(child)


class StackOf(Repeat, Stack):
    pass


class WrapOf(Repeat, Wrap):
    pass


class TilesOf(Repeat, Tiles):
    pass


class Cells(Repeat, Arrangement):
    """Equal cells in `columns` columns that share its height, each between `least_px` and `most_px` high; they stand at
    the top. `minimum_height` is what they take at the least, `full_height` at the most."""

    columns = NumericProperty(3)
    spacing = NumericProperty(10)
    least_px = NumericProperty(64)
    most_px = NumericProperty(1000)
    minimum_height = NumericProperty(0)
    full_height = NumericProperty(0)
    reasons = ("columns", "spacing", "least_px", "most_px", "children", "size", "pos")

    def do_layout(self, *_args: object) -> None:
        columns, gap = max(1, int(self.columns)), self.spacing
        rows = -(-len(self.children) // columns)
        gaps = max(0, rows - 1) * gap
        self.minimum_height = rows * self.least_px + gaps
        self.full_height = rows * self.most_px + gaps
        if not rows:
            return
        width = (self.width - (columns - 1) * gap) / columns
        height = int(min(self.most_px, max(self.least_px, (self.height - gaps) / rows)))
        for index, child in enumerate(reversed(self.children)):
            row, column = divmod(index, columns)
            left, right = round(column * (width + gap)), round(column * (width + gap) + width)
            child.size = (right - left, height)
            child.pos = (round(self.x) + left, round(self.top - (row + 1) * height - row * gap))
