"""Keys a cashier touches: an icon, a name that shrinks to fit, a detail. Each carries the intent it sends.

A key paints and places itself, because a rule in the other language costs several times as much for each of a hundred.
"""

from __future__ import annotations

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import NumericProperty, ObjectProperty, OptionProperty, StringProperty

from appliance.presenters.views import Tone
from appliance.presenters.views_till import Action
from appliance.ui.fitting import FitText
from appliance.ui.theme import Colour, Palette, mix
from appliance.ui.touch import Tap
from appliance.ui.widgets import Icon, Surface

NOTHING: Colour = (0, 0, 0, 0)
PRESSED_SHARE = 0.16
Look = tuple[Colour, Colour, Colour, Colour, float]


def look_of(palette: Palette, look: str, item: Action) -> Look:
    """Face, ink, ink of the detail, edge and width of the edge of a key that can be touched."""
    if look == "main":
        face = (palette.action, palette.on_action, palette.on_action_muted, NOTHING, 1)
    elif look == "card":
        face = (palette.card, palette.on_card, palette.on_card, NOTHING, 1)
    elif look == "quiet":
        face = (palette.ground, palette.ink, palette.muted, palette.line, 1)
    else:
        face = (palette.surface, palette.ink, palette.muted, palette.line, 1)
    if item.tone is not Tone.NEUTRAL and look not in ("main", "card"):
        ink = palette.tone(item.tone)
        face = (palette.surface, ink, ink, palette.line, 1)
    if item.chosen and look in ("main", "card"):
        face = (*face[:3], palette.on_action_muted, 4)
    elif item.chosen:
        face = (palette.good_soft, palette.ink, palette.key_detail, palette.focus, 3)
    return face


class Key(Tap, Surface):
    """Shows an `Action` and sends its intent; without one it is grey and deaf.

    `look` is plain, main (the one green thing to do), card or quiet; `form` says where the icon stands: beside or above
    the centred name, or at the left of a row with the name beside it and the detail below.
    """

    item = ObjectProperty(Action("", None))
    look = StringProperty("plain")
    form = OptionProperty("beside", options=("beside", "above", "row"))
    px = NumericProperty(20)
    least_px = NumericProperty(13)
    icon_px = NumericProperty(0)
    weight = NumericProperty(600)
    inset = NumericProperty(10)

    def __init__(self, **kwargs: object) -> None:
        self._arrange = Clock.create_trigger(self._place, -1)
        super().__init__(**kwargs)
        self._icon = Icon()
        self._label = FitText(hug=True, halign="center")
        self._detail = FitText(hug=True, halign="center", lines=1)
        for child in (self._icon, self._label, self._detail):
            self.add_widget(child)
        self.radius = App.get_running_app().theme.space("key")
        for name in ("item", "look", "pressed"):
            self.fbind(name, self._dress)
        for name in ("pos", "size", "item", "form", "px", "icon_px", "weight"):
            self.fbind(name, self._arrange)
        self._dress()
        self._arrange()

    def on_tap(self) -> None:
        App.get_running_app().send(self.item.intent)

    def _dress(self, *_args: object) -> None:
        palette = App.get_running_app().theme.colours
        self.enabled = self.item.intent is not None
        face, ink, faint, edge, edge_px = look_of(palette, self.look, self.item)
        if not self.enabled:
            face, edge, edge_px = palette.sunken, palette.disabled_line, 1
            ink = faint = palette.disabled
        self.fill = mix(face, ink, PRESSED_SHARE) if self.pressed else face
        self.stroke, self.stroke_px = edge, edge_px
        self._icon.tint = self._label.tint = ink
        self._detail.tint = faint

    def _place(self, *_args: object) -> None:
        item, label, detail, icon = self.item, self._label, self._detail, self._icon
        label.weight, label.most_px, label.least_px = self.weight, self.px, self.least_px
        detail.most_px, detail.least_px = max(13, round(self.px * 0.8)), 13
        row = self.form == "row"
        label.halign = detail.halign = "left" if row else "center"
        icon.px = self.icon_px or round(self.px * 1.25)
        icon.name = item.icon
        gap = round(self.px * 0.5)
        alone = not item.label and not item.detail
        beside = 0 if icon.gone or self.form == "above" else icon.px + (0 if alone else gap)
        above = icon.px + round(gap * 0.4) if self.form == "above" and not icon.gone else 0
        room = max(1, self.width - 2 * self.inset - beside)
        tall = max(1, self.height - round(self.px * 0.6) - above)
        detail.max_width = label.max_width = room
        detail.content = item.detail
        label.lines = 2 if tall - detail.height >= self.least_px * 2.4 else 1
        label.max_height = max(1, tall - detail.height)
        label.content = item.label
        block = max(label.width if item.label else 0, detail.width if item.detail else 0)
        high = label.height + detail.height
        left = self.x + (self.inset if row else (self.width - block - beside) / 2) + beside
        bottom = self.center_y - (high + above) / 2
        for text, y in ((detail, bottom), (label, bottom + detail.height)):
            text.pos = round(left if row else left + (block - text.width) / 2), round(y)
        if above:
            icon.pos = round(self.center_x - icon.px / 2), round(bottom + high + round(gap * 0.4))
        else:
            icon.pos = round(left - beside), round(self.center_y - icon.px / 2)


class RowKey(Key):
    """A key that fills a row of a list."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("form", "row")
        super().__init__(**kwargs)
        theme = App.get_running_app().theme
        self.px, self.inset, self.least_px = theme.dp(20), theme.dp(16), theme.dp(14)


class ToneKey(Key):
    """A key below a page of facts or of keys: green if that is the good thing to do."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.px = App.get_running_app().theme.dp(20)
        self.bind(item=self._choose_look)

    def _choose_look(self, *_args: object) -> None:
        self.look = "main" if self.item.tone is Tone.GOOD else "plain"
