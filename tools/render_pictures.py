"""Renders the picture and icon sets to the PNG files that the screens load.

Both sets come from npm and the renderer from PyPI, into a folder of your choice that nothing else needs:

    npm install --prefix DIR @iconify-json/fluent-emoji-flat @iconify-json/lucide
    python3 -m venv DIR/venv && DIR/venv/bin/pip install resvg-py pillow
    DIR/venv/bin/python tools/render_pictures.py DIR/node_modules

The files are committed, so this runs only when a picture is added.
"""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import resvg_py
from PIL import Image

PICTURE_SIZES_PX = (120, 240)
ICON_SIZES_PX = (36, 72)
BIG_ICON_PX = 320
OUTPUT = Path(__file__).parent.parent / "appliance" / "ui" / "pictures"

PICTURES = (
    "avocado",
    "bacon",
    "bagel",
    "baguette-bread",
    "banana",
    "beer-mug",
    "bell-pepper",
    "bento-box",
    "beverage-box",
    "birthday-cake",
    "blueberries",
    "bowl-with-spoon",
    "bread",
    "broccoli",
    "bubble-tea",
    "burrito",
    "candy",
    "carrot",
    "cheese-wedge",
    "cherries",
    "chestnut",
    "chocolate-bar",
    "cooked-rice",
    "cookie",
    "cooking",
    "croissant",
    "cucumber",
    "cup-with-straw",
    "cupcake",
    "curry-rice",
    "custard",
    "cut-of-meat",
    "doughnut",
    "droplet",
    "dumpling",
    "ear-of-corn",
    "egg",
    "eggplant",
    "falafel",
    "fish",
    "fork-and-knife-with-plate",
    "french-fries",
    "fried-shrimp",
    "garlic",
    "glass-of-milk",
    "grapes",
    "green-apple",
    "green-salad",
    "hamburger",
    "honey-pot",
    "hot-beverage",
    "hot-dog",
    "ice-cream",
    "kiwi-fruit",
    "leafy-green",
    "lemon",
    "mango",
    "meat-on-bone",
    "melon",
    "oden",
    "olive",
    "onion",
    "pancakes",
    "peach",
    "peanuts",
    "pear",
    "pie",
    "pineapple",
    "pizza",
    "popcorn",
    "pot-of-food",
    "potato",
    "poultry-leg",
    "pretzel",
    "red-apple",
    "rice-ball",
    "sandwich",
    "shallow-pan-of-food",
    "shortcake",
    "shrimp",
    "soft-ice-cream",
    "spaghetti",
    "steaming-bowl",
    "strawberry",
    "stuffed-flatbread",
    "sushi",
    "taco",
    "tangerine",
    "teacup-without-handle",
    "tomato",
    "tropical-drink",
    "waffle",
    "watermelon",
    "wine-glass",
)

ICONS = (
    "accessibility",
    "archive",
    "arrow-left",
    "arrow-left-right",
    "arrow-right",
    "badge-percent",
    "ban",
    "banknote",
    "barcode",
    "bell",
    "calculator",
    "calendar",
    "check",
    "chef-hat",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle-alert",
    "circle-check",
    "circle-minus",
    "circle-x",
    "clipboard-list",
    "clock",
    "cloud-off",
    "coins",
    "contrast",
    "credit-card",
    "delete",
    "ellipsis",
    "file-text",
    "globe",
    "graduation-cap",
    "hand",
    "hand-coins",
    "history",
    "id-card",
    "inbox",
    "info",
    "key-round",
    "keyboard",
    "languages",
    "layout-grid",
    "leaf",
    "list",
    "lock",
    "lock-open",
    "log-in",
    "log-out",
    "minus",
    "nfc",
    "octagon-x",
    "package-x",
    "pause",
    "pencil",
    "percent",
    "plus",
    "printer",
    "qr-code",
    "receipt-text",
    "refresh-cw",
    "repeat",
    "rotate-ccw",
    "scale",
    "search",
    "shopping-bag",
    "space",
    "sprout",
    "tag",
    "timer",
    "trash-2",
    "triangle-alert",
    "undo-2",
    "user",
    "user-search",
    "user-x",
    "users",
    "utensils",
    "wallet",
    "wifi",
    "wifi-off",
    "x",
)

BIG_ICONS = (
    "check",
    "circle-alert",
    "circle-check",
    "circle-x",
    "clock",
    "hand",
    "nfc",
    "octagon-x",
    "triangle-alert",
    "utensils",
    "x",
)


def svg(icon_set: dict[str, Any], name: str, size_px: int, colour: str) -> str:
    """The SVG document of one icon of an Iconify set, `size_px` high."""
    icon = icon_set["icons"][icon_set.get("aliases", {}).get(name, {}).get("parent", name)]
    width = icon.get("width", icon_set.get("width", 16))
    height = icon.get("height", icon_set.get("height", 16))
    body = icon["body"].replace("currentColor", colour)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_px}" height="{size_px}" '
        f'viewBox="0 0 {width} {height}">{body}</svg>'
    )


def render(document: str, target: Path, *, mask: bool) -> None:
    """Draw an SVG document into `target`: a mask keeps only its alpha, a picture gets a palette to stay small."""
    image = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=document)))).convert("RGBA")
    if mask:
        white = Image.new("L", image.size, 255)
        image = Image.merge("LA", (white, image.getchannel("A")))
    else:
        image = image.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    target.parent.mkdir(parents=True, exist_ok=True)
    image.save(target, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("node_modules", type=Path, help="folder into which npm installed the two sets")
    sets = parser.parse_args().node_modules / "@iconify-json"
    fluent = json.loads((sets / "fluent-emoji-flat" / "icons.json").read_text(encoding="utf-8"))
    lucide = json.loads((sets / "lucide" / "icons.json").read_text(encoding="utf-8"))
    for name in PICTURES:
        for size_px in PICTURE_SIZES_PX:
            target = OUTPUT / "food" / str(size_px) / f"{name.replace('-', '_')}.png"
            render(svg(fluent, name, size_px, "#000"), target, mask=False)
    for name in ICONS:
        for size_px in ICON_SIZES_PX:
            target = OUTPUT / "icons" / str(size_px) / f"{name.replace('-', '_')}.png"
            render(svg(lucide, name, size_px, "#fff"), target, mask=True)
    for name in BIG_ICONS:
        target = OUTPUT / "icons" / str(BIG_ICON_PX) / f"{name.replace('-', '_')}.png"
        render(svg(lucide, name, BIG_ICON_PX, "#fff"), target, mask=True)


if __name__ == "__main__":
    main()
