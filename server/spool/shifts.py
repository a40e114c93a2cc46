"""Shifts, closings and who was at the till."""

from collections.abc import Sequence
from typing import Any

from sales import closing, shift
from sales.closing import Closing as Report
from sales.shift import CashierChanged, ShiftClosed, ShiftOpened
from server.sales.models import CashierChange, Closing, Shift
from server.spool.reading import Batch, Kind, Reading

OPENING = ["store", "currency", "business_day", "opened_at", "opened_by", "float_minor"]
CLOSING = ["closed_at", "closed_by", "counted_minor", "expected_minor", "difference_minor", "totals"]


def _write_openings(batch: Batch, readings: Sequence[Reading[ShiftOpened]]) -> None:
    _put([_opened(batch, reading) for reading in readings], OPENING)


def _write_closings(batch: Batch, readings: Sequence[Reading[ShiftClosed]]) -> None:
    _put([_closed(batch, reading) for reading in readings], CLOSING)


def _put(shifts: Sequence[Shift], fields: list[str]) -> None:
    """Add shifts; of those that are there already set only `fields`. One statement cannot name a shift twice."""
    once = {(row.epoch, row.number): row for row in shifts}
    Shift.objects.bulk_create(
        [once[key] for key in sorted(once)],
        update_conflicts=True,
        unique_fields=["terminal", "epoch", "number"],
        update_fields=fields,
    )


def _opened(batch: Batch, reading: Reading[ShiftOpened]) -> Shift:
    opened = reading.record
    return Shift(
        terminal=batch.terminal,
        epoch=reading.entry.epoch,
        number=opened.shift,
        store_id=batch.stores[opened.store],
        currency=opened.currency,
        business_day=opened.business_day,
        opened_at=opened.time_utc,
        opened_by=opened.cashier_id or "",
        float_minor=opened.float_minor,
    )


def _closed(batch: Batch, reading: Reading[ShiftClosed]) -> Shift:
    closed = reading.record
    return Shift(
        terminal=batch.terminal,
        epoch=reading.entry.epoch,
        number=closed.shift,
        store_id=batch.stores[closed.store],
        currency=closed.currency,
        business_day=closed.business_day,
        closed_at=closed.time_utc,
        closed_by=closed.cashier_id or "",
        counted_minor=closed.counted_minor,
        expected_minor=closed.expected_minor,
        difference_minor=closed.difference_minor,
        totals=reading.entry.payload["totals"],
    )


def _write_reports(batch: Batch, readings: Sequence[Reading[Report]]) -> None:
    Closing.objects.bulk_create([_report(batch, reading) for reading in readings])


def _report(batch: Batch, reading: Reading[Report]) -> Closing:
    report = reading.record
    return Closing(
        **batch.row(reading),
        number=report.number,
        currency=report.currency,
        first_shift=report.shifts[0],
        last_shift=report.shifts[1],
        cashier_code=report.cashier_id or "",
        tickets=report.totals.tickets,
        turnover_minor=report.totals.turnover_minor,
        float_minor=report.float_minor,
        counted_minor=report.counted_minor,
        difference_minor=report.difference_minor,
        perpetual_minor=report.perpetual_minor,
        totals=reading.entry.payload["totals"],
    )


def _write_cashiers(batch: Batch, readings: Sequence[Reading[CashierChanged]]) -> None:
    CashierChange.objects.bulk_create(
        CashierChange(
            **batch.row(reading),
            cashier_code=reading.record.cashier_id or "",
            method=reading.record.method.value,
            shift=reading.record.shift,
        )
        for reading in readings
    )


SHIFT_OPEN: Kind[Any] = Kind(shift.opened_from_payload, _write_openings)
SHIFT_CLOSE: Kind[Any] = Kind(shift.closed_from_payload, _write_closings)
CASHIER: Kind[Any] = Kind(shift.cashier_from_payload, _write_cashiers)
Z_REPORT: Kind[Any] = Kind(closing.from_payload, _write_reports)
