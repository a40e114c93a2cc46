"""The screen in words: what can be read and what can be touched, with its place. For remote help, speech and tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.core.window import Window
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from appliance.ui.screens.layers import Layer
from appliance.ui.text import Text
from appliance.ui.touch import Tap

Box = tuple[float, float, float, float]


def describe(root: Widget) -> dict[str, Any]:
    """What a person sees: {"targets": [{"texts", "x", "y", "width", "height", "touch"}]}, pixels from the top left.

    A target that can be touched carries all texts inside it. Below a layer, only the layer counts. What is scrolled out
    of sight is left out.
    """
    layers = [child for child in root.children if isinstance(child, Layer)]
    return {"targets": list(_targets(layers[0] if layers else root, (0, 0, *Window.size)))}


def _targets(widget: Widget, sight: Box) -> Iterator[dict[str, Any]]:
    if getattr(widget, "gone", False) or widget.opacity == 0:
        return
    box = _box(widget)
    if isinstance(widget, ScrollView):
        sight = _overlap(sight, box)
    touch = isinstance(widget, Tap) and widget.enabled
    texts = list(_texts(widget)) if touch else _own(widget)
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if texts and sight[0] <= middle[0] <= sight[2] and sight[1] <= middle[1] <= sight[3]:
        width, height = box[2] - box[0], box[3] - box[1]
        top = Window.height - box[3]
        yield {"texts": texts, "x": box[0], "y": top, "width": width, "height": height, "touch": touch}
    for child in reversed(widget.children):
        yield from _targets(child, sight)


def _texts(widget: Widget) -> Iterator[str]:
    if getattr(widget, "gone", False):
        return
    yield from _own(widget)
    for child in reversed(widget.children):
        yield from _texts(child)


def _own(widget: Widget) -> list[str]:
    """The widget's own text, before it was wrapped to lines."""
    if isinstance(widget, Text):
        return [widget.content] if widget.content else []
    text = getattr(widget, "text", "")
    return [text] if isinstance(text, str) and text else []


def _box(widget: Widget) -> Box:
    left, bottom = widget.to_window(widget.x, widget.y)
    right, top = widget.to_window(widget.right, widget.top)
    return left, bottom, right, top


def _overlap(a: Box, b: Box) -> Box:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
