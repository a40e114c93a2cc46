"""Draws every screen in its sizes and four languages to docs/screens/<size>/<language>/<screen>.png.

    python -m tools.screens [--out DIR] [--size 1080x1920 ...] [--language de ...] [--only order ...]

What is drawn is the demonstration canteen on a real flow: its menu and guests come from a head office that is seeded for
the purpose, the screens from badges, barcodes and touches. The kiosk, and the screens of staff, each have their own
sizes. Every size runs in a process of its own, because a window keeps the size it began with.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
KIOSK_SIZES = ("1080x1920", "1280x800", "1024x600")
STAFF_SIZES = ("1080x1920", "1280x800", "1920x1080")
SIZES = tuple(dict.fromkeys(KIOSK_SIZES + STAFF_SIZES))
LANGUAGES = ("en", "fr", "de", "es")
COLOURS = 128


def draw(size: str, sent: Path, out: Path, languages: list[str], only: list[str]) -> None:
    """Draw one size in this process from what head office left in `sent`."""
    from PIL import Image

    from appliance.ui import environment

    width, height = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as home:
        environment.prepare("offscreen", Path(home))
        environment.configure("offscreen", width, height)
        from appliance.ui.stage import Stage
        from tools.scenes import kiosk_scenes, staff_scenes
        from tools.terminal import Terminal

        def terminal(name: str, **wishes: Any) -> AbstractContextManager[Terminal]:
            return Terminal(sent, Path(tempfile.mkdtemp(dir=home)) / name, name, **wishes)

        groups = [(kiosk_scenes, KIOSK_SIZES), (staff_scenes, STAFF_SIZES)]
        drawn = [scenes for scenes, sizes in groups if size in sizes]
        with Stage() as stage:
            for language in languages:
                folder = out / size / language
                if not only:
                    shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True, exist_ok=True)
                for name, view in chain.from_iterable(scenes(terminal, language) for scenes in drawn):
                    if not only or name in only:
                        stage.show(view)
                        picture = stage.picture().quantize(COLOURS, dither=Image.Dither.NONE)
                        picture.save(folder / f"{name}.png", optimize=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screens")
    parser.add_argument("--size", action="append", choices=SIZES, help="only this size; may be repeated")
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only this language; may be repeated")
    parser.add_argument("--only", action="append", default=[], help="only the screen of this name; may be repeated")
    parser.add_argument("--sent", type=Path, help="a folder that `python -m tools.demonstration` has filled")
    parser.add_argument("--here", action="store_true", help="draw in this process (one size, with --sent)")
    args = parser.parse_args()
    languages = args.language or list(LANGUAGES)
    if args.here:
        draw(args.size[0], args.sent, args.out.resolve(), languages, args.only)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        sent = args.sent or Path(scratch)
        if not args.sent:
            _run("tools.demonstration", str(sent))
        words = [f"--language={language}" for language in languages] + [f"--only={name}" for name in args.only]
        for size in args.size or SIZES:
            _run("tools.screens", "--here", f"--size={size}", f"--sent={sent}", f"--out={args.out.resolve()}", *words)
    return 0


def _run(module: str, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", module, *words], check=True, cwd=ROOT, env={**os.environ, "KIVY_LOG_MODE": "PYTHON"}
    )


if __name__ == "__main__":
    raise SystemExit(main())
