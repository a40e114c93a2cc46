"""Shift counts and Z reports against what they report: the tickets and movements head office holds, added up anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, Sum

from sales import account_movement, cash_movement, closing
from sales.fields import Fields
from sales.tally import Tally
from sales.ticket import from_payload
from sales.totals import Totals, add_up
from sales.totals_payload import read_totals
from server.sales.models import AccountMovement, CashMovement, Closing, Shift, Ticket, TrainingCount

READERS: tuple[tuple[type[Ticket | AccountMovement | CashMovement], Any], ...] = (
    (Ticket, from_payload),
    (AccountMovement, account_movement.from_payload),
    (CashMovement, cash_movement.from_payload),
)


@dataclass(frozen=True)
class Checked:
    """A shift count or Z report, and what of it differs: "" when nothing does. Amounts in minor units."""

    what: str
    tickets: int
    turnover_minor: int
    currency: str
    difference: str


def check_closings(first_day: date | None = None, last_day: date | None = None) -> Iterator[Checked]:
    """Yield every shift count and every Z report of the business days (None: no limit), each added up anew."""
    days = Q()
    if first_day:
        days &= Q(business_day__gte=first_day)
    if last_day:
        days &= Q(business_day__lte=last_day)
    for row in Shift.objects.filter(days, closed_at__isnull=False).select_related("terminal").order_by("pk"):
        yield checked_shift(row)
    for report in Closing.objects.filter(days).select_related("terminal").order_by("terminal", "epoch", "seq"):
        yield checked_report(report)


def checked_shift(row: Shift) -> Checked:
    """Return a shift that was counted, added up anew."""
    stated = closing_totals(row.totals)
    within = Q(terminal=row.terminal_id, epoch=row.epoch, shift=row.number)
    found = _tally(within) + Totals(training=_training(row.terminal_id, row.epoch, row.number, row.number))
    differences = _differences(found, stated)
    # Without a float the opening of the shift is in quarantine.
    expected_minor = stated.cash_minor + (row.float_minor or 0)
    if row.float_minor is not None and row.expected_minor != expected_minor:
        differences.append(f"expected {row.expected_minor}, float and cash are {expected_minor}")
    return Checked(
        f"{row.terminal.code}/{row.epoch} shift {row.number}",
        stated.tickets,
        stated.turnover_minor,
        row.currency,
        "; ".join(differences),
    )


def checked_report(row: Closing) -> Checked:
    """Return a Z report, added up anew from its tickets and from its shifts."""
    report = closing.from_payload(row.payload)
    mine = Q(terminal=row.terminal_id, epoch=row.epoch)
    first, last = report.shifts
    found = _tally(mine & Q(shift__range=report.shifts))
    found += Totals(training=_training(row.terminal_id, row.epoch, first, last))
    shifts = list(Shift.objects.filter(mine, number__range=report.shifts, closed_at__isnull=False))
    differences = _differences(add_up(closing_totals(each.totals) for each in shifts), report.totals, "shifts: ")
    counted_minor = sum(each.counted_minor or 0 for each in shifts)
    if counted_minor != report.counted_minor:
        differences.append(f"counted {report.counted_minor}, its shifts counted {counted_minor}")
    differences += _differences(found, report.totals)
    turnover = Ticket.objects.filter(mine, seq__lt=row.seq).aggregate(sum=Sum("total_minor"))["sum"] or 0
    if turnover != report.perpetual_minor:
        differences.append(f"grand total {report.perpetual_minor}, all tickets so far make {turnover}")
    return Checked(
        f"{row.terminal.code}/{row.epoch} Z {row.number}",
        report.totals.tickets,
        report.totals.turnover_minor,
        row.currency,
        "; ".join(differences),
    )


def closing_totals(payload: object) -> Totals:
    """Return the totals kept with a shift."""
    return read_totals(Fields(payload))


def _tally(within: Q) -> Totals:
    tally = Tally()
    for model, read in READERS:
        for payload in model._default_manager.filter(within).order_by("seq").values_list("payload", flat=True):
            tally.add(read(payload))
    return tally.totals()


def _training(terminal_id: int, epoch: int, first_shift: int, last_shift: int) -> int:
    counts = TrainingCount.objects.filter(terminal=terminal_id, epoch=epoch, shift__range=(first_shift, last_shift))
    return counts.aggregate(sum=Sum("count"))["sum"] or 0


def _differences(found: Totals, stated: Totals, whose: str = "") -> list[str]:
    """Name every figure that is not the same."""
    return [
        f"{whose}{name} is {getattr(stated, name)}, not {getattr(found, name)}"
        for name in Totals.__dataclass_fields__
        if getattr(found, name) != getattr(stated, name)
    ]
