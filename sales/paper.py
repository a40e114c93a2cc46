"""Lines on a strip of paper of so many columns, and how text is made to fit."""

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Text:
    """A line of text; `size` 2 or 4 prints so many times as wide and high, and takes so many columns a character."""

    text: str
    align: Align = "left"
    bold: bool = False
    size: Literal[1, 2, 4] = 1


@dataclass(frozen=True)
class Columns:
    """A line with one text at the left edge and one at the right."""

    left: str
    right: str
    bold: bool = False


@dataclass(frozen=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True)
class Qr:
    """A QR code, centred."""

    data: str


@dataclass(frozen=True)
class Feed:
    """Empty lines."""

    lines: int


@dataclass(frozen=True)
class Cut:
    """The end of the slip."""


SlipLine: TypeAlias = Text | Columns | Rule | Qr | Feed | Cut


def printable(text: str) -> str:
    """Return the text composed (NFC), with every kind of space as a plain one and nothing a printer could obey.

    Control and invisible characters are what printer commands are made of; a name must never carry one.
    """
    composed = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if character.isspace() else character for character in composed)
    visible = (character for character in spaced if unicodedata.category(character)[0] != "C")
    return " ".join("".join(visible).split())


def wrap(text: str, width: int, indent: str = "", hanging: str = "") -> list[str]:
    """Break the text into lines of at most `width` characters, at least one.

    Each line begins with `indent`, those after the first with `hanging` too.
    """
    lines = textwrap.wrap(printable(text), width, initial_indent=indent, subsequent_indent=indent + hanging)
    return lines or [""]


class Paper:
    """A growing list of slip lines none of which is wider than `columns`."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._lines: list[SlipLine] = []

    @property
    def lines(self) -> tuple[SlipLine, ...]:
        """Everything written so far."""
        return tuple(self._lines)

    def add(self, line: SlipLine) -> None:
        """Write a line as it is."""
        self._lines.append(line)

    def text(self, text: str, align: Align = "left", *, bold: bool = False, indent: str = "") -> None:
        """Write a text over as many lines as it needs."""
        self._lines.extend(Text(line, align, bold) for line in wrap(text, self.columns, indent))

    def headline(self, text: str) -> None:
        """Write a bold, centred text: in double size when it fits on one line, else over lines of normal size."""
        text = printable(text)
        if 2 * len(text) <= self.columns:
            self.add(Text(text, "center", bold=True, size=2))
        else:
            self.text(text, "center", bold=True)

    def pair(self, left: str, right: str, *, bold: bool = False, indent: str = "") -> None:
        """Write left and right on one line; what is too long on the left goes on below it, indented by two."""
        right = printable(right)
        room = self.columns - len(right) - 1
        if room < self.columns // 4:
            self.text(left, bold=bold, indent=indent)
            self._lines.extend(Text(line, "right", bold) for line in wrap(right, self.columns))
            return
        first, *rest = wrap(left, room, indent, hanging="  ")
        self.add(Columns(first, right, bold))
        self._lines.extend(Text(line, bold=bold) for line in rest)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write a table: the first column left, the others right-aligned, spread over the width.

        When it is too wide, every row becomes its first cell followed by a line for each other cell and its heading.
        """
        head = [printable(cell) for cell in head]
        widths = [max(len(row[index]) for row in [head, *rows]) for index in range(len(head))]
        gap = (self.columns - sum(widths)) // (len(widths) - 1)
        if gap >= 1:
            first = self.columns - sum(width + gap for width in widths[1:])
            for row in [head, *rows]:
                cells = [cell.rjust(width + gap) for cell, width in zip(row[1:], widths[1:], strict=True)]
                self.add(Text(row[0].ljust(first) + "".join(cells)))
            return
        for row in rows:
            self.text(row[0])
            for heading, cell in zip(head[1:], row[1:], strict=True):
                self.pair(heading, cell, indent="  ")
