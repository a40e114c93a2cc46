"""What lies over a screen: a layer dims it, takes every touch, and brings its panel in with a short movement."""

from __future__ import annotations

from kivy.animation import Animation
from kivy.app import App
from kivy.input.motionevent import MotionEvent
from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from appliance.flows.intents import ChooseLanguage, ToggleOption
from appliance.presenters.views import LanguageChoice, OptionRow, OptionSection
from appliance.ui.layout import Stack
from appliance.ui.widgets import TouchButton

SHIFT_PX = 24


class Layer(FloatLayout):
    """`content` is what the panel shows; `shift` is how far the panel still has to come, in pixels."""

    content = ObjectProperty(None, rebind=True)
    shift = NumericProperty(0)

    def enter(self, motion_s: float) -> None:
        """Come to rest within `motion_s` seconds, a few pixels upwards. It can be read at once."""
        if "scroll" in self.ids:
            self.ids.scroll.scroll_y = 1
        if motion_s:
            self.shift = SHIFT_PX
            Animation(shift=0, duration=motion_s, transition="out_quad").start(self)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not super().on_touch_down(touch):
            self.touched_outside(touch)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        super().on_touch_move(touch)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        super().on_touch_up(touch)
        return True

    def touched_outside(self, touch: MotionEvent) -> None:
        """A finger came down where nothing takes it."""


class ArticleLayer(Layer):
    pass


class NoticeLayer(Layer):
    pass


class TimeoutLayer(Layer):
    pass


class LanguageLayer(Layer):
    """The choice of language; goes away when a finger comes down beside it."""

    def touched_outside(self, touch: MotionEvent) -> None:
        if not self.ids.panel.collide_point(*touch.pos):
            App.get_running_app().close_languages()


class LanguageRow(TouchButton):
    item = ObjectProperty(LanguageChoice("", "", False), rebind=True)

    def on_tap(self) -> None:
        app = App.get_running_app()
        app.close_languages()
        app.send(ChooseLanguage(self.item.code))


class OptionLine(TouchButton):
    item = ObjectProperty(OptionRow("", "", "", "", False, False), rebind=True)

    def on_tap(self) -> None:
        App.get_running_app().send(ToggleOption(self.item.group_id, self.item.option_id))


class OptionBlock(Stack):
    item = ObjectProperty(OptionSection("", "", ()), rebind=True)
