"""The quick keys: a fixed grid whose keys change their faces in place."""

from __future__ import annotations

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import NumericProperty, ObjectProperty

from appliance.presenters.views_till import KeysPanel, QuickKeyCap
from appliance.ui.fitting import FitText
from appliance.ui.keys import NOTHING, PRESSED_SHARE
from appliance.ui.layout import Arrangement
from appliance.ui.text import line_px
from appliance.ui.theme import mix
from appliance.ui.touch import Tap
from appliance.ui.widgets import Surface


class QuickKey(Tap, Surface):
    """The name at the top in at most two lines, price or hint at the bottom left, a mark at the bottom right."""

    item = ObjectProperty(QuickKeyCap(0, 0, "", "", "", None))

    def __init__(self, **kwargs: object) -> None:
        self._arrange = Clock.create_trigger(self._place, -1)
        super().__init__(**kwargs)
        theme = App.get_running_app().theme
        self.radius = theme.space("key")
        self._px, self._small_px, self._pad, self._wide_px = theme.dp(20), theme.dp(16), theme.dp(13), theme.dp(124)
        self._name = FitText(weight=700, most_px=self._px, least_px=theme.dp(12), leading=0.94, lines=2)
        self._detail = FitText(most_px=theme.dp(16), least_px=theme.dp(12), hug=True)
        self._mark = FitText(weight=700, most_px=theme.dp(15), least_px=theme.dp(12), hug=True, halign="right")
        for child in (self._name, self._detail, self._mark):
            self.add_widget(child)
        for name in ("item", "pressed"):
            self.fbind(name, self._dress)
        for name in ("item", "pos", "size"):
            self.fbind(name, self._arrange)
        self._dress()

    def on_tap(self) -> None:
        App.get_running_app().send(self.item.intent)

    def _dress(self, *_args: object) -> None:
        palette = App.get_running_app().theme.colours
        item = self.item
        self.enabled = item.intent is not None
        face = palette.tint(item.tint) if self.enabled else palette.ground
        self.fill = mix(face, palette.ink, PRESSED_SHARE) if self.pressed else face
        plain = item.tint not in palette.tints or not self.enabled
        self.stroke = NOTHING if not plain else palette.line if self.enabled else palette.disabled_line
        self._name.tint = palette.ink if self.enabled else palette.disabled
        self._detail.tint = palette.key_detail if self.enabled else palette.disabled
        self._mark.tint = palette.attention

    def _place(self, *_args: object) -> None:
        pad, item = self._pad if self.width >= self._wide_px else self._pad // 2, self.item
        foot = max(self._detail.height if item.detail else 0, line_px(700, self._mark.most_px) if item.mark else 0)
        edge = min(pad, max(5, round((self.height - foot - 2 * self._px) / 2)))
        room = max(1, self.width - 2 * pad)
        self._detail.most_px = self._small_px if pad == self._pad else self._small_px - 2
        self._detail.max_width = max(1, room * (0.5 if item.mark else 1))
        self._detail.content = item.detail
        self._name.width = room
        self._name.max_height = max(1, self.height - 2 * edge - self._detail.height)
        self._name.lines = 2
        self._name.content = item.label
        if self._name.shortened:
            self._name.lines = 3
        self._name.pos = self.x + pad, round(self.top - edge - self._name.height)
        self._detail.pos = self.x + pad, self.y + edge
        taken = self._detail.width + round(pad * 0.6) if item.detail else 0
        self._mark.max_width = max(1, room - taken)
        self._mark.content = item.mark
        self._mark.pos = round(self.right - pad - self._mark.width), self.y + edge


class KeyGrid(Arrangement):
    """Quick keys at their rows and columns. Its height is `view_height` or what the least rows take, if that is more."""

    panel = ObjectProperty(KeysPanel(1, 1, (), ()))
    spacing = NumericProperty(10)
    view_height = NumericProperty(0)
    least_px = NumericProperty(64)
    most_px = NumericProperty(116)
    reasons = ("spacing", "panel", "view_height", "children", "size", "pos")

    def __init__(self, **kwargs: object) -> None:
        self._keys: list[QuickKey] = []
        super().__init__(**kwargs)

    def on_panel(self, _instance: object, panel: KeysPanel) -> None:
        """Give every key its face; those not needed rest until they are."""
        while len(self._keys) < len(panel.keys):
            self._keys.append(QuickKey())
        for key, item in zip(self._keys, panel.keys, strict=False):
            key.item = item
            if key.parent is None:
                self.add_widget(key)
        for key in self._keys[len(panel.keys) :]:
            if key.parent is not None:
                self.remove_widget(key)

    def do_layout(self, *_args: object) -> None:
        panel = self.panel
        gap = self.spacing
        columns, rows = max(1, panel.columns), max(1, panel.rows)
        width = (self.width - (columns - 1) * gap) / columns
        free = (self.view_height - (rows - 1) * gap) / rows
        height = int(min(self.most_px, max(self.least_px, free)))
        self.height = max(self.view_height, rows * height + (rows - 1) * gap)
        for key in self.children:
            left = self.x + round(key.item.column * (width + gap))
            right = self.x + round(key.item.column * (width + gap) + width)
            key.size = right - left, height
            key.pos = left, round(self.top - (key.item.row + 1) * height - key.item.row * gap)
