"""Slips as they come out of the printer, and how wide they are."""

from collections.abc import Sequence

from sales.paper import Columns, Cut, Feed, Qr, Rule, SlipLine, Text


def width(line: SlipLine) -> int:
    """How many columns of paper a line takes."""
    if isinstance(line, Text):
        return len(line.text) * line.size
    if isinstance(line, Columns):
        return len(line.left) + 1 + len(line.right)
    return 0


def printed(lines: Sequence[SlipLine], columns: int = 42) -> str:
    """The slip as it comes out of the printer, larger sizes spaced out, codes in brackets."""
    rows = []
    for line in lines:
        match line:
            case Text(text, align, _, size):
                spaced = (" " * (size - 1)).join(text)
                rows.append({"left": spaced.ljust, "right": spaced.rjust, "center": spaced.center}[align](columns))
            case Columns(left, right):
                rows.append(left + right.rjust(columns - len(left)))
            case Rule():
                rows.append("-" * columns)
            case Qr(data):
                rows.append(f"[{data}]")
            case Feed(count):
                rows.extend([""] * count)
            case Cut():
                rows.append("=" * columns)
    return "\n".join(row.rstrip() for row in rows)


def words(lines: Sequence[SlipLine]) -> str:
    """Everything written on a slip, in one line, however it was broken."""
    texts = []
    for line in lines:
        if isinstance(line, Text):
            texts.append(line.text)
        elif isinstance(line, Columns):
            texts += [line.left, line.right]
    return " ".join(" ".join(texts).split())
