"""What a finger does: a tap, and dragging a list. Both act on the touch itself, without waiting to tell them apart."""

from __future__ import annotations

from kivy.app import App
from kivy.core.window import Window
from kivy.effects.scroll import ScrollEffect
from kivy.input.motionevent import MotionEvent
from kivy.properties import BooleanProperty
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from appliance.flows.intents import StillHere

SLOP_PX = 18


def moved(touch: MotionEvent) -> bool:
    """Whether the finger has gone so far that it drags and no longer taps."""
    width, height = Window.size
    return abs(touch.sx - touch.osx) * width > SLOP_PX or abs(touch.sy - touch.osy) * height > SLOP_PX


class Tap(Widget):
    """Fires `on_tap` when a finger goes down and up on it without dragging. Children that tap come first."""

    __events__ = ("on_tap",)
    pressed = BooleanProperty(False)
    enabled = BooleanProperty(True)
    gone = BooleanProperty(False)

    def on_tap(self) -> None:
        """The finger has tapped here."""

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if super().on_touch_down(touch):
            return True
        if self.gone or not self.collide_point(*touch.pos) or touch.is_mouse_scrolling:
            return False
        if self.enabled:
            touch.grab(self)
            self.pressed = True
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        if self.pressed and moved(touch):
            self.pressed = False
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        tapped, self.pressed = self.pressed and not moved(touch), False
        if tapped:
            self.dispatch("on_tap")
        return True


class DragScroll(ScrollView):
    """A list that is dragged by the finger and keeps rolling a little; its children feel the touch at once.

    Whoever drags it is still there, and the flow is told so.
    """

    gone = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("effect_cls", ScrollEffect)
        super().__init__(**kwargs)

    def _bind_inactive_bar_color(self, *_args: object) -> None:
        """Kivy fades its own bar here, half a second long and in every frame; the bar of these lists stays as it is."""

    def _scrolls(self) -> bool:
        content = self._viewport
        if content is None:
            return False
        return (self.do_scroll_y and content.height > self.height) or (self.do_scroll_x and content.width > self.width)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos):
            return False
        if touch.is_mouse_scrolling:
            return self._wheel(touch)
        if self._scrolls():
            touch.grab(self)
            if self.do_scroll_y:
                self.effect_y.start(touch.y)
            else:
                self.effect_x.start(touch.x)
        touch.push()
        touch.apply_transform_2d(self.to_local)
        super(ScrollView, self).on_touch_down(touch)
        touch.pop()
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        if self.do_scroll_y:
            self.effect_y.update(touch.y)
        else:
            self.effect_x.update(touch.x)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if self.do_scroll_y:
            self.effect_y.stop(touch.y)
        else:
            self.effect_x.stop(touch.x)
        if moved(touch):
            App.get_running_app().send(StillHere())
        return True

    def _wheel(self, touch: MotionEvent) -> bool:
        content = self._viewport
        if not self._scrolls() or not self.do_scroll_y or touch.button not in ("scrollup", "scrolldown"):
            return False
        step = 90 / (content.height - self.height) * (-1 if touch.button == "scrollup" else 1)
        self.scroll_y = min(1.0, max(0.0, self.scroll_y + step))
        return True
