"""Looks over every screen of a role in one size, in a process of its own, and prints what it found as JSON.

python tests/appliance/ui/inspection.py 1280x800 [kiosk | till | service]
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from itertools import combinations
from math import hypot
from pathlib import Path
from typing import Any

from appliance.ui import environment

TOLERANCE_PX = 2.5
MAY_SHORTEN = {"TileCard", "BasketRow", "LineRow", "GuestCard"}
SCROLLS = {"DragScroll", "SheetScroll", "TicketLines"}
MAY_TOUCH_EACH_OTHER = {"TicketRow"}
TARGET_PX, GAP_PX = 64, 10
LEAST_CONTRAST = 4.5
PHOTO_PX = 600, 800
# Diagonals of the screens that kiosks of these sizes have: 21.5, 15.6 and 10.1 inches.
KIOSK_MM = {"1080x1920": 546, "1280x800": 396, "1024x600": 257}
LEAST_MM = 15


def main() -> int:
    size, role = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "kiosk"
    width, height = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as home:
        environment.prepare("offscreen", Path(home))
        environment.configure("offscreen", width, height)
        diagonal_mm = KIOSK_MM.get(size, 0) if role == "kiosk" else 0
        print(json.dumps(_inspect(role, Path(home) / "photo.jpg", diagonal_mm)))
    return 0


def _gallery(role: str, photo: Path) -> Callable[[str], dict[str, Any]]:
    """The views of a role by language; every second language has guests with a photo."""
    from PIL import Image

    from tests.appliance.ui.gallery import gallery
    from tests.appliance.ui.gallery_service import service_gallery
    from tests.appliance.ui.gallery_till import till_gallery

    Image.new("RGB", PHOTO_PX, "#9db7c9").save(photo)
    made = {"till": till_gallery, "service": service_gallery}.get(role)
    if made is None:
        return gallery
    return lambda language: made(language, str(photo) if language in ("fr", "es") else "")


def _inspect(role: str, photo: Path, diagonal_mm: int) -> dict[str, Any]:
    from appliance.ui.stage import Stage
    from tests.appliance.ui.gallery import LANGUAGES

    gallery = _gallery(role, photo)
    faults = ("clipped", "outside", "shortened", "small", "near", "overlap", "faint")
    found: dict[str, Any] = {"drawn": {}, **{fault: [] for fault in faults}}
    with Stage(diagonal_mm=diagonal_mm) as stage:
        for language in LANGUAGES:
            for name, view in gallery(language).items():
                where = f"{language}/{name}"
                if language == "de":
                    stage.show(view)
                    picture = stage.picture()
                    found["drawn"][name] = len(picture.quantize(32).getcolors())
                    _inspect_contrast(stage, picture, where, found)
                else:
                    stage.lay_out(view)
                _inspect_texts(stage, where, found)
                _inspect_targets(stage, where, found)
        found["described"] = _describe(stage, gallery("en"))
        found["taps"] = _tap_everything(stage, gallery("de"))
        if role == "kiosk":
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
        if beyond_parent or (beyond_window and not SCROLLS & set(names)):
            found["outside"].append(f"{label} in {[round(v) for v in parent]}")
    for together in _by_scroll(texts):
        placed = [(text, _text_box(text)) for text in together]
        for (first, a), (second, b) in combinations(placed, 2):
            if _overlap(a, b):
                found["overlap"].append(f"{where}: {first.content!r} and {second.content!r}")


def _by_scroll(widgets: list[Any]) -> list[list[Any]]:
    """Widgets that keep their places towards each other: those within one list, and those within none."""
    groups: dict[int, list[Any]] = {}
    for widget in widgets:
        above = widget.parent
        while above.parent is not above and above.parent is not None and type(above).__name__ not in SCROLLS:
            above = above.parent
        groups.setdefault(id(above) if type(above).__name__ in SCROLLS else 0, []).append(widget)
    return list(groups.values())


def _inspect_contrast(stage: Any, picture: Any, where: str, found: dict[str, Any]) -> None:
    """Compare the colour of every text with the colour that most of its place has in the picture."""
    from appliance.ui.text import Text
    from appliance.ui.theme import contrast
    from appliance.ui.touch import DragScroll

    for text in (
        one for one in _shown(stage.app.root) if isinstance(one, Text) and one.text and not one.parent.opacity < 1
    ):
        left, bottom, right, top = _window_box(text)
        for scroll in (one for one in _chain(text) if isinstance(one, DragScroll)):
            box = _window_box(scroll)
            left, bottom, right, top = max(left, box[0]), max(bottom, box[1]), min(right, box[2]), min(top, box[3])
        height = picture.height
        place = (
            max(0, int(left)),
            max(0, height - int(top)),
            min(picture.width, int(right)),
            min(height, height - int(bottom)),
        )
        if place[2] - place[0] < 4 or place[3] - place[1] < 4:
            continue
        _count, ground = max(picture.crop(place).getcolors(1 << 14))
        measured = contrast(tuple(text.tint), (*(part / 255 for part in ground), 1.0))
        if measured < LEAST_CONTRAST:
            found["faint"].append(f"{where}: {text.content!r} {measured:.2f} on {ground}")


def _chain(widget: Any) -> list[Any]:
    chain = []
    while widget is not None and widget.parent is not widget:
        chain.append(widget)
        widget = widget.parent
    return chain


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
    theme = stage.app.theme
    taps = [tap for tap in taps if tap.enabled or type(tap).__name__ not in MAY_TOUCH_EACH_OTHER]
    for tap in taps:
        label = f"{where}: {type(tap).__name__} {[round(v) for v in _window_box(tap)]}"
        least = LEAST_MM * hypot(theme.width, theme.height) / theme.diagonal_mm if theme.diagonal_mm else 0
        if min(tap.width, tap.height) < max(TARGET_PX, least):
            found["small"].append(label)
        box = _window_box(tap)
        if not SCROLLS & set(_ancestors(tap)) and (
            box[0] < 0 or box[1] < 0 or box[2] > Window.width or box[3] > Window.height
        ):
            found["outside"].append(label)
    for together in _by_scroll(taps):
        placed = [(tap, _window_box(tap)) for tap in together]
        for (first, a), (second, b) in combinations(placed, 2):
            if not _overlap(_grown(a, GAP_PX - 1), b) or first in _chain(second) or second in _chain(first):
                continue
            names = f"{where}: {type(first).__name__} and {type(second).__name__}"
            if _overlap(a, b):
                found["overlap"].append(names)
            elif not theme.diagonal_mm and type(first).__name__ not in MAY_TOUCH_EACH_OTHER:
                found["near"].append(f"{names} {[round(v) for v in (*a, *b)]}")


def _grown(box: tuple[float, ...], by: float) -> tuple[float, ...]:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _tap_everything(stage: Any, views: dict[str, Any]) -> dict[str, list[str]]:
    """The intents that come of tapping each control that can be seen, screen by screen."""
    from kivy.core.window import Window

    from appliance.ui.touch import Tap

    heard: dict[str, list[str]] = {}
    for name, view in views.items():
        stage.lay_out(view)
        stage.settle()
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
