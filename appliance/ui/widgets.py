"""The small parts all screens are made of: surfaces, icons, pictures, chips and buttons. Their rules are in widgets.kv."""

from __future__ import annotations

from kivy.app import App
from kivy.graphics import BorderImage, Color, Rectangle
from kivy.input.motionevent import MotionEvent
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
    VariableListProperty,
)
from kivy.uix.widget import Widget

from appliance.flows.intents import ChangeLine, ChooseService, Knock, ShowCategory
from appliance.presenters.views import AmountRow, BasketLine, CategoryChip, Chip, GuestBanner, ServiceChoice
from appliance.ui import assets
from appliance.ui.layout import Stack
from appliance.ui.paint import Paint, is_away
from appliance.ui.shapes import border_px, rounded
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
        self._colour, self._shape = Color(1, 1, 1, 1), BorderImage(auto_scale="off")
        self._ground = Paint(self.canvas.before, self._colour, self._shape)
        for name in ("pos", "size", "fill", "stroke", "stroke_px", "radius", "bleed"):
            self.fbind(name, self._paint)
        self._paint()

    def _paint(self, *_args: object) -> None:
        line_px = round(self.stroke_px) if self.stroke[3] else 0
        left, top, right, bottom = self.bleed
        width, height = max(0, round(self.width + left + right)), max(0, round(self.height + top + bottom))
        seen = bool((self.fill[3] or line_px) and width and height and not is_away(self.x, self.y))
        self._ground.show(seen)
        if not seen:
            return
        radius = max(0, min(round(self.radius), width // 2 - 2, height // 2 - 2))
        border = border_px(radius, line_px)
        self._shape.texture = rounded(radius, line_px, tuple(self.fill), tuple(self.stroke))
        self._shape.border = (border, border, border, border)
        self._shape.pos = (round(self.x - left), round(self.y - bottom))
        self._shape.size = (width, height)


class Card(Surface, Stack):
    pass


class Drawing(Widget):
    """A square picture of `px` pixels by its `name`; `gone` when the set has none of that name.

    It paints itself, because a rule remembers a hundred names for each thing it follows, and there are hundreds of these.
    """

    name = StringProperty("")
    px = NumericProperty(24)
    gone = BooleanProperty(True)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.size_hint = (None, None)
        self._colour, self._square = Color(1, 1, 1, 1), Rectangle()
        self._paint = Paint(self.canvas, self._colour, self._square)
        for name in ("name", "px"):
            self.fbind(name, self._find)
        for name in ("pos", "size"):
            self.fbind(name, self._place)
        self._find()

    def find(self) -> str:
        """The file to show, or nothing."""
        raise NotImplementedError

    def _find(self, *_args: object) -> None:
        self.size = (self.px, self.px)
        source = self.find()
        self.gone = not source
        self._square.source = source or None
        self._place()

    def _place(self, *_args: object) -> None:
        self._paint.show(not self.gone and not is_away(self.x, self.y))
        self._square.size = (self.px, self.px)
        self._square.pos = (int(self.center_x - self.px / 2), int(self.center_y - self.px / 2))


class Icon(Drawing):
    """One icon of the set in one colour."""

    tint = ColorProperty((0, 0, 0, 1))

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.fbind("tint", self._dye)
        self._dye()

    def find(self) -> str:
        return assets.icon(self.name, int(self.px))

    def _dye(self, *_args: object) -> None:
        self._colour.rgb = self.tint[:3]


class Picture(Drawing):
    """A dish, or nothing."""

    def find(self) -> str:
        return assets.picture(self.name, int(self.px))


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


class NamePlate(Stack):
    """The name of the store. It is no button: a technician knows that knocking on it five times leads somewhere."""

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not super().on_touch_down(touch) and self.collide_point(*touch.pos):
            App.get_running_app().send(Knock())
        return False


class HeaderBar(Stack):
    header = ObjectProperty(None, rebind=True)
    language = StringProperty("")
