"""What verified journal entries mean for head office: for each kind how it is read, checked and written."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from journal.entry import Entry
from sales.errors import SalesError
from server.catalog.models import Store
from server.fleet.models import Terminal
from server.guests.models import Guest
from server.spool.drawer import ACCOUNT, CASH
from server.spool.kitchen import AVAILABILITY, ORDER_STATE
from server.spool.models import Trouble
from server.spool.reading import BAD_VALUES, Batch, Kind, Reading, Unreadable
from server.spool.shifts import CASHIER, SHIFT_CLOSE, SHIFT_OPEN, Z_REPORT
from server.spool.tickets import TICKET, TRAINING

__all__ = ["BAD_VALUES", "Ingest", "Reading", "Unreadable", "read"]

WITHOUT_ROWS = frozenset({"open"})
"""Kinds of entries that need no more than being kept."""

KINDS: dict[str, Kind[Any]] = {
    "ticket": TICKET,
    "training": TRAINING,
    "account": ACCOUNT,
    "cash": CASH,
    "cashier": CASHIER,
    "shift_open": SHIFT_OPEN,
    "shift_close": SHIFT_CLOSE,
    "z_report": Z_REPORT,
    "availability": AVAILABILITY,
    "order_state": ORDER_STATE,
}
"""In the order in which a batch of them is written."""


def read(entry: Entry) -> Reading[Any] | None:
    """Return what an entry says, None for a kind without rows. Raises Unreadable."""
    if entry.kind in WITHOUT_ROWS:
        return None
    kind = KINDS.get(entry.kind)
    if kind is None:
        raise Unreadable(f"kind {entry.kind!r} is not known to this release")
    try:
        record = kind.parse(entry.payload)
    except SalesError as error:
        raise Unreadable(f"payload: {error}") from error
    if record.terminal != entry.terminal:
        raise Unreadable(f"payload: terminal {record.terminal!r} in an entry of {entry.terminal!r}")
    if record.business_day != date.fromisoformat(entry.business_day):
        raise Unreadable(f"payload: business day {record.business_day} in an entry of {entry.business_day}")
    if problem := kind.problem(record):
        raise Unreadable(f"payload: {problem}")
    return Reading(entry, record)


class Ingest:
    """Writes what one terminal's entries say; knows the guests and stores a batch of them names."""

    def __init__(self, terminal: Terminal, readings: Sequence[Reading[Any]]) -> None:
        named = {guest_id for reading in readings for guest_id in _guest_ids(reading)}
        self._terminal = terminal
        self._guests = set(Guest.objects.filter(pk__in=named).values_list("pk", flat=True))
        self._stores = dict(Store.objects.filter(company=terminal.store.company_id).values_list("code", "pk"))

    def check(self, reading: Reading[Any]) -> None:
        """Raises Unreadable when the entry names a guest or store head office does not know."""
        if reading.record.store not in self._stores:
            text = f"store {reading.record.store!r} is not known in this terminal's company"
            raise Unreadable(text, Trouble.STORE)
        for guest_id in sorted(_guest_ids(reading) - self._guests):
            raise Unreadable(f"guest {guest_id} is not known", Trouble.GUEST)

    def write(self, readings: Sequence[Reading[Any]]) -> None:
        """Add the rows of the entries, and move the accounts. Call `check` on each before."""
        batch = Batch(self._terminal, self._stores)
        for name, kind in KINDS.items():
            mine = [reading for reading in readings if reading.entry.kind == name]
            if mine:
                kind.write(batch, mine)
        batch.finish()


def _guest_ids(reading: Reading[Any]) -> set[str]:
    return KINDS[reading.entry.kind].guest_ids(reading.record)
