"""Draws every screen in three sizes and four languages to docs/screens/<size>/<language>/<screen>.png.

    python -m tools.screens [--out DIR] [--size 1080x1920 ...] [--language de ...] [--only order ...]

Each size runs in a process of its own, because a window keeps the size it began with.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from appliance.presenters.views import View
from tools.gallery import LANGUAGES, gallery

SIZES = ("1080x1920", "1280x800", "1024x600")
COLOURS = 192


def pictures(languages: list[str], only: list[str]) -> Iterator[tuple[str, str, View]]:
    """Language, name and view of each picture to draw."""
    for language in languages:
        for name, view in gallery(language).items():
            if not only or name in only:
                yield language, name, view


def draw(size: str, out: Path, languages: list[str], only: list[str]) -> None:
    """Draw one size in this process."""
    from appliance.ui import environment

    width, height = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as home:
        environment.prepare("offscreen", Path(home))
        environment.configure("offscreen", width, height)
        from appliance.ui.stage import Stage

        with Stage() as stage:
            for language, name, view in pictures(languages, only):
                target = out / size / language / f"{name}.png"
                target.parent.mkdir(parents=True, exist_ok=True)
                stage.show(view)
                stage.picture().quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs/screens"))
    parser.add_argument("--size", action="append", choices=SIZES, help="only this size; may be repeated")
    parser.add_argument(
        "--language", action="append", choices=list(LANGUAGES), help="only this language; may be repeated"
    )
    parser.add_argument("--only", action="append", default=[], help="only the screen of this name; may be repeated")
    parser.add_argument("--here", action="store_true", help="draw in this process (one size)")
    args = parser.parse_args()
    sizes = args.size or list(SIZES)
    languages = args.language or list(LANGUAGES)
    if args.here:
        draw(sizes[0], args.out, languages, args.only)
        return 0
    extra = [f"--language={language}" for language in languages] + [f"--only={name}" for name in args.only]
    for size in sizes:
        command = [sys.executable, "-m", "tools.screens", "--here", f"--size={size}", f"--out={args.out}", *extra]
        status = subprocess.run(command, check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
