"""The small parts all screens are made of: surfaces, icons, pictures, chips and buttons. Their rules are in widgets.kv."""

from __future__ import annotations

from kivy.app import App
from kivy.graphics import BorderImage, Color
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
    VariableListProperty,
)
from kivy.uix.widget import Widget

from appliance.flows.intents import ChangeLine, ChooseService, ShowCategory
from appliance.presenters.views import AmountRow, BasketLine, CategoryChip, Chip, GuestBanner, ServiceChoice
from appliance.ui import assets
from appliance.ui.layout import Stack
from appliance.ui.shapes import rounded_mask
from appliance.ui.theme import mix
from appliance.ui.touch import Tap


class Surface(Widget):
    """Paints a rounded background: `fill`, with a line of `stroke_px` in `stroke` where that is not transparent.

    `bleed` (left, top, right, bottom) paints beyond the widget, or with negative numbers leaves a margin inside it.
    """

    fill = ColorProperty((0, 0, 0, 0))
    stroke = ColorProperty((0, 0, 0, 0))
    stroke_px = NumericProperty(1)
    radius = NumericProperty(0)
    bleed = VariableListProperty([0, 0, 0, 0])

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        with self.canvas.before:
            self._outer_colour = Color(0, 0, 0, 0)
            self._outer = BorderImage(auto_scale="off")
            self._inner_colour = Color(0, 0, 0, 0)
            self._inner = BorderImage(auto_scale="off")
        for name in ("pos", "size", "fill", "stroke", "stroke_px", "radius", "bleed"):
            self.fbind(name, self._paint)
        self._paint()

    def _paint(self, *_args: object) -> None:
        left, top, right, bottom = self.bleed
        x, y = round(self.x - left), round(self.y - bottom)
        width, height = round(self.width + left + right), round(self.height + top + bottom)
        inset = round(self.stroke_px) if self.stroke[3] else 0
        self._outer_colour.rgba = self.stroke if inset else (0, 0, 0, 0)
        self._inner_colour.rgba = self.fill
        for image, by in ((self._outer, 0), (self._inner, inset)):
            radius = max(0, min(round(self.radius) - by, (width - 2 * by) // 2 - 1, (height - 2 * by) // 2 - 1))
            image.texture = rounded_mask(radius)
            image.border = (radius, radius, radius, radius)
            image.pos = (x + by, y + by)
            image.size = (max(0, width - 2 * by), max(0, height - 2 * by))


class Card(Surface, Stack):
    pass


class Icon(Widget):
    """One icon of the set in one colour; takes no room when there is no icon of that `name`."""

    name = StringProperty("")
    px = NumericProperty(24)
    tint = ColorProperty((0, 0, 0, 1))
    gone = BooleanProperty(True)
    source = StringProperty("")

    def on_name(self, *_args: object) -> None:
        self._find()

    def on_px(self, *_args: object) -> None:
        self._find()

    def _find(self) -> None:
        self.source = assets.icon(self.name, int(self.px))
        self.gone = not self.source


class Picture(Widget):
    """A dish, or nothing: `gone` when the set has no picture of that `name`."""

    name = StringProperty("")
    px = NumericProperty(100)
    gone = BooleanProperty(True)
    source = StringProperty("")

    def on_name(self, *_args: object) -> None:
        self._find()

    def on_px(self, *_args: object) -> None:
        self._find()

    def _find(self) -> None:
        self.source = assets.picture(self.name, int(self.px))
        self.gone = not self.source


class TouchButton(Tap, Card):
    """A surface to tap with an optional icon before and after its text; darker while pressed.

    The text wraps inside the button; where the button follows its text instead, `text_limit` says how wide that may
    become (0: as wide as it takes).
    """

    content = StringProperty("")
    icon = StringProperty("")
    icon_after = StringProperty("")
    tint = ColorProperty((0, 0, 0, 1))
    face = ColorProperty((1, 1, 1, 1))
    px = NumericProperty(20)
    weight = NumericProperty(600)
    lines = NumericProperty(2)
    inset = NumericProperty(20)
    text_limit = NumericProperty(-1)

    def shade(self, face: object, pressed: bool, tint: object) -> object:
        """The colour to paint: `face`, towards the text's colour while pressed."""
        return mix(tuple(face), tuple(tint), 0.14) if pressed else face


class MainButton(TouchButton):
    pass


class PlainButton(TouchButton):
    pass


class PillButton(TouchButton):
    chosen = BooleanProperty(False)


class RoundButton(TouchButton):
    pass


class StepButton(TouchButton):
    pass


class ChipLabel(Card):
    item = ObjectProperty(Chip(""), rebind=True)


class CodeChip(Card):
    item = ObjectProperty(Chip(""), rebind=True)


class CategoryPill(PillButton):
    item = ObjectProperty(CategoryChip("", "", False), rebind=True)

    def on_tap(self) -> None:
        App.get_running_app().send(ShowCategory(self.item.category_id))


class ServiceButton(TouchButton):
    chosen = BooleanProperty(False)
    item = ObjectProperty(ServiceChoice("", "", "", False), rebind=True)

    def on_tap(self) -> None:
        App.get_running_app().send(ChooseService(self.item.service))


class Stepper(Stack):
    """Minus, a number, plus."""

    __events__ = ("on_step",)
    content = StringProperty("")
    can_decrease = BooleanProperty(True)

    def on_step(self, delta: int) -> None:
        """Minus (-1) or plus (+1) was tapped."""


class BasketRow(Stack):
    item = ObjectProperty(BasketLine(0, "", "", "", ""), rebind=True)

    def step(self, delta: int) -> None:
        App.get_running_app().send(ChangeLine(self.item.index, delta))


class LineRow(Stack):
    """A basket line to read, without buttons."""

    item = ObjectProperty(BasketLine(0, "", "", "", ""), rebind=True)


class SumRow(Stack):
    item = ObjectProperty(AmountRow("", ""), rebind=True)


class GuestCard(Card):
    guest = ObjectProperty(None, allownone=True, rebind=True)
    shown = ObjectProperty(GuestBanner("", "", "", "", ""), rebind=True)

    def on_guest(self, _instance: object, guest: GuestBanner | None) -> None:
        if guest is not None:
            self.shown = guest
        self.gone = guest is None


class Invitation(Card):
    """The line that asks for the badge; away when there is nothing to ask."""

    content = StringProperty("")


class HeaderBar(Stack):
    header = ObjectProperty(None, rebind=True)
    language = StringProperty("")
