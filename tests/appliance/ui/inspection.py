"""Looks over every screen in one size, in a process of its own, and prints what it found as JSON.

python tests/appliance/ui/inspection.py 1280x800
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from appliance.ui import environment

TOLERANCE_PX = 1.5
MAY_SHORTEN = {"TileCard", "BasketRow", "LineRow", "GuestCard"}


def main() -> int:
    size = sys.argv[1]
    width, height = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as home:
        environment.prepare("offscreen", Path(home))
        environment.configure("offscreen", width, height)
        print(json.dumps(_inspect()))
    return 0


def _inspect() -> dict[str, Any]:
    from appliance.ui.stage import Stage
    from tests.appliance.ui.gallery import LANGUAGES, gallery

    found: dict[str, Any] = {"drawn": {}, "clipped": [], "outside": [], "shortened": [], "small": [], "overlap": []}
    with Stage() as stage:
        for language in LANGUAGES:
            for name, view in gallery(language).items():
                where = f"{language}/{name}"
                if language == "de":
                    stage.show(view)
                    found["drawn"][name] = len(stage.picture().quantize(32).getcolors())
                else:
                    stage.lay_out(view)
                _inspect_texts(stage, where, found)
                _inspect_targets(stage, where, found)
        found["described"] = _describe(stage, gallery("en"))
        found["taps"] = _tap_everything(stage, gallery("de"))
        found["kept"] = _kept_widgets(stage, gallery("en"))
    return found


def _shown(root: Any) -> list[Any]:
    """All widgets that can be seen, the topmost layer only where one dims the rest."""
    from kivy.uix.widget import Widget

    from appliance.ui.screens.layers import Layer

    layers = [child for child in root.children if isinstance(child, Layer)]
    pending: list[Widget] = [layers[0]] if layers else [root]
    shown = []
    while pending:
        widget = pending.pop()
        if getattr(widget, "gone", False) or widget.opacity == 0:
            continue
        shown.append(widget)
        pending += widget.children
    return [widget for widget in shown if widget.x > -10_000]


def _window_box(widget: Any) -> tuple[float, float, float, float]:
    left, bottom = widget.to_window(*widget.pos)
    return (left, bottom, left + widget.width, bottom + widget.height)


def _ancestors(widget: Any) -> list[str]:
    names = []
    while widget is not None and widget.parent is not widget:
        names.append(type(widget).__name__)
        widget = widget.parent
    return names


def _inspect_texts(stage: Any, where: str, found: dict[str, Any]) -> None:
    from kivy.core.window import Window

    from appliance.ui.text import Text

    texts = [widget for widget in _shown(stage.app.root) if isinstance(widget, Text) and widget.text]
    for text in texts:
        label = f"{where}: {text.content!r} {[round(v) for v in _window_box(text)]}"
        names = _ancestors(text)
        if text.texture_size[0] > text.width + TOLERANCE_PX or text.texture_size[1] > text.height + TOLERANCE_PX:
            found["clipped"].append(f"{label} texture {text.texture_size} in {text.size}")
        if text.shortened and not MAY_SHORTEN & set(names):
            found["shortened"].append(label)
        parent = _window_box(text.parent)
        box = _window_box(text)
        beyond_parent = (
            box[0] < parent[0] - 2 or box[1] < parent[1] - 2 or box[2] > parent[2] + 2 or box[3] > parent[3] + 2
        )
        beyond_window = box[0] < -1 or box[2] > Window.width + 1 or box[1] < -1 or box[3] > Window.height + 1
        if beyond_parent or (beyond_window and "DragScroll" not in names and "SheetScroll" not in names):
            found["outside"].append(f"{label} in {[round(v) for v in parent]}")
    still = [text for text in texts if not {"DragScroll", "SheetScroll"} & set(_ancestors(text))]
    for index, first in enumerate(still):
        for second in still[index + 1 :]:
            if _overlap(_text_box(first), _text_box(second)):
                found["overlap"].append(f"{where}: {first.content!r} and {second.content!r}")


def _text_box(text: Any) -> tuple[float, float, float, float]:
    """The box of the letters, without the air above and below them."""
    left, bottom, right, top = _window_box(text)
    air = text.px * 0.12
    return (left, bottom + air, right, top - air)


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1


def _inspect_targets(stage: Any, where: str, found: dict[str, Any]) -> None:
    from kivy.core.window import Window

    from appliance.ui.touch import Tap

    taps = [widget for widget in _shown(stage.app.root) if isinstance(widget, Tap)]
    for tap in taps:
        label = f"{where}: {type(tap).__name__} {[round(v) for v in _window_box(tap)]}"
        if tap.width < 64 or tap.height < 64:
            found["small"].append(label)
        box = _window_box(tap)
        if "DragScroll" not in _ancestors(tap) and (
            box[0] < 0 or box[1] < 0 or box[2] > Window.width or box[3] > Window.height
        ):
            found["outside"].append(label)
    fixed = [tap for tap in taps if not {"DragScroll", "SheetScroll"} & set(_ancestors(tap))]
    for index, first in enumerate(fixed):
        for second in fixed[index + 1 :]:
            if _overlap(_window_box(first), _window_box(second)):
                found["overlap"].append(f"{where}: {type(first).__name__} and {type(second).__name__}")


def _tap_everything(stage: Any, views: dict[str, Any]) -> dict[str, list[str]]:
    """The intents that come of tapping each control that can be seen, screen by screen."""
    from kivy.core.window import Window

    from appliance.ui.touch import Tap

    heard: dict[str, list[str]] = {}
    for name, view in views.items():
        stage.lay_out(view)
        stage.sent.clear()
        for tap in [widget for widget in _shown(stage.app.root) if isinstance(widget, Tap)]:
            box = _window_box(tap)
            x, y = box[0] + 6 + min(20, tap.width / 3), (box[1] + box[3]) / 2
            if 0 < x < Window.width and 0 < y < Window.height:
                stage.tap(x, y)
                stage.app.close_languages()
        stage.tap(1, Window.height - 1)
        heard[name] = sorted({repr(intent) for intent in stage.sent})
    return heard


def _describe(stage: Any, views: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What each screen says of itself in words."""
    from appliance.ui.describe import describe

    described = {}
    for name, view in views.items():
        stage.lay_out(view)
        described[name] = describe(stage.app.root)["targets"]
    return described


def _kept_widgets(stage: Any, views: dict[str, Any]) -> bool:
    """Whether showing another basket leaves the tiles' widgets as they are."""
    from appliance.ui.screens.order import TileCard

    stage.lay_out(views["order-guest"])
    before = [widget for widget in stage.app.root.walk() if isinstance(widget, TileCard)]
    stage.lay_out(views["order"])
    after = [widget for widget in stage.app.root.walk() if isinstance(widget, TileCard)]
    return bool(before) and all(a is b for a, b in zip(before, after, strict=True))


if __name__ == "__main__":
    raise SystemExit(main())
