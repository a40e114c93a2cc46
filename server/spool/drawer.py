"""Money beside sales: top-ups and payouts of accounts, and what goes into and out of a drawer."""

from collections.abc import Sequence
from typing import Any

from sales import account_movement, cash_movement
from sales.account_movement import AccountMovement as Movement
from sales.cash_movement import CashMovement as Drawer
from server.guests.models import LedgerEntry
from server.sales.models import AccountMovement, CashMovement
from server.spool.reading import Batch, Kind, Reading

LEDGER_KINDS = {
    AccountMovement.Kind.TOP_UP: LedgerEntry.Kind.TOP_UP,
    AccountMovement.Kind.PAYOUT: LedgerEntry.Kind.REFUND,
}


def _write_account(batch: Batch, readings: Sequence[Reading[Movement]]) -> None:
    rows = AccountMovement.objects.bulk_create([_account(batch, reading) for reading in readings])
    batch.ledger += [_ledger(row) for row in rows]


def _account(batch: Batch, reading: Reading[Movement]) -> AccountMovement:
    movement = reading.record
    return AccountMovement(
        **batch.row(reading),
        number=movement.number,
        kind=movement.kind.value,
        guest_id=movement.guest_id,
        currency=movement.currency,
        amount_minor=movement.amount_minor,
        tender=movement.tender.value,
        cashier_code=movement.cashier_id or "",
        shift=movement.shift,
    )


def _ledger(row: AccountMovement) -> LedgerEntry:
    kind = AccountMovement.Kind(row.kind)
    return LedgerEntry(
        guest_id=row.guest_id,
        amount_minor=row.amount_minor if kind is AccountMovement.Kind.TOP_UP else -row.amount_minor,
        kind=LEDGER_KINDS[kind],
        time_utc=row.time_utc,
        note=f"{row.terminal.code} {row.number}",
    )


def _write_cash(batch: Batch, readings: Sequence[Reading[Drawer]]) -> None:
    CashMovement.objects.bulk_create([_cash(batch, reading) for reading in readings])


def _cash(batch: Batch, reading: Reading[Drawer]) -> CashMovement:
    movement = reading.record
    return CashMovement(
        **batch.row(reading),
        number=movement.number,
        kind=movement.kind.value,
        currency=movement.currency,
        amount_minor=movement.amount_minor,
        reason=movement.reason,
        cashier_code=movement.cashier_id or "",
        shift=movement.shift,
    )


ACCOUNT: Kind[Any] = Kind(account_movement.from_payload, _write_account, guest_ids=lambda movement: {movement.guest_id})
CASH: Kind[Any] = Kind(cash_movement.from_payload, _write_cash)
