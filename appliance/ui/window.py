"""The Kivy application around the screens. Import it only after the environment has been prepared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import Metrics
from kivy.properties import ObjectProperty

from appliance.flows import intents
from appliance.presenters.views import View
from appliance.ui import environment
from appliance.ui.root import TerminalRoot
from appliance.ui.theme import Theme

STEP_S = 0.05
END = object()


class TerminalApp(App):
    """Holds the theme that all rules refer to, and passes intents on to `send`.

    The rules read the theme once, when a widget is made; another theme makes new widgets.
    """

    theme = ObjectProperty(Theme(1280, 800))
    intents: ModuleType = intents
    use_kivy_settings = False
    title = "Refectory"

    def __init__(self, send: Callable[[object], None], diagonal_mm: int = 0, **kwargs: Any) -> None:
        Metrics.reset_metrics()
        super().__init__(**kwargs)
        self.send = send
        self._diagonal_mm = diagonal_mm
        self._making = Clock.create_trigger(lambda _elapsed_s: None)

    def build(self) -> TerminalRoot:
        width, height = Window.size
        self.theme = Theme(width, height, diagonal_mm=self._diagonal_mm)
        Window.bind(size=self._resized)
        Window.clearcolor = self.theme.colours.ground
        return TerminalRoot()

    def show(self, view: View) -> None:
        """Draw `view`."""
        if view.high_contrast != self.theme.high_contrast:
            self._change_theme(replace(self.theme, high_contrast=view.high_contrast))
        self.root.view = view

    def make_ahead(self) -> None:
        """Use the time before the first guest to make the screens they will see, between one frame and the next."""
        steps = self.root.make_ahead()

        def step(_elapsed_s: float) -> bool:
            if next(steps, END) is not END:
                return True
            environment.keep()
            return False

        self._making = Clock.schedule_interval(step, STEP_S)

    def open_languages(self) -> None:
        """Offer the languages; the guest who looks for one is still there."""
        self.send(intents.StillHere())
        self.root.open_languages()

    def close_languages(self) -> None:
        self.root.close_languages()

    def open_settings(self, *_args: object) -> bool:
        """A keyboard must not open Kivy's own settings on a terminal."""
        return False

    def _resized(self, _window: object, size: tuple[int, int]) -> None:
        self._change_theme(replace(self.theme, width=size[0], height=size[1]))

    def _change_theme(self, theme: Theme) -> None:
        if theme != self.theme:
            self.theme = theme
            Window.clearcolor = theme.colours.ground
            self._making.cancel()
            environment.keep_no_more()
            self.root.build_again()
