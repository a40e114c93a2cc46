"""Where the pictures, the icons and the letters are on this machine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

PICTURES = Path(__file__).parent / "pictures"
PICTURE_SIZES_PX = (120, 240)
ICON_SIZES_PX = (36, 72, 320)
FONT_FOLDERS = (
    Path("/usr/share/fonts/opentype/inter"),
    Path("/usr/share/fonts/truetype/inter"),
    Path("/usr/share/fonts/opentype/fonts-inter"),
    Path("/usr/share/fonts/truetype/fonts-inter"),
    Path("/usr/local/share/fonts"),
)
FACES = {400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold", 800: "ExtraBold"}


class FontMissing(Exception):
    """Inter is not installed; the message says which package brings it."""


@cache
def font(weight: int) -> str:
    """Path of Inter in `weight` (400, 500, 600, 700 or 800); raises `FontMissing`."""
    for folder in FONT_FOLDERS:
        for suffix in ("otf", "ttf"):
            path = folder / f"Inter-{FACES[weight]}.{suffix}"
            if path.is_file():
                return str(path)
    searched = ", ".join(str(folder) for folder in FONT_FOLDERS)
    raise FontMissing(f"Inter-{FACES[weight]} was found in none of {searched}; install the Debian package fonts-inter")


@cache
def picture(name: str, size_px: int) -> str:
    """Path of the dish picture `name` that is best shown `size_px` high, or an empty string when there is none."""
    return _best("food", name, size_px, PICTURE_SIZES_PX)


@cache
def icon(name: str, size_px: int) -> str:
    """Path of the icon `name` (white, to be tinted) best shown `size_px` high, or an empty string."""
    return _best("icons", name, size_px, ICON_SIZES_PX)


def _best(kind: str, name: str, size_px: int, sizes: tuple[int, ...]) -> str:
    if not name.replace("_", "").isalnum():
        return ""
    larger = [size for size in sizes if size >= size_px]
    smaller = [size for size in reversed(sizes) if size < size_px]
    paths = (PICTURES / kind / str(size) / f"{name}.png" for size in larger + smaller)
    return next((str(path) for path in paths if path.is_file()), "")
