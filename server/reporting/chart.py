"""Turnover over the day as an SVG drawing: one bar for every quarter of an hour, meal services shaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from server.core.display import money

WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 0, 0, 22, 24
LETTER = 8
QUARTER_MIN = 15
EARLIEST, LATEST = 10 * 60, 15 * 60


@dataclass(frozen=True)
class Span:
    """A meal service, local times, to be shaded and named."""

    name: str
    start: time
    end: time


def quarter(hour: int, minute: int) -> int:
    """Return the minute of the day at which the quarter of an hour begins."""
    return hour * 60 + minute // QUARTER_MIN * QUARTER_MIN


def turnover_chart(bars: Mapping[int, tuple[int, int]], spans: Sequence[Span], currency: str, title: str) -> SafeString:
    """Return the drawing. `bars`: begin of a quarter of an hour (`quarter`) -> (tickets, turnover in minor units)."""
    first = min([EARLIEST, *bars]) // 60 * 60
    last = -(-max([LATEST, *(begin + QUARTER_MIN for begin in bars)]) // 60) * 60
    most_minor = _round_scale(max((turnover for _tickets, turnover in bars.values()), default=0))
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(minute: int) -> float:
        return round(LEFT + wide * (minute - first) / (last - first), 1)

    def y(amount_minor: int) -> float:
        return round(TOP + high - high * amount_minor / most_minor, 1)

    shades = format_html_join(
        "",
        '<rect class="span" x="{}" y="{}" width="{}" height="{}"/><text class="name" x="{}" y="15">{}</text>',
        (
            (begin + 1, TOP, round(end - begin - 2, 1), high, begin + 2, _fitting(span.name, end - begin))
            for span in spans
            if (end := x(min(_minute(span.end), last))) > (begin := x(max(_minute(span.start), first)))
        ),
    )
    grid = format_html_join(
        "",
        '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>',
        ((LEFT, WIDTH - RIGHT, y(level), y(level)) for level in (most_minor // 2, most_minor)),
    )
    figures = format_html_join(
        "",
        '<text class="figure" x="{}" y="{}">{}</text>',
        ((WIDTH - RIGHT - 4, y(level) + 13, money(level, currency)) for level in (most_minor // 2, most_minor)),
    )
    width = round(x(first + QUARTER_MIN) - x(first) - 3, 1)
    columns = format_html_join(
        "",
        '<rect class="bar" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{} · {} · {}</title></rect>',
        (
            (
                *(x(begin) + 1.5, y(turnover), width, round(TOP + high - y(turnover), 1)),
                *(f"{begin // 60}:{begin % 60:02}", tickets, money(turnover, currency)),
            )
            for begin, (tickets, turnover) in sorted(bars.items())
            if turnover > 0
        ),
    )
    hours = format_html_join(
        "",
        '<text class="hour" x="{}" y="{}">{}</text>',
        ((x(hour * 60), HEIGHT - 6, hour) for hour in range(first // 60 + 1, last // 60)),
    )
    return format_html(
        '<svg class="refectory-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}'
        '<line class="base" x1="{}" x2="{}" y1="{}" y2="{}"/>{}</svg>',
        *(WIDTH, HEIGHT, title, shades, grid, columns, figures, LEFT, WIDTH - RIGHT, TOP + high, TOP + high, hours),
    )


def _fitting(name: str, width: float) -> str:
    return name if len(name) * LETTER <= width else ""


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _round_scale(amount_minor: int) -> int:
    """The next of 10, 20, 50, 100, ... whole units, so that grid lines stand at round amounts."""
    scale = 1000
    while scale < amount_minor:
        scale = scale * 5 // 2 if str(scale).startswith("2") else scale * 2
    return scale
