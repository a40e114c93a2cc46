"""Reading and writing the journal file with plain sqlite3."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from journal.entry import FIELDS, GENESIS, Entry, EntryFormatError, Head, canonical_payload, parse_payload
from journal.errors import NotAJournal
from journal.keys import PublicKey

_SELECT = f"select {', '.join(FIELDS)} from entry "  # noqa: S608 - the names are constants of this package
_INSERT = f"insert into entry ({', '.join(FIELDS)}) values ({', '.join('?' * len(FIELDS))})"  # noqa: S608

SEQ_COLUMN = FIELDS.index("seq")
_LAST_CHARACTER = "\U0010ffff"


class Movement(NamedTuple):
    """One delta: the entry it belongs to, its key, and the amount."""

    seq: int
    key: str
    delta_minor: int


class Identity(NamedTuple):
    """Whose journal a file is."""

    terminal: str
    epoch: int
    public_key: PublicKey


def connect(path: Path, *, query_only: bool) -> sqlite3.Connection:
    """A connection to an existing journal, usable from any thread (one at a time).

    Reading needs write permission on the folder too: a reader of a WAL file must be able to write its `-shm`.
    Raises NotAJournal.
    """
    with journal_file(path):
        if not path.is_file():
            raise NotAJournal(path, "there is no such file")
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False, timeout=5
        )
        # A changed byte may not be UTF-8 any more; decoding by hand lets the error name the entry and the field.
        connection.text_factory = bytes
        if query_only:
            connection.execute("pragma query_only = on")
        return connection


@contextmanager
def journal_file(path: Path) -> Iterator[None]:
    """Turns SQLite's complaints about the file at `path` into NotAJournal."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        raise NotAJournal(path, str(error)) from error


def read_identity(connection: sqlite3.Connection, path: Path) -> Identity:
    """Whose journal it is. Raises NotAJournal."""
    with journal_file(path):
        values = {
            name.decode(): value.decode() for name, value in connection.execute("select name, value from identity")
        }
    try:
        return Identity(values["terminal"], int(values["epoch"]), PublicKey.from_base64(values["public_key"]))
    except (KeyError, ValueError) as error:
        raise NotAJournal(path, f"its table identity is damaged ({error})") from error


def read_head(connection: sqlite3.Connection) -> Head:
    """The chain's end: that of its last entry, or GENESIS."""
    row = connection.execute("select seq, hash from entry order by seq desc limit 1").fetchone()
    return GENESIS if row is None else Head(row[0], row[1].decode("ascii", "replace"))


def read_pruned_seq(connection: sqlite3.Connection) -> int:
    """The last entry that was pruned, 0 if none was."""
    return int(connection.execute("select coalesce(max(seq), 0) from checkpoint").fetchone()[0])


def read_entries(connection: sqlite3.Connection, after_seq: int, limit: int) -> list[Entry]:
    """Up to `limit` entries with seq > after_seq, in order. Raises EntryFormatError on a damaged one."""
    rows = connection.execute(_SELECT + "where seq > ? order by seq limit ?", (after_seq, limit)).fetchall()
    return [from_row(row) for row in rows]


def read_last(connection: sqlite3.Connection, kind: str) -> Entry | None:
    """The newest entry of that kind. Raises EntryFormatError if it is damaged."""
    row = connection.execute(_SELECT + "where kind = ? order by seq desc limit 1", (kind,)).fetchone()
    return None if row is None else from_row(row)


def read_last_seq(connection: sqlite3.Connection, kind: str) -> int:
    """The newest entry of that kind, 0 if there is none."""
    row = connection.execute("select seq from entry where kind = ? order by seq desc limit 1", (kind,)).fetchone()
    return 0 if row is None else int(row[0])


def read_kind(connection: sqlite3.Connection, kind: str, after_seq: int) -> list[Entry]:
    """The entries of that kind with seq > after_seq, in order. Raises EntryFormatError on a damaged one."""
    rows = connection.execute(_SELECT + "where kind = ? and seq > ? order by seq", (kind, after_seq)).fetchall()
    return [from_row(row) for row in rows]


def read_movements(connection: sqlite3.Connection, prefix: str) -> list[Movement]:
    """Every delta whose key begins with `prefix`, in the order of the entries."""
    rows = connection.execute(
        "select seq, key, delta_minor from delta where key >= ? and key < ? order by seq, key",
        (prefix, prefix + _LAST_CHARACTER),
    )
    return [Movement(seq, key.decode(), delta_minor) for seq, key, delta_minor in rows]


def read_rows(connection: sqlite3.Connection, after_seq: int, last_seq: int, limit: int) -> list[tuple[Any, ...]]:
    """Up to `limit` rows with after_seq < seq <= last_seq, in order, as stored; `from_row` makes entries of them."""
    return connection.execute(
        _SELECT + "where seq > ? and seq <= ? order by seq limit ?", (after_seq, last_seq, limit)
    ).fetchall()


def read_deltas(connection: sqlite3.Connection, seq: int) -> dict[str, int]:
    """The deltas stored with entry `seq`."""
    rows = connection.execute("select key, delta_minor from delta where seq = ? order by key", (seq,))
    return {key.decode(): delta_minor for key, delta_minor in rows}


def insert_entry(connection: sqlite3.Connection, entry: Entry, content: bytes, deltas: Mapping[str, int]) -> None:
    """Write an entry, its payload's canonical bytes `content` and its deltas, within the caller's transaction."""
    connection.execute(_INSERT, to_row(entry, content))
    for key, delta_minor in deltas.items():
        connection.execute("insert into delta (key, seq, delta_minor) values (?, ?, ?)", (key, entry.seq, delta_minor))


def to_row(entry: Entry, content: bytes) -> tuple[Any, ...]:
    """The values of _INSERT; `content` is the payload's canonical bytes, stored as they are."""
    values = entry.to_json_dict()
    values["payload"] = content.decode()
    return tuple(values.values())


def from_row(row: tuple[Any, ...]) -> Entry:
    """The entry of a stored row. Raises EntryFormatError if it is not stored in exactly the form `to_row` gives."""
    values: dict[str, Any] = {}
    for name, value in zip(FIELDS, row, strict=True):
        try:
            values[name] = value.decode() if isinstance(value, bytes) else value
        except UnicodeDecodeError as error:
            raise EntryFormatError(name, f"is not UTF-8 ({error.reason} at byte {error.start})") from error
    stored = values["payload"]
    values["payload"] = parse_payload(stored)
    entry = Entry.from_json_dict(values)
    if canonical_payload(entry.payload).decode() != stored:
        raise EntryFormatError("payload", "is not stored in its canonical form; it was changed")
    return entry


def identity_rows(identity: Identity) -> list[tuple[str, str]]:
    """The rows of the table identity, for a new file."""
    return [
        ("terminal", identity.terminal),
        ("epoch", str(identity.epoch)),
        ("public_key", identity.public_key.to_base64()),
    ]
