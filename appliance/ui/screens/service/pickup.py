"""The pick-up screen: numbers being prepared and numbers ready, as large as there is room for."""

from __future__ import annotations

from dataclasses import dataclass

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from appliance.ui.layout import Arrangement
from appliance.ui.screens.page import Page
from appliance.ui.text import Text
from appliance.ui.widgets import Card, Surface

TALL_SHARE, WIDE_SHARE, DIGIT_EM = 0.74, 0.8, 0.66
SHAPE = 2.1
GAPS_WEIGH = 4.0
FEWEST = 4
TURN_S = 6.0


@dataclass(frozen=True)
class Grid:
    """How numbers are laid out: columns, rows in sight, the size of a cell, the gap between cells, height of the digits."""

    columns: int
    rows: int
    width: float
    height: float
    gap: float
    px: int


def grid(
    count: int, digits: int, width: float, height: float, gap: float, most: tuple[float, float], least_px: float
) -> Grid:
    """The grid that shows `count` numbers of up to `digits` digits as large as `width` x `height` allows.

    `most` is the greatest height of digits and of a cell. When even digits of `least_px` do not fit, the grid has as many
    whole rows as do.
    """
    best: Grid | None = None
    share = WIDE_SHARE / (DIGIT_EM * max(1, digits))
    for columns in range(1, max(1, count) + 1):
        rows = -(-max(1, count) // columns)
        for space in (gap, gap / 2):
            wide = (width - (columns - 1) * space) / columns
            tall = min(most[1], (height - (rows - 1) * space) / rows)
            px = int(min(most[0], tall * TALL_SHARE, wide * share))
            found = Grid(columns, rows, wide, tall, space, px)
            if px >= least_px and (best is None or _better(found, best, count)):
                best = found
    if best is not None:
        return best
    space, px = gap / 2, int(least_px)
    columns = max(1, int((width + space) // (px / share + space)))
    rows = max(1, int((height + space) // (px / TALL_SHARE + space)))
    return Grid(columns, rows, (width - (columns - 1) * space) / columns, (height + space) / rows - space, space, px)


def _better(found: Grid, best: Grid, count: int) -> bool:
    """Larger digits first, then cells of a pleasant shape in rows that are full."""
    return (found.px, -_unrest(found, count)) > (best.px, -_unrest(best, count))


def _unrest(found: Grid, count: int) -> float:
    cells = found.columns * found.rows
    return abs(found.width / found.height - SHAPE) + GAPS_WEIGH * (cells - count) / cells


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
        self._text.x = self.x + (self.width - self._text.width) / 2
        self._text.y = self.y + (self.height - self._text.height) / 2


class NumberGrid(Arrangement):
    """Numbers in as many columns as make them largest. Its height is `view_height`, or more when even numbers of
    `least_px` do not fit; then `page_px` is the height of the whole rows in sight, `row_px` that of one."""

    items = ObjectProperty(())
    ready = BooleanProperty(False)
    spacing = NumericProperty(20)
    view_height = NumericProperty(0)
    most_px = NumericProperty(88)
    least_px = NumericProperty(40)
    most_cell_px = NumericProperty(150)
    page_px = NumericProperty(0)
    row_px = NumericProperty(0)
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
        count = len(self.items)
        if self.width <= 0 or self.view_height <= 0:
            return
        most = self.most_px, self.most_cell_px
        digits = max(map(len, self.items), default=1)
        plan = grid(max(count, FEWEST), digits, self.width, self.view_height, self.spacing, most, self.least_px)
        rows = -(-count // plan.columns)
        pitch = plan.height + plan.gap
        self.page_px, self.row_px = plan.rows * pitch, pitch
        self.height = max(self.view_height, rows * pitch - plan.gap)
        for place, cell in enumerate(self._cells[:count]):
            row, column = divmod(place, plan.columns)
            left = round(column * (plan.width + plan.gap))
            cell.ready, cell.px = self.ready, plan.px
            cell.size = round(column * (plan.width + plan.gap) + plan.width) - left, round(plan.height)
            cell.pos = round(self.x) + left, round(self.top - row * pitch - plan.height)


class NumberColumn(Card):
    """A heading and its numbers. When they do not all fit, nobody is there to scroll: the newest are in sight, and every
    few seconds the page turns."""

    title = StringProperty("")
    time = StringProperty("")
    items = ObjectProperty(())
    ready = BooleanProperty(False)
    most_px = NumericProperty(88)
    least_px = NumericProperty(40)
    most_cell_px = NumericProperty(150)

    def __init__(self, **kwargs: object) -> None:
        self._turn_later = Clock.create_trigger(self._turn, TURN_S)
        super().__init__(**kwargs)

    def on_items(self, _instance: object, _items: tuple[str, ...]) -> None:
        if "scroll" in self.ids:
            self.ids.scroll.scroll_y = 0
            self._turn_later.cancel()
            self._turn_later()

    def _turn(self, _elapsed_s: float) -> None:
        """Show the page before, or the newest again."""
        scroll, numbers = self.ids.scroll, self.ids.numbers
        hidden = numbers.height - scroll.height
        if hidden <= 1:
            return
        above = scroll.scroll_y * hidden
        scroll.scroll_y = 0 if above >= hidden - 1 else min(1.0, (above + numbers.page_px) / hidden)
        self._turn_later()


class NoticeBar(Card):
    """What is wrong, across the width; away when nothing is."""

    content = StringProperty("")
    tone = StringProperty("neutral")


class PickupPage(Page):
    pass
