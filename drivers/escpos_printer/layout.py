"""Paragraphs and columns become lines that fit the paper. Pure text; widths are characters."""

from __future__ import annotations

import textwrap


def wrap(text: str, width: int) -> list[str]:
    """Break `text` at its line ends and between words; a word longer than the paper is broken inside."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += textwrap.wrap(paragraph, width, break_on_hyphens=False, drop_whitespace=True) or [""]
    return lines


def columns(left: str, right: str, width: int) -> list[str]:
    """Set `left` and `right` at their edges, `right` in the last line; nothing is ever cut off."""
    if len(right) >= width:
        return [*wrap(left, width), *(line.rjust(width) for line in wrap(right, width))]
    indent = left[: len(left) - len(left.lstrip(" "))]
    lines = textwrap.wrap(
        left.lstrip(" "), width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    ) or [""]
    room = width - len(right) - (1 if right else 0)
    if len(lines[-1]) > room:
        lines[-1:] = textwrap.wrap(
            lines[-1].lstrip(" "),
            max(room, len(indent) + 1),
            initial_indent=indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
    last = lines.pop()
    return [*lines, last + right.rjust(width - len(last))]
