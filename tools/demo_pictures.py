"""What the demonstration leaves behind: one picture for each step, a sheet of all of them, and the story in words."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from appliance.ui.assets import font

WIDTH, MARGIN, GAP = 2240, 48, 32
TILL, KIOSK = (1280, 800), (450, 800)
SMALL, OFFICE = (624, 390), (832, 520)
SLIP_WIDTH = WIDTH - 2 * MARGIN - TILL[0] - KIOSK[0] - 2 * GAP
LABEL_HEIGHT, LINE_HEIGHT = 34, 40
GROUND, INK, QUIET, GREEN, EDGE = "#f4f2ec", "#1c1b22", "#5d5b66", "#0f5c43", "#d9d6cd"
THUMBNAIL, COLUMNS = 960, 3
INDENT = 90


@dataclass(frozen=True)
class Shot:
    """Everything that can be seen at one moment, as encoded pictures.

    `torn` is paper that hangs out of a printer without a roll; `figures` stand in for a browser that is not there.
    """

    till: bytes
    kiosk: bytes
    pickup: bytes
    kitchen: bytes
    display: bytes
    slip: bytes
    office: bytes
    torn: bytes = b""
    figures: Sequence[str] = ()


@dataclass(frozen=True)
class Step:
    """One step of the story: what it is called, and what was checked, in sentences."""

    number: int
    title: str
    facts: tuple[str, ...]

    @property
    def file_name(self) -> str:
        words = "".join(c if c.isalnum() else " " for c in self.title.lower()).split()
        return f"{self.number:02d}-{'-'.join(words[:6])}.png"


def _font(size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font(weight), size)


def draw(step: Step, shot: Shot) -> Image.Image:
    """The picture of a step: what was checked above, what was seen below."""
    lines = [line for fact in step.facts for line in textwrap.wrap(fact, 158)]
    top = MARGIN + 76 + LINE_HEIGHT * len(lines) + GAP
    second = top + LABEL_HEIGHT + TILL[1] + GAP
    height = second + LABEL_HEIGHT + OFFICE[1] + MARGIN
    sheet = Image.new("RGB", (WIDTH, height), GROUND)
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, MARGIN), f"{step.number}", font=_font(48, 800), fill=GREEN)
    pen.text((MARGIN + INDENT, MARGIN), step.title, font=_font(48, 800), fill=INK)
    for index, line in enumerate(lines):
        pen.text((MARGIN + INDENT, MARGIN + 76 + index * LINE_HEIGHT), line, font=_font(27), fill=QUIET)
    left = MARGIN
    _place(sheet, "Till", shot.till, (left, top), TILL)
    _place(sheet, "Kiosk", shot.kiosk, (left + TILL[0] + GAP, top), KIOSK)
    slip_left = left + TILL[0] + KIOSK[0] + 2 * GAP
    slip_top, slip_height = top, TILL[1]
    if shot.torn:
        slip_top, slip_height = top + TILL[1] // 4, TILL[1] * 3 // 4
        _place(sheet, "Torn off", shot.torn, (slip_left, top), (SLIP_WIDTH, TILL[1] // 4 - GAP - LABEL_HEIGHT))
    _place(sheet, "The till's newest slip", shot.slip, (slip_left, slip_top), (SLIP_WIDTH, slip_height), "No slip yet")
    _place(sheet, "Kitchen", shot.kitchen, (left, second), SMALL)
    _place(sheet, "Pick-up", shot.pickup, (left + SMALL[0] + GAP, second), SMALL)
    glass = (2 * SMALL[0] + GAP, OFFICE[1] - SMALL[1] - 10)
    _place(sheet, "", shot.display, (left, second + SMALL[1] + 10), glass)
    office_left = left + TILL[0] + GAP
    if shot.office:
        _place(sheet, "Head office, live", shot.office, (office_left, second), OFFICE)
    else:
        _label(sheet, "Head office", (office_left, second))
        for index, line in enumerate(shot.figures):
            pen.text((office_left, second + LABEL_HEIGHT + 40 * index), line, font=_font(26), fill=INK)
    return sheet


def _label(sheet: Image.Image, text: str, corner: tuple[int, int]) -> None:
    ImageDraw.Draw(sheet).text(corner, text, font=_font(22, 600), fill=QUIET)


def _place(
    sheet: Image.Image, label: str, encoded: bytes, corner: tuple[int, int], room: tuple[int, int], empty: str = ""
) -> None:
    """Put a picture under its label, as large as there is room for; a slip that is too long shows its end."""
    left, top = corner
    _label(sheet, label, corner)
    top += LABEL_HEIGHT
    pen = ImageDraw.Draw(sheet)
    if not encoded:
        pen.text((left, top), empty, font=_font(22), fill=QUIET)
        return
    picture = Image.open(io.BytesIO(encoded)).convert("RGB")
    if picture.height / picture.width > 3:
        picture = picture.crop((0, picture.height - 3 * picture.width, picture.width, picture.height))
    scale = min(room[0] / picture.width, room[1] / picture.height)
    size = (round(picture.width * scale), round(picture.height * scale))
    sheet.paste(picture.resize(size, Image.Resampling.LANCZOS), (left, top))
    pen.rectangle((left - 1, top - 1, left + size[0], top + size[1]), outline=EDGE)


def contact_sheet(pictures: Sequence[Path]) -> Image.Image:
    """All steps on one sheet, three in a row."""
    small = []
    for path in pictures:
        with Image.open(path) as picture:
            small.append(
                picture.resize((THUMBNAIL, round(picture.height * THUMBNAIL / WIDTH)), Image.Resampling.LANCZOS)
            )
    rows = [small[index : index + COLUMNS] for index in range(0, len(small), COLUMNS)]
    heights = [max(picture.height for picture in row) for row in rows]
    sheet = Image.new("RGB", (COLUMNS * THUMBNAIL + (COLUMNS + 1) * GAP, sum(heights) + GAP * (len(rows) + 1)), EDGE)
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        for column, picture in enumerate(row):
            sheet.paste(picture, (GAP + column * (THUMBNAIL + GAP), top))
        top += height + GAP
    return sheet


def story(steps: Sequence[Step]) -> str:
    """The story as Markdown, with the pictures beside it."""
    parts = [
        "# One lunch in three minutes\n",
        "Played by itself on a whole house: terminals, broker and head office are real, devices and the network in between "
        "are emulated at the wire. Everything said here was checked while it happened.\n",
    ]
    for step in steps:
        facts = "\n".join(f"- {fact}" for fact in step.facts)
        parts.append(f"## {step.number}. {step.title}\n\n{facts}\n\n![{step.title}]({step.file_name})\n")
    return "\n".join(parts)
