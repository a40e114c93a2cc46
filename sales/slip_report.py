"""Reports on paper: X (how it stands), the count of a shift, and Z (the day is closed)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from sales.closing import Closing
from sales.paper import SlipLine
from sales.shift import ShiftClosed
from sales.slip_totals import TotalsWriter
from sales.slip_writer import SlipLayout, SlipWriter, Translate
from sales.totals import Totals


@dataclass(frozen=True)
class ReportNames:
    """What meal services, guest categories, payers and cashiers are called, by id; an id nobody names stands for itself."""

    meals: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    payers: Mapping[str, str] = field(default_factory=dict)
    cashiers: Mapping[str, str] = field(default_factory=dict)

    def cashier(self, cashier_id: str) -> str:
        """The name of a cashier."""
        return self.cashiers.get(cashier_id, cashier_id)


@dataclass(frozen=True)
class ReportPaper:
    """Where reports are printed: the store, the layout, the language, the store's time zone and the names to use."""

    store_name: str
    layout: SlipLayout
    translate: Translate
    language: str
    timezone: tzinfo = UTC
    names: ReportNames = field(default_factory=ReportNames)

    def writer(self, currency: str) -> SlipWriter:
        """Begin a report."""
        writer = SlipWriter(self.layout, currency, self.translate, self.language, self.timezone)
        writer.paper.headline(self.store_name)
        return writer


def render_x(
    paper: ReportPaper,
    totals: Totals,
    *,
    terminal: str,
    shift: int,
    time_utc: datetime,
    business_day: date,
    currency: str,
    float_minor: int,
    cashier_id: str | None,
) -> tuple[SlipLine, ...]:
    """Return the lines of an X report: how the running shift stands; nothing is closed by it."""
    writer = paper.writer(currency)
    translate = paper.translate
    writer.paper.headline(translate("X REPORT"))
    _head(writer, paper.names, terminal, time_utc, business_day, cashier_id)
    writer.paper.text(translate("Shift {number}").format(number=shift))
    report = TotalsWriter(writer, totals, paper.names)
    report.all()
    report.drawer(float_minor)
    report.cashiers()
    writer.rule()
    writer.paper.text(translate("Not a closing: figures as of now."), "center")
    return writer.end()


def render_shift(paper: ReportPaper, closed: ShiftClosed) -> tuple[SlipLine, ...]:
    """Return the lines of a closed shift: its totals, what was counted and the difference, with room to sign."""
    writer = paper.writer(closed.currency)
    translate = paper.translate
    writer.paper.headline(translate("SHIFT {number}").format(number=closed.shift))
    _head(writer, paper.names, closed.terminal, closed.time_utc, closed.business_day, closed.cashier_id)
    report = TotalsWriter(writer, closed.totals, paper.names)
    report.all()
    report.drawer(closed.float_minor, (closed.counted_minor, closed.difference_minor))
    report.cashiers()
    writer.signature(translate("Counted by"))
    return writer.end()


def render_z(paper: ReportPaper, closing: Closing, duplicate: bool = False) -> tuple[SlipLine, ...]:
    """Return the lines of a Z report, with the turnover since the terminal's beginning; a second print is marked."""
    writer = SlipWriter(paper.layout, closing.currency, paper.translate, paper.language, paper.timezone)
    translate = paper.translate
    writer.marks(duplicate=duplicate)
    writer.paper.headline(paper.store_name)
    writer.paper.headline(translate("Z REPORT {number}").format(number=closing.number))
    _head(writer, paper.names, closing.terminal, closing.time_utc, closing.business_day, closing.cashier_id)
    writer.paper.text(_shifts(closing.shifts, translate))
    report = TotalsWriter(writer, closing.totals, paper.names)
    report.all()
    report.drawer(closing.float_minor, (closing.counted_minor, closing.difference_minor))
    report.cashiers()
    writer.rule()
    writer.paper.pair(translate("Perpetual total"), writer.money(closing.perpetual_minor), bold=True)
    writer.marks(duplicate=duplicate)
    return writer.end()


def _shifts(shifts: Sequence[int], translate: Translate) -> str:
    first, last = shifts
    if first == last:
        return translate("Shift {number}").format(number=first)
    return translate("Shifts {first} to {last}").format(first=first, last=last)


def _head(
    writer: SlipWriter,
    names: ReportNames,
    terminal: str,
    time_utc: datetime,
    business_day: date,
    cashier_id: str | None,
) -> None:
    translate = writer.translate
    writer.rule()
    writer.paper.pair(terminal, writer.moment(time_utc))
    writer.paper.text(translate("Business day {day}").format(day=writer.day(business_day)))
    if cashier_id is not None:
        writer.paper.text(translate("By {name}").format(name=names.cashier(cashier_id)))
