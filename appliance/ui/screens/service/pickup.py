"""The pick-up screen: numbers being prepared and numbers ready, as large as there is room for."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from appliance.ui.layout import Arrangement
from appliance.ui.screens.page import Page
from appliance.ui.text import Text
from appliance.ui.widgets import Card, Surface

TALL_SHARE, WIDE_SHARE = 0.62, 0.36


def grid(count: int, width: float, height: float, gap: float, most_px: float) -> tuple[int, float, float, int]:
    """Columns, width and height of a cell, and height of the digits (at most `most_px`) that show `count` numbers of up
    to three digits as large as `width` x `height` allows."""
    best = (1, width, height, 0)
    for columns in range(1, max(1, count) + 1):
        rows = -(-max(1, count) // columns)
        wide = (width - (columns - 1) * gap) / columns
        tall = (height - (rows - 1) * gap) / rows
        if wide <= 0 or tall <= 0:
            continue
        px = int(min(most_px, tall * TALL_SHARE, wide * WIDE_SHARE))
        if px > best[3]:
            best = (columns, wide, tall, px)
    return best


class NumberCell(Surface):
    """One number. `ready` ones are in strong colours."""

    item = StringProperty("")
    ready = BooleanProperty(False)
    px = NumericProperty(40)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._text = Text(weight=800, hug=True, halign="center")
        self.add_widget(self._text)
        for name in ("item", "ready", "px", "pos", "size"):
            self.fbind(name, self._show)
        self._show()

    def _show(self, *_args: object) -> None:
        theme = App.get_running_app().theme
        colours = theme.colours
        self.radius = min(theme.dp(20), self.height / 4)
        self.fill = colours.action if self.ready else colours.surface
        self.stroke = (0, 0, 0, 0) if self.ready else colours.line
        self._text.tint = colours.on_action if self.ready else colours.muted
        self._text.px, self._text.content = self.px, self.item
        self._text.center = self.center


class NumberGrid(Arrangement):
    """Numbers in as many columns as make them largest. Its height is `view_height`, or more when even numbers of
    `least_px` do not fit; `hidden` says so."""

    items = ObjectProperty(())
    ready = BooleanProperty(False)
    spacing = NumericProperty(20)
    view_height = NumericProperty(0)
    most_px = NumericProperty(88)
    least_px = NumericProperty(40)
    most_cell_px = NumericProperty(150)
    reasons = ("items", "spacing", "view_height", "most_px", "least_px", "children", "size", "pos")

    def __init__(self, **kwargs: object) -> None:
        self._cells: list[NumberCell] = []
        super().__init__(**kwargs)

    def on_items(self, _instance: object, items: tuple[str, ...]) -> None:
        """One cell per number; a cell keeps its place and changes its number."""
        while len(self._cells) < len(items):
            self._cells.append(NumberCell())
        for place, cell in enumerate(self._cells):
            if place < len(items):
                cell.item = items[place]
                if cell.parent is None:
                    self.add_widget(cell)
            elif cell.parent is not None:
                self.remove_widget(cell)

    def do_layout(self, *_args: object) -> None:
        count, gap = len(self.items), self.spacing
        columns, wide, tall, px = grid(max(count, 4), self.width, self.view_height, gap, self.most_px)
        if px < self.least_px:
            px = int(self.least_px)
            columns = max(1, int((self.width + gap) // (px / WIDE_SHARE + gap)))
            wide, tall = (self.width - (columns - 1) * gap) / columns, px / TALL_SHARE
        tall = min(tall, self.most_cell_px)
        rows = -(-count // columns)
        self.height = max(self.view_height, rows * tall + max(0, rows - 1) * gap)
        for place, cell in enumerate(self._cells[:count]):
            row, column = divmod(place, columns)
            left = round(column * (wide + gap))
            top = round(self.top - row * (tall + gap))
            cell.ready, cell.px = self.ready, px
            cell.size = round(column * (wide + gap) + wide) - left, int(tall)
            cell.pos = round(self.x) + left, top - int(tall)


class NumberColumn(Card):
    """A heading and its numbers; when they do not all fit, the newest are in sight."""

    title = StringProperty("")
    time = StringProperty("")
    items = ObjectProperty(())
    ready = BooleanProperty(False)
    most_px = NumericProperty(88)
    least_px = NumericProperty(40)
    most_cell_px = NumericProperty(150)

    def on_items(self, _instance: object, _items: tuple[str, ...]) -> None:
        if "scroll" in self.ids:
            self.ids.scroll.scroll_y = 0


class NoticeBar(Card):
    """What is wrong, across the width; away when nothing is."""

    content = StringProperty("")
    tone = StringProperty("neutral")


class PickupPage(Page):
    pass
