"""What the journal says about this till since the last Z report: the running shift, the closed ones, their totals."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from journal.entry import Entry
from journal.store import Journal
from sales import account_movement, cash_movement, shift, ticket
from sales.account_movement import AccountMovement
from sales.cash_movement import CashMovement
from sales.closing import Tally, Totals, add_up
from sales.fields import PayloadError
from sales.shift import ShiftClosed, ShiftOpened
from sales.ticket import Ticket

log = logging.getLogger(__name__)

TICKET, TRAINING, ACCOUNT, CASH = "ticket", "training", "account", "cash"
SHIFT_OPEN, SHIFT_CLOSE, Z_REPORT, CASHIER, AVAILABILITY = (
    "shift_open",
    "shift_close",
    "z_report",
    "cashier",
    "availability",
)
_CHUNK = 500

Record = Ticket | AccountMovement | CashMovement


@dataclass(frozen=True)
class OpenShift:
    """The running shift; the float in minor units."""

    number: int
    float_minor: int


class Ledger:
    """Rebuilt from the journal when the terminal starts, then kept up entry by entry."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.shift: OpenShift | None = None
        self.closed: list[ShiftClosed] = []
        self._running = Tally()
        self._outside = Tally()
        self._rebuild()

    def totals_of_shift(self) -> Totals:
        """What the running shift comes to so far."""
        return self._running.totals()

    def totals(self) -> Totals:
        """What everything since the last Z report comes to."""
        return add_up([self._outside.totals(), *(closed.totals for closed in self.closed), self._running.totals()])

    def add(self, record: Record) -> None:
        """Take in what was just recorded. Training outside of shifts is in no report: shifts sum to the Z report."""
        if self.shift is None and isinstance(record, Ticket) and record.training:
            return
        (self._outside if self.shift is None else self._running).add(record)

    def open(self, opened: ShiftOpened) -> None:
        """A shift has begun."""
        self.shift = OpenShift(opened.shift, opened.float_minor)
        self._running = Tally()

    def close(self, closed: ShiftClosed) -> None:
        """The running shift has ended."""
        self.closed.append(closed)
        self.shift = None
        self._running = Tally()

    def begin_anew(self) -> None:
        """A Z report has closed everything so far."""
        self.closed, self.shift = [], None
        self._running, self._outside = Tally(), Tally()

    def _rebuild(self) -> None:
        last = self._journal.last(Z_REPORT)
        after = last.seq if last is not None else 0
        while entries := self._journal.entries(after, _CHUNK):
            after = entries[-1].seq
            for entry in entries:
                try:
                    self._take(entry)
                except PayloadError as error:
                    log.error("entry %d is left out of the totals: %s", entry.seq, error)

    def _take(self, entry: Entry) -> None:
        match entry.kind:
            case "ticket" | "training":
                self.add(ticket.from_payload(entry.payload))
            case "account":
                self.add(account_movement.from_payload(entry.payload))
            case "cash":
                self.add(cash_movement.from_payload(entry.payload))
            case "shift_open":
                self.open(shift.opened_from_payload(entry.payload))
            case "shift_close":
                self.close(shift.closed_from_payload(entry.payload))


def find_ticket(journal: Journal, number: int) -> Entry | None:
    """The entry of the ticket with that number, found by halving: numbers rise with the entries."""
    low, high = 0, journal.head.seq
    while low < high:
        middle = (low + high) // 2
        entry = _first_ticket_after(journal, middle)
        if entry is None or entry.payload["number"] >= number:
            high = middle
        else:
            low = entry.seq
    entry = _first_ticket_after(journal, low)
    return entry if entry is not None and entry.payload["number"] == number else None


def was_pruned(journal: Journal, number: int) -> bool:
    """Whether the ticket with that number was here and is only in an archive now."""
    oldest = _first_ticket_after(journal, journal.pruned_seq)
    kept_from = oldest.payload["number"] if oldest is not None else journal.next_number(TICKET)
    return journal.pruned_seq > 0 and 0 < number < kept_from


def _first_ticket_after(journal: Journal, seq: int) -> Entry | None:
    while entries := journal.entries(seq, 20):
        for entry in entries:
            if entry.kind == TICKET:
                return entry
        seq = entries[-1].seq
    return None
