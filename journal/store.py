"""The journal on disk: one writer, every entry durable before `append` returns."""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing, suppress
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from journal.chain import build
from journal.checkpoint import make_checkpoint, store_checkpoint, stored_checkpoint
from journal.database import (
    Identity,
    Movement,
    connect,
    identity_rows,
    insert_entry,
    journal_file,
    read_entries,
    read_head,
    read_identity,
    read_kind,
    read_last,
    read_movements,
    read_pruned_seq,
)
from journal.entry import TERMINAL_PATTERN, Entry, EntryFormatError, Head, format_utc
from journal.errors import JournalBroken, JournalError, JournalFull, JournalLocked, NotAJournal, RolledBack, WrongKey
from journal.files import sync_directory
from journal.keys import SigningKey
from journal.lock import WriterLock
from journal.reader import JournalReader
from journal.space import DEFAULT_RESERVE_BYTES, Reserve
from journal.verify import verify_tail

__all__ = [
    "Journal",
    "JournalBroken",
    "JournalError",
    "JournalFull",
    "JournalLocked",
    "JournalReader",
    "NotAJournal",
    "RolledBack",
    "WrongKey",
]


PRUNED_DELTAS_SEQ = 1
"""Under this entry's number stand the sums of all deltas that were pruned; whoever asks for what came later passes it."""

_PAGES_GIVEN_BACK = 64


def _nothing(_key: str) -> bool:
    return False


class Journal:
    """A terminal's journal, open for writing. May be used from any thread; calls take turns.

    `run_id` is random for every opening, so two copies of one disk write different chains from their first entry on.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, lock: WriterLock, reserve: Reserve, key: SigningKey
    ) -> None:
        """For `open`, which checks what this takes for granted."""
        self._path = path
        self._connection = connection
        self._writer_lock = lock
        self._reserve = reserve
        self._key = key
        self._turn = threading.RLock()
        self._broken = False
        self._sums: dict[str, int] = {}
        self._identity = read_identity(connection, path)
        self._head = read_head(connection)
        self._pruned_seq = read_pruned_seq(connection)
        self.run_id = str(uuid.uuid4())

    @classmethod
    def create(cls, path: Path, terminal: str, epoch: int, key: SigningKey) -> None:
        """Make an empty journal for one terminal and epoch, whole or not at all.

        Raises EntryFormatError for a bad terminal id or epoch, JournalError if the file exists or cannot be written.
        """
        if not TERMINAL_PATTERN.fullmatch(terminal):
            raise EntryFormatError("terminal", f"{terminal!r} does not have the form {TERMINAL_PATTERN.pattern}")
        if epoch < 1:
            raise EntryFormatError("epoch", f"must be a positive whole number, not {epoch}")
        create_file(path, Identity(terminal, epoch, key.public))

    @classmethod
    def open(
        cls,
        path: Path,
        key: SigningKey,
        *,
        business_day: date,
        now_utc: datetime,
        software: str,
        anchor: Head | None = None,
        reserve_bytes: int = DEFAULT_RESERVE_BYTES,
    ) -> Self:
        """Take the journal for writing and append its "open" entry {"run_id", "software"}.

        Checks the last hundred entries; `refectory journal verify` checks all. `anchor` is a head known from elsewhere
        (head office's acknowledgement): the journal must contain it.

        Raises JournalLocked, NotAJournal, WrongKey, RolledBack, ChainError for a damaged tail, JournalFull when not even
        the "open" entry can be stored.
        """
        if not path.is_file():
            raise NotAJournal(path, "there is no such file")
        lock = WriterLock(path)
        try:
            reserve = Reserve(path, reserve_bytes)
            reserve.prepare()
            connection = _connect_for_writing(path)
            try:
                journal = cls(path, connection, lock, reserve, key)
                journal._check(anchor)
                journal._write("open", {"run_id": journal.run_id, "software": software}, {}, now_utc, business_day)
            except BaseException:
                connection.close()
                raise
        except BaseException:
            lock.release()
            raise
        return journal

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def terminal(self) -> str:
        """The terminal's id."""
        return self._identity.terminal

    @property
    def epoch(self) -> int:
        """The enrolment this journal belongs to."""
        return self._identity.epoch

    @property
    def head(self) -> Head:
        """(seq, hash) of the last entry."""
        return self._head

    def append(
        self,
        kind: str,
        payload: Mapping[str, Any],
        deltas: Iterable[tuple[str, int]] = (),
        *,
        now_utc: datetime,
        business_day: date,
    ) -> Entry:
        """Store one entry and its (key, delta) rows in one transaction; it is on the disk when this returns.

        Raises EntryFormatError (nothing written), JournalFull (nothing written; try again when there is room),
        JournalBroken (unknown whether written; open the journal again).
        """
        with self._turn:
            self.check_space()
            return self._write(kind, payload, _summed(deltas), now_utc, business_day)

    def check_space(self) -> None:
        """Raises JournalFull if an append would be refused for want of room. Call it before a guest begins an order."""
        with self._turn:
            if self._broken:
                raise JournalBroken(f"{self._path}: an earlier write failed; restart the terminal")
            self._reserve.check()

    def sum(self, key: str, above_seq: int = 0, also: Collection[int] = ()) -> int:
        """The sum of the deltas of `key` in entries above `above_seq` and in the entries `also`; 0 if there are none.

        Of `also`, what is pruned does not count. Raises JournalError if `above_seq` lies among the pruned entries.
        """
        with self._turn:
            self._check_above(above_seq)
            if above_seq == 0 and key in self._sums:
                return self._sums[key]
            run = self._connection.execute
            row = run(
                "select coalesce(sum(delta_minor), 0) from delta where key = ? and seq > ?", (key, above_seq)
            ).fetchone()
            total = int(row[0])
            if above_seq == 0:
                self._sums[key] = total
                return total
            below = [seq for seq in set(also) if self._pruned_seq < seq <= above_seq]
            for seq in below:
                row = run("select delta_minor from delta where key = ? and seq = ?", (key, seq)).fetchone()
                total += row[0] if row else 0
            return total

    def movements(self, prefix: str, above_seq: int = 0, also: Collection[int] = ()) -> list[Movement]:
        """The deltas of every key that begins with `prefix`, of the entries that `sum` counts, in their order.

        Raises JournalError if `above_seq` lies among the pruned entries.
        """
        with self._turn:
            self._check_above(above_seq)
            below = {seq for seq in also if self._pruned_seq < seq <= above_seq}
            found = read_movements(self._connection, prefix)
            return [movement for movement in found if movement.seq > above_seq or movement.seq in below]

    def next_number(self, name: str) -> int:
        """The number the next `name` gets: 1 + the sum of the deltas "<name>_count".

        Append the entry that uses it with the delta ("<name>_count", 1); entry and count are then stored together, so
        numbers have no gaps and no twins.
        """
        return self.sum(f"{name}_count") + 1

    @property
    def pruned_seq(self) -> int:
        """The last entry that is not here any more; 0 when all are."""
        return self._pruned_seq

    def prune(self, upto_seq: int, *, now_utc: datetime, forget: Callable[[str], bool] = _nothing) -> int:
        """Delete the entries up to `upto_seq`, leaving a signed checkpoint; returns how many went.

        The caller has checked that head office has them in its backup. Sums stay: the deltas of what is pruned are added
        up, one for each key, except those of keys that `forget` says nobody will ask for. A call takes time in proportion
        to the entries it deletes, so a busy terminal prunes in small steps. Raises JournalError if `upto_seq` is not an
        entry below the last one.
        """
        with self._turn:
            row = self._connection.execute("select hash from entry where seq = ?", (upto_seq,)).fetchone()
            if row is None or upto_seq >= self._head.seq:
                raise JournalError(
                    f"{self._path}: cannot prune up to entry {upto_seq}; it must lie below the last entry"
                )
            head = Head(upto_seq, row[0].decode())
            document = make_checkpoint(self._key, self.terminal, self.epoch, head, now_utc)
            run = self._connection.execute
            pruned = (self._pruned_seq, upto_seq)
            try:
                run("begin immediate")
                store_checkpoint(self._connection, document)
                sums = run(
                    "select key, sum(delta_minor) from delta indexed by delta_by_entry where seq > ? and seq <= ? group by key",
                    pruned,
                ).fetchall()
                run(
                    "delete from delta where (key, seq) in (select key, seq from delta indexed by delta_by_entry"
                    " where seq > ? and seq <= ?)",
                    pruned,
                )
                self._connection.executemany(
                    "insert into delta (key, seq, delta_minor) values (?, ?, ?)"
                    " on conflict (key, seq) do update set delta_minor = delta_minor + excluded.delta_minor",
                    [(key.decode(), PRUNED_DELTAS_SEQ, total) for key, total in sums if not forget(key.decode())],
                )
                count = run("delete from entry where seq <= ?", (upto_seq,)).rowcount
                run("commit")
            except sqlite3.Error as error:
                raise self._failed(error) from error
            self._pruned_seq = upto_seq
            self._sums.clear()
            with suppress(sqlite3.OperationalError):
                # As a script, because `execute` stops after the first page. What cannot be given back now can be later.
                self._connection.executescript(f"pragma incremental_vacuum({_PAGES_GIVEN_BACK})")
            return count

    def written_before(self, moment: datetime, upto_seq: int) -> int:
        """The last of the entries up to `upto_seq` before which, itself included, none was written at `moment` or later.

        0 if there is none. Times are what this machine's clock said.
        """
        with self._turn:
            run = self._connection.execute
            row = run(
                "select seq from entry where seq <= ? and time_utc >= ? order by seq limit 1",
                (upto_seq, format_utc(moment)),
            ).fetchone()
            before = upto_seq if row is None else int(row[0]) - 1
            return before if before > self._pruned_seq else 0

    def hash_at(self, seq: int) -> str | None:
        """The hash of entry `seq`; None when it is not here."""
        with self._turn:
            row = self._connection.execute("select hash from entry where seq = ?", (seq,)).fetchone()
            return None if row is None else str(row[0].decode())

    def entries(self, after_seq: int, limit: int) -> list[Entry]:
        """Up to `limit` entries with seq > after_seq, in order."""
        with self._turn:
            return read_entries(self._connection, after_seq, limit)

    def entries_of(self, kind: str, after_seq: int = 0) -> list[Entry]:
        """The entries of that kind with seq > after_seq, in order."""
        with self._turn:
            return read_kind(self._connection, kind, after_seq)

    def last(self, kind: str) -> Entry | None:
        """The newest entry of that kind, None if there is none."""
        with self._turn:
            return read_last(self._connection, kind)

    def close(self) -> None:
        """Let another process write. Calling it again does nothing."""
        with self._turn:
            self._connection.close()
            self._writer_lock.release()

    def _check(self, anchor: Head | None) -> None:
        owner = self._identity.public_key
        if owner != self._key.public:
            raise WrongKey(
                f"{self._path} was written with key {owner.key_id}, the key given is {self._key.public.key_id}. "
                "Use the journal's own key file, or enrol the terminal again for a new journal."
            )
        with journal_file(self._path):
            verify_tail(self._connection, self._identity)
            if anchor is not None and not self._holds(anchor):
                raise RolledBack(
                    f"{self._path} ends at entry {self._head.seq} and does not hold entry {anchor.seq} as head office has "
                    "acknowledged it: an old copy was put back. Enrol the terminal again for a new journal."
                )

    def _holds(self, anchor: Head) -> bool:
        """Whether the entry of that number is the one in this chain; of pruned ones but the last, nothing else is known."""
        if anchor.seq < self._pruned_seq or anchor.seq == 0:
            return True
        if anchor.seq == self._pruned_seq:
            return stored_checkpoint(self._connection, self._identity) == anchor
        row = self._connection.execute("select hash from entry where seq = ?", (anchor.seq,)).fetchone()
        return row is not None and bool(row[0].decode() == anchor.hash)

    def _check_above(self, above_seq: int) -> None:
        if 0 < above_seq < self._pruned_seq:
            raise JournalError(f"{self._path} is pruned up to entry {self._pruned_seq}; no sum above {above_seq}")

    def _write(
        self, kind: str, payload: Mapping[str, Any], deltas: dict[str, int], now_utc: datetime, business_day: date
    ) -> Entry:
        entry, content = build(
            self._head,
            terminal=self.terminal,
            epoch=self.epoch,
            key=self._key,
            kind=kind,
            time_utc=now_utc,
            business_day=business_day,
            payload=payload,
        )
        try:
            self._connection.execute("begin immediate")
            insert_entry(self._connection, entry, content, deltas)
            self._connection.execute("commit")
        except sqlite3.Error as error:
            raise self._failed(error) from error
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._head = entry.head
        for key, delta_minor in deltas.items():
            if key in self._sums:
                self._sums[key] += delta_minor
        return entry

    def _failed(self, error: sqlite3.Error) -> JournalError:
        full = self._reserve.release() if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL else None
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            if full and read_head(self._connection) == self._head:
                return full
        # After a failed sync the entry may or may not be found by the next opening; going on could fork the chain.
        self._broken = True
        return JournalBroken(f"{self._path} could not be written ({error}); check the disk and restart the terminal")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def create_file(path: Path, identity: Identity, fill: Callable[[sqlite3.Connection], None] | None = None) -> None:
    """A journal file of that identity, empty or with what `fill` writes, whole or not at all.

    Raises JournalError if the file exists or cannot be written, and whatever `fill` raises.
    """
    from journal.schema import migrate  # sqlite-utils costs 12 MB that a reader of journals can do without

    new = path.with_name(f".{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        # The bridge runs as another user of the same group and must be able to open the file.
        os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660))
        new.chmod(0o660)
        with closing(sqlite3.connect(new)) as connection:
            # Only before the first table: pages that pruning frees can then be given back a few at a time.
            connection.execute("pragma auto_vacuum = incremental")
            connection.execute("vacuum")
        migrate(new)
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            connection.execute("pragma journal_mode = wal")
            connection.executemany("insert into identity (name, value) values (?, ?)", identity_rows(identity))
            if fill is not None:
                connection.execute("begin")
                fill(connection)
                connection.execute("commit")
        finally:
            connection.close()
        os.link(new, path)
        sync_directory(path.parent)
    except FileExistsError as error:
        raise JournalError(f"{path} exists; a journal is never overwritten") from error
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"cannot make the journal {path}: {error}") from error
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            new.with_name(new.name + suffix).unlink(missing_ok=True)


def _connect_for_writing(path: Path) -> sqlite3.Connection:
    from journal.schema import migrate

    connection = connect(path, query_only=False)
    try:
        read_identity(connection, path)
        with journal_file(path):
            connection.execute("pragma synchronous = full")
            connection.execute(f"pragma journal_size_limit = {DEFAULT_RESERVE_BYTES // 2}")
            migrate(path)
    except BaseException:
        connection.close()
        raise
    return connection


def _summed(deltas: Iterable[tuple[str, int]]) -> dict[str, int]:
    """One delta per key. Raises EntryFormatError for anything but whole numbers under non-empty keys."""
    totals: dict[str, int] = {}
    for key, delta_minor in deltas:
        if not isinstance(key, str) or not key or not key.isprintable():
            raise EntryFormatError("deltas", f"{key!r} is not a key")
        if type(delta_minor) is not int or abs(delta_minor) >= 2**53:
            raise EntryFormatError("deltas", f"{key}: {delta_minor!r} is not a whole number of minor units")
        totals[key] = totals.get(key, 0) + delta_minor
    return totals
