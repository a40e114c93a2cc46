"""An entry as read, and what writing a batch of them leads to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import DataError, IntegrityError

from journal.entry import Entry
from server.core.models import raise_counter
from server.fleet.models import Terminal
from server.guests import holds
from server.guests.ledger import post
from server.guests.models import ACCOUNTS, Guest, LedgerEntry
from server.replication.board_version import touch_board
from server.spool.models import Trouble

BAD_VALUES = (DataError, IntegrityError, ValueError, OverflowError)
"""What a database makes of values it cannot hold; a database that is gone raises OperationalError instead."""

R = TypeVar("R")


class Unreadable(Exception):
    """An entry is genuine, and head office cannot take it in; the message says why, `trouble` of which sort it is."""

    def __init__(self, message: str, trouble: Trouble = Trouble.UNREADABLE) -> None:
        super().__init__(message)
        self.trouble = trouble


def refused_by_database(error: Exception) -> Unreadable:
    """Return what a database that refuses a value makes of an entry."""
    return Unreadable(f"the database refused it: {error}".strip(), Trouble.DATABASE)


@dataclass(frozen=True)
class Reading(Generic[R]):
    """An entry and the record in its payload."""

    entry: Entry
    record: R


@dataclass
class Batch:
    """What the writers of one batch know, and what they leave to be done once at its end."""

    terminal: Terminal
    stores: dict[str, int]
    """Code -> primary key of the stores of the terminal's company."""
    ledger: list[LedgerEntry] = field(default_factory=list)
    guests: set[str] = field(default_factory=set)
    """Guests terminals must hear of though their balance did not move."""
    authorisations: dict[str, int] = field(default_factory=dict)
    """Requests for authorisations whose tickets are here, with their epochs."""
    boards: set[int] = field(default_factory=set)
    """Stores whose portions, orders or sold-out marks changed."""

    def row(self, reading: Reading[Any]) -> dict[str, Any]:
        """Return the values of `JournalRow` for an entry."""
        entry, record = reading.entry, reading.record
        return {
            "terminal": self.terminal,
            "epoch": entry.epoch,
            "seq": entry.seq,
            "store_id": self.stores[record.store],
            "business_day": record.business_day,
            "time_utc": record.time_utc,
            "payload": entry.payload,
            "hash": entry.hash,
        }

    def finish(self) -> None:
        """Post what moved accounts, and let terminals hear of everything else that changed."""
        self.guests |= holds.guests_held_for(self.terminal, self.authorisations)
        post(self.ledger)
        silent = self.guests - {entry.guest_id for entry in self.ledger}
        if silent:
            Guest.objects.filter(pk__in=silent).update(replica_version=raise_counter(ACCOUNTS))
        holds.spend(self.terminal, self.authorisations)
        for store_id in sorted(self.boards):
            touch_board(store_id)


def _nobody(_record: Any) -> set[str]:
    return set()


@dataclass(frozen=True)
class Kind(Generic[R]):
    """How entries of one kind are taken in.

    `parse` makes the record of a payload or raises SalesError; records have `terminal`, `store`, `business_day` and
    `time_utc`. `problem` says why a record that can be read is still refused, "" when it is not. `guest_ids` are the
    guests it names. `write` adds the rows of many.
    """

    parse: Callable[[object], R]
    write: Callable[[Batch, Sequence[Reading[R]]], None]
    guest_ids: Callable[[R], set[str]] = _nobody
    problem: Callable[[R], str] = lambda _record: ""
