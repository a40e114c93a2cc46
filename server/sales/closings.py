"""Shift counts and Z reports against what they report: the tickets and movements head office holds, added up anew."""

import json
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
from server.fleet.models import Enrolment
from server.sales.models import AccountMovement, CashMovement, Closing, Shift, Ticket, TrainingCount
from server.spool.models import JournalEntry

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
    journal = _Journal.of(row.terminal_id, row.epoch)
    found = _tally(journal.rows & Q(shift=row.number)) + Totals(training=journal.training(row.number, row.number))
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
    journal = _Journal.of(row.terminal_id, row.epoch)
    found = _tally(journal.rows & Q(shift__range=report.shifts)) + Totals(training=journal.training(*report.shifts))
    shifts = journal.shifts(*report.shifts)
    differences = _differences(add_up(closing_totals(each.totals) for each in shifts), report.totals, "shifts: ")
    counted_minor = sum(each.counted_minor or 0 for each in shifts)
    if counted_minor != report.counted_minor:
        differences.append(f"counted {report.counted_minor}, its shifts counted {counted_minor}")
    differences += _differences(found, report.totals)
    turnover = Ticket.objects.filter(journal.rows, seq__lt=row.seq).aggregate(sum=Sum("total_minor"))["sum"] or 0
    if turnover != report.perpetual_minor:
        differences.append(f"grand total {report.perpetual_minor}, all tickets so far make {turnover}")
    return Checked(
        f"{row.terminal.code}/{row.epoch} Z {row.number}",
        report.totals.tickets,
        report.totals.turnover_minor,
        row.currency,
        "; ".join(differences),
    )


@dataclass(frozen=True)
class _Journal:
    """Where the rows of one journal are: under its epoch, and those a branch has in common with its origin under that."""

    terminal: int
    epoch: int
    origin: int | None
    branched_after: int

    @classmethod
    def of(cls, terminal_id: int, epoch: int) -> "_Journal":
        """The journal of an epoch."""
        branch = Enrolment.objects.filter(terminal=terminal_id, epoch=epoch, branch_of__isnull=False).first()
        if branch is None:
            return cls(terminal_id, epoch, None, 0)
        return cls(terminal_id, epoch, branch.branch_of.epoch, branch.branched_after)

    @property
    def rows(self) -> Q:
        """All rows that were made from its entries."""
        own = Q(terminal=self.terminal, epoch=self.epoch)
        if self.origin is None:
            return own
        return own | Q(terminal=self.terminal, epoch=self.origin, seq__lte=self.branched_after)

    def shifts(self, first: int, last: int) -> list[Shift]:
        """Its shifts that were counted. One that was open when a branch began was counted in either of them."""
        found: dict[int, Shift] = {}
        for epoch in (self.origin, self.epoch):
            rows = Shift.objects.filter(terminal=self.terminal, epoch=epoch, number__range=(first, last))
            found |= {row.number: row for row in rows}
        return [row for _number, row in sorted(found.items()) if row.closed_at]

    def training(self, first: int, last: int) -> int:
        """How many training sales its shifts had."""
        shifts = (first, last)
        counts = TrainingCount.objects.filter(terminal=self.terminal, epoch=self.epoch, shift__range=shifts)
        own: int = counts.aggregate(sum=Sum("count"))["sum"] or 0
        if self.origin is None:
            return own
        before = JournalEntry.objects.filter(
            terminal=self.terminal, epoch=self.origin, seq__lte=self.branched_after, kind="training"
        )
        numbers = (json.loads(text)["payload"]["shift"] for text in before.values_list("raw", flat=True))
        return own + sum(first <= (number or 0) <= last for number in numbers)


def closing_totals(payload: object) -> Totals:
    """Return the totals kept with a shift."""
    return read_totals(Fields(payload))


def _tally(within: Q) -> Totals:
    tally = Tally()
    for model, read in READERS:
        for payload in model._default_manager.filter(within).order_by("seq").values_list("payload", flat=True):
            tally.add(read(payload))
    return tally.totals()


def _differences(found: Totals, stated: Totals, whose: str = "") -> list[str]:
    """Name every figure that is not the same."""
    return [
        f"{whose}{name} is {getattr(stated, name)}, not {getattr(found, name)}"
        for name in Totals.__dataclass_fields__
        if getattr(found, name) != getattr(stated, name)
    ]
