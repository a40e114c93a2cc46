"""Checking a journal file with nothing but the file and the terminal's public key."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from journal.chain import ChainError, Fault, check_next, check_origin
from journal.database import Identity, connect, from_row, iterate_rows, journal_file, read_head, read_identity
from journal.entry import GENESIS, EntryFormatError, Head
from journal.keys import PublicKey

TAIL_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What a verified journal holds: `entries` from `first_seq` up to `head`."""

    terminal: str
    epoch: int
    first_seq: int
    entries: int
    head: Head


def verify_file(path: Path, public_key: PublicKey) -> Report:
    """Check every entry of the file: form, sequence, previous hash, hash, key, signature, origin.

    Entries cut off at the end leave a chain that is whole in itself: compare the head with head office's.
    Raises NotAJournal, or ChainError naming the first bad entry.
    """
    connection = connect(path, query_only=True)
    try:
        stored = read_identity(connection, path)
        identity = Identity(stored.terminal, stored.epoch, public_key)
        with journal_file(path):
            connection.execute("begin")
            head = read_head(connection)
            count = _verify_rows(connection, identity, GENESIS, head.seq)
            connection.execute("rollback")
        return Report(identity.terminal, identity.epoch, 1, count, head)
    finally:
        connection.close()


def verify_tail(connection: sqlite3.Connection, identity: Identity, count: int = TAIL_ENTRIES) -> None:
    """Check the last `count` entries. Raises ChainError naming the first bad one."""
    head = read_head(connection)
    before = head.seq - count
    row = connection.execute("select hash from entry where seq = ?", (before,)).fetchone() if before > 0 else None
    start = GENESIS if row is None else Head(before, row[0].decode("ascii", "replace"))
    _verify_rows(connection, identity, start, head.seq)


def _verify_rows(connection: sqlite3.Connection, identity: Identity, start: Head, last_seq: int) -> int:
    previous, count = start, 0
    for row in iterate_rows(connection, start.seq + 1, last_seq):
        try:
            entry = from_row(row)
        except EntryFormatError as error:
            raise ChainError(Fault.FORMAT, previous.seq + 1, str(error)) from error
        check_next(previous.hash, previous.seq, entry, identity.public_key)
        check_origin(entry, identity.terminal, identity.epoch)
        previous, count = entry.head, count + 1
    return count
