"""Checking a journal file with nothing but the file and the terminal's public key."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from journal.chain import ChainError, Fault, check_next, check_origin
from journal.checkpoint import chain_start
from journal.database import SEQ_COLUMN, Identity, connect, from_row, journal_file, read_head, read_identity, read_rows
from journal.entry import Entry, EntryFormatError, Head
from journal.keys import PublicKey

TAIL_ENTRIES = 100
_BATCH = 200
_BEFORE_ALL = -(2**63)


@dataclass(frozen=True, slots=True)
class Report:
    """What a verified chain holds: `entries` from `first_seq` up to `head`."""

    terminal: str
    epoch: int
    first_seq: int
    entries: int
    head: Head


class ChainWalk:
    """Checks one entry after the other, each against the one before."""

    def __init__(self, identity: Identity, start: Head, anchor: Head | None = None) -> None:
        """`start` is what the first entry must follow; `anchor` a head that the chain must contain."""
        self._identity = identity
        self._start = start
        self._anchor = anchor
        self.head = start

    def step(self, entry: Entry) -> None:
        """Raises ChainError naming the entry if it is not the genuine next one."""
        check_next(self.head.hash, self.head.seq, entry, self._identity.public_key)
        check_origin(entry, self._identity.terminal, self._identity.epoch)
        if self._anchor is not None and entry.seq == self._anchor.seq and entry.hash != self._anchor.hash:
            raise ChainError(Fault.HASH, entry.seq, "is not the entry head office knows by this number")
        self.head = entry.head

    def report(self) -> Report:
        """What was checked.

        Raises ChainError if the anchor was not reached (entries were cut off at the end) or lies before the first entry.
        """
        if self._anchor is not None and self.head.seq < self._anchor.seq:
            raise ChainError(Fault.MISSING, self.head.seq + 1, f"is missing, as are all up to {self._anchor.seq}")
        first_seq = self._start.seq + 1
        if self._anchor is not None and self._anchor.seq == self._start.seq and self._anchor != self._start:
            raise ChainError(Fault.HASH, self._anchor.seq, "is not the entry head office knows by this number")
        if self._anchor is not None and self._anchor.seq < self._start.seq:
            raise ChainError(
                Fault.MISSING, self._anchor.seq, f"cannot be looked at: the file begins with entry {first_seq}"
            )
        count = self.head.seq - self._start.seq
        return Report(self._identity.terminal, self._identity.epoch, first_seq, count, self.head)


def verify_file(path: Path, public_key: PublicKey, anchor: Head | None = None) -> Report:
    """Check every entry of the file: form, sequence, previous hash, hash, key, signature, origin.

    Entries cut off at the end leave a chain that is sound in itself; `anchor`, a head known from elsewhere, reveals it.
    Reads in short transactions, so that a terminal can go on writing. Raises NotAJournal, or ChainError naming the
    first bad entry.
    """
    connection = connect(path, query_only=True)
    try:
        stored = read_identity(connection, path)
        identity = Identity(stored.terminal, stored.epoch, public_key)
        with journal_file(path):
            walk = ChainWalk(identity, chain_start(connection, identity), anchor)
            _walk_rows(connection, walk, _BEFORE_ALL, read_head(connection).seq)
        return walk.report()
    finally:
        connection.close()


def verify_tail(connection: sqlite3.Connection, identity: Identity, count: int = TAIL_ENTRIES) -> None:
    """Check the last `count` entries. Raises ChainError naming the first bad one."""
    last_seq = read_head(connection).seq
    before = last_seq - count
    row = connection.execute("select hash from entry where seq = ?", (before,)).fetchone()
    if row is None:
        _walk_rows(connection, ChainWalk(identity, chain_start(connection, identity)), _BEFORE_ALL, last_seq)
    else:
        _walk_rows(connection, ChainWalk(identity, Head(before, row[0].decode("ascii", "replace"))), before, last_seq)


def _walk_rows(connection: sqlite3.Connection, walk: ChainWalk, after_seq: int, last_seq: int) -> None:
    while rows := read_rows(connection, after_seq, last_seq, _BATCH):
        for row in rows:
            try:
                entry = from_row(row)
            except EntryFormatError as error:
                raise ChainError(Fault.FORMAT, row[SEQ_COLUMN], str(error)) from error
            walk.step(entry)
        after_seq = rows[-1][SEQ_COLUMN]
