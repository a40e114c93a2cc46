"""The pass-through: one answer to a badge, over the whole screen, in colour, sign and words."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import ColorProperty, NumericProperty

from appliance.presenters.views import Tone
from appliance.presenters.views_pass import PassScreen
from appliance.ui.screens.page import Page

FRAME_SHARE = 0.022


class PassPage(Page):
    """`face` fills the screen, `ink` is legible on it; a refusal has a frame of `frame_px` around it as well."""

    face = ColorProperty((1, 1, 1, 1))
    ink = ColorProperty((0, 0, 0, 1))
    faint = ColorProperty((0, 0, 0, 1))
    frame_px = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._dress(self.content)

    def on_content(self, _instance: object, content: PassScreen) -> None:
        self._dress(content)

    def _dress(self, content: PassScreen) -> None:
        theme = App.get_running_app().theme
        colours = theme.colours
        answered = content.tone is not Tone.NEUTRAL
        self.face, self.ink = colours.solid(content.tone) if answered else (colours.ground, colours.ink)
        if theme.high_contrast and content.tone is Tone.GOOD:
            self.face, self.ink = colours.ink, colours.ground
        self.faint = self.ink if answered else colours.muted
        self.frame_px = round(min(theme.width, theme.height) * FRAME_SHARE) if content.tone is Tone.REFUSED else 0
