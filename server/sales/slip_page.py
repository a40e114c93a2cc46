"""The slip of a ticket as a page: the same lines as on paper, set in proportional type."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from sales.paper import Columns, Feed, Qr, Rule, SlipLine, Text
from sales.slip import WIDTHS, SlipLayout, render_slip
from sales.ticket import from_payload
from server.guests.models import Cashier
from server.sales.models import Ticket
from server.sales.slip_words import slip_words

_GAP = re.compile(r" {2,}")
QUIET_ZONE = 4


@dataclass(frozen=True)
class Piece:
    """A part of the page: `kind` is text, pair, table, rule or code; `style` holds class names."""

    kind: str
    style: str = ""
    left: str = ""
    right: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    drawing: SafeString | None = None


def slip_of(ticket: Ticket) -> SafeString:
    """Return the slip of `ticket` as a sheet to be shown on a page of the back office."""
    return slip_sheet(_slip_lines(ticket))


def slip_pieces(ticket: Ticket) -> list[Piece]:
    """Return the slip of `ticket` in the language it was sold in."""
    return list(pieces(_slip_lines(ticket)))


def _slip_lines(ticket: Ticket) -> tuple[SlipLine, ...]:
    sale = from_payload(ticket.payload)
    served_by = Cashier.objects.filter(code=ticket.cashier_code).values_list("name", flat=True).first()
    return render_slip(
        sale,
        ticket.store.name,
        ticket.store.address,
        SlipLayout(columns=max(WIDTHS), feed_lines=0),
        slip_words(sale.language),
        sale.language,
        proof=ticket.hash[:12],
        timezone=ZoneInfo(ticket.store.timezone),
        served_by=served_by or ticket.cashier_code,
    )


def slip_sheet(lines: Iterable[SlipLine]) -> SafeString:
    """Return lines made for paper as a sheet to be shown on a page of the back office."""
    return mark_safe(render_to_string("sales/sheet.html", {"pieces": list(pieces(lines))}))  # noqa: S308


def pieces(lines: Iterable[SlipLine]) -> Iterator[Piece]:
    """Turn lines made for paper into pieces of a page; lines of several columns in a row become one table."""
    table: list[tuple[str, ...]] = []
    for line in lines:
        cells = tuple(_GAP.split(line.text.strip())) if isinstance(line, Text) and line.align == "left" else ()
        if len(cells) > 2:
            table.append(cells)
            continue
        if table:
            yield Piece("table", rows=tuple(table))
            table = []
        piece = _piece(line)
        if piece:
            yield piece
    if table:
        yield Piece("table", rows=tuple(table))


def _piece(line: SlipLine) -> Piece | None:
    if isinstance(line, Columns):
        return Piece("pair", _style(line.left, line.bold), line.left.strip(), line.right)
    if isinstance(line, Text):
        large = " large" if line.size > 1 else ""
        return Piece("text", f"{line.align}{large} {_style(line.text, line.bold)}", line.text.strip())
    if isinstance(line, Rule):
        return Piece("rule")
    if isinstance(line, Qr):
        return Piece("code", left=line.data, drawing=qr_drawing(line.data))
    if isinstance(line, Feed):
        return Piece("text", "feed")
    return None


def _style(text: str, bold: bool) -> str:
    return ("bold " if bold else "") + ("in" if text.startswith("  ") else "")


def qr_drawing(data: str) -> SafeString:
    """Return a QR code (ISO/IEC 18004, level M) as SVG with its quiet zone."""
    import qrcode

    code = qrcode.QRCode(border=QUIET_ZONE, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(data)
    code.make(fit=True)
    matrix = code.get_matrix()
    path = io.StringIO()
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                path.write(f"M{x} {y}h1v1h-1z")
    return format_html(
        '<svg viewBox="0 0 {0} {0}" shape-rendering="crispEdges" role="img" aria-label="{1}"><path d="{2}"/></svg>',
        len(matrix),
        data,
        path.getvalue(),
    )
