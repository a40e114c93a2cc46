"""The three-minute story, played by itself on a whole house, with pictures.

    python -m tools.demo --out build/demo

Leaves one numbered picture for each step, `sheet.png` with all of them and `story.md`. Whatever a step claims is checked;
the first thing that is otherwise ends it with status 1 and a message. `--fast` leaves out people's pauses.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tools.demo_books import Books
from tools.demo_browser import OfficePage, installed
from tools.demo_pictures import Shot, Step, contact_sheet, draw, story
from tools.demo_stage import GUESTS_BEFORE, NotShown, Stage, stage, until
from tools.demo_story import Story

READING_S = 4.0
SETTLE_S = 0.6
LUNCH_S = 120.0
SHEET, STORY = "sheet.png", "story.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("build/demo"), metavar="FOLDER", help="where the pictures go")
    parser.add_argument("--fast", action="store_true", help="leave out people's pauses")
    args = parser.parse_args()
    try:
        play(args.out, fast=args.fast)
    except NotShown as problem:
        sys.stderr.write(f"\nThe story could not be told: {problem}\n")
        sys.exit(1)


def play(out: Path, *, fast: bool, folder: Path | None = None) -> list[Step]:
    """Play the story; returns its steps. Raises `NotShown`."""
    out.mkdir(parents=True, exist_ok=True)
    for left in (*out.glob("[0-9][0-9]-*.png"), out / SHEET, out / STORY):
        left.unlink(missing_ok=True)
    _say("Starting the house ...")
    with ExitStack() as stack:
        here = stack.enter_context(stage(_say, fast=fast, folder=folder))
        books = Books(here.office)
        camera = Camera(here, books)
        stack.callback(camera.close)
        played = Story(here, books, moment=camera.keep)
        played.open()
        if not fast:
            until(lambda: books.served_elsewhere() >= GUESTS_BEFORE, "the other till has no guests", patience_s=LUNCH_S)
        steps, pictures = [], []
        began_s = time.monotonic()
        for number, (title, work) in enumerate(played.steps(), start=1):
            _say(f"\n{number:2}  {title}")
            facts = work()
            step = Step(number, title, facts)
            for fact in facts:
                _say(f"    {fact}")
            here.pause(READING_S)
            path = out / step.file_name
            draw(step, camera.shot()).save(path)
            steps.append(step)
            pictures.append(path)
        _say(f"\nTold in {time.monotonic() - began_s:.0f} s.")
    contact_sheet(pictures).save(out / SHEET)
    (out / STORY).write_text(story(steps), encoding="utf-8")
    _say(f"Pictures: {out}/, all of them on {out / SHEET}; the story: {out / STORY}")
    return steps


class Camera:
    """Takes everything that can be seen at one moment."""

    def __init__(self, here: Stage, books: Books) -> None:
        self._stage = here
        self._books = books
        self._kept: Shot | None = None
        self._page = OfficePage(here.house) if installed() else None
        if self._page is not None:
            here.do(self._page.open())

    def keep(self) -> None:
        """Take the picture of this step now: the moment will have passed at its end."""
        self._kept = self._take()

    def shot(self) -> Shot:
        """The picture that was kept for this step, with the slip of now, else one of now."""
        kept, self._kept = self._kept, None
        return replace(kept, slip=self._slip()) if kept else self._take()

    def close(self) -> None:
        if self._page is not None:
            self._stage.do(self._page.close())

    def _slip(self) -> bytes:
        slips = self._stage.printer.slips
        return bytes(slips[-1].png) if slips else b""

    def _take(self) -> Shot:
        time.sleep(SETTLE_S)
        here = self._stage
        return Shot(
            till=here.till.screen.picture(),
            kiosk=here.kiosk.screen.picture(),
            pickup=here.pickup.screen.picture(),
            kitchen=here.kitchen.screen.picture(),
            display=here.display.png(),
            slip=self._slip(),
            torn=here.printer.current_png() if here.printer.paper == "out" else b"",
            office=here.do(self._page.picture()) if self._page is not None else b"",
            figures=() if self._page is not None else self._books.sold_and_left(),
        )


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
