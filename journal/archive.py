"""A range of a journal as one file that explains itself.

Text, one JSON document per line: a header {"archive": "refectory-journal", "v": 1, terminal, epoch, public_key,
first_seq, last_seq, prev_hash}, then {"entry": ..., "deltas": {...}} for each entry, then {"sha256": ...} over all bytes
before it. Signatures protect the entries, the checksum finds damage to anything else. A file whose name ends in `.gz` is
compressed; what is compressed and what is not is told by its first bytes when it is read.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from journal.canonical import NotCanonical, canonical, parse
from journal.chain import ChainError, Fault
from journal.checkpoint import chain_start
from journal.database import (
    SEQ_COLUMN,
    Identity,
    connect,
    from_row,
    insert_entry,
    journal_file,
    read_deltas,
    read_head,
    read_identity,
    read_rows,
)
from journal.entry import GENESIS, Entry, EntryFormatError, Head, canonical_payload
from journal.files import sync_directory
from journal.keys import PublicKey
from journal.lock import WriterLock
from journal.store import create_file
from journal.verify import ChainWalk, Report

_NAME = "refectory-journal"
_MAX_LINE_BYTES = 4 * 1024 * 1024
_BATCH = 50
_GZIP_MAGIC = b"\x1f\x8b"
_UNREADABLE = (gzip.BadGzipFile, zlib.error, EOFError)


class ArchiveError(Exception):
    """An archive cannot be written or read; the message names the file and the line. Nothing half-done is left."""


def export_range(journal: Path, first_seq: int, last_seq: int, archive: Path) -> Report:
    """Write entries first_seq..last_seq, checking each, to a new file.

    Raises NotAJournal, ChainError naming a bad entry, ArchiveError if the range is not there or the file exists.
    """
    with closing(connect(journal, query_only=True)) as connection:
        identity = read_identity(connection, journal)
        start = _start_of(connection, journal, identity, first_seq, last_seq)
        walk = ChainWalk(identity, start)
        temporary = archive.with_name(f".{archive.name}.{secrets.token_hex(4)}")
        try:
            with temporary.open("xb") as disk:
                with _writer(disk, archive) as file:
                    digest = hashlib.sha256()
                    for document in _documents(connection, journal, walk, identity, start, last_seq):
                        line = canonical(document) + b"\n"
                        digest.update(line)
                        file.write(line)
                    file.write(canonical({"sha256": digest.hexdigest()}) + b"\n")
                disk.flush()
                os.fsync(disk.fileno())
            os.link(temporary, archive)
            sync_directory(archive.parent)
        except FileExistsError as error:
            raise ArchiveError(f"{archive} exists; an archive is never overwritten") from error
        except OSError as error:
            raise ArchiveError(f"cannot write {archive}: {error.strerror}") from error
        finally:
            temporary.unlink(missing_ok=True)
        return walk.report()


def entries_between(connection: sqlite3.Connection, journal: Path, first_seq: int, last_seq: int) -> Iterator[Entry]:
    """Entries first_seq..last_seq of an open journal, each checked, read in short transactions.

    Raises NotAJournal, ChainError naming a bad entry, ArchiveError if the range is not there.
    """
    identity = read_identity(connection, journal)
    walk = ChainWalk(identity, _start_of(connection, journal, identity, first_seq, last_seq))
    yield from _walked(connection, journal, walk, last_seq)


def import_archive(archive: Path, into: Path, public_key: PublicKey | None = None) -> Report:
    """Put an archive's entries into a fresh journal file, or at the end of the one they continue; all or none.

    Everything is checked before it counts. `public_key` says whose archive it must be; an existing journal says so itself.
    Raises ArchiveError, ChainError, JournalLocked, NotAJournal, JournalError.
    """
    identity, start = read_header(archive)
    if public_key is not None and identity.public_key != public_key:
        raise ArchiveError(f"{archive} was written with key {identity.public_key.key_id}, not {public_key.key_id}")
    walk = ChainWalk(identity, start)

    def fill(connection: sqlite3.Connection) -> None:
        for entry, deltas in _entries(archive, walk):
            insert_entry(connection, entry, canonical_payload(entry.payload), deltas)

    if not into.exists():
        if start != GENESIS:
            raise ArchiveError(f"{archive} begins with entry {start.seq + 1}; a fresh journal begins with entry 1")
        create_file(into, identity, fill)
        return walk.report()
    lock = WriterLock(into)
    try:
        with closing(connect(into, query_only=False)) as connection:
            if read_identity(connection, into) != identity:
                raise ArchiveError(f"{archive} and {into} are of different terminals, epochs or keys")
            with journal_file(into):
                head = read_head(connection)
            if head != start:
                raise ArchiveError(
                    f"{archive} begins after entry {start.seq} and does not continue {into}, which ends at entry {head.seq}"
                )
            with journal_file(into):
                connection.execute("pragma synchronous = full")
                connection.execute("begin immediate")
                fill(connection)
                connection.execute("commit")
    finally:
        lock.release()
    return walk.report()


def verify_archive(archive: Path, public_key: PublicKey, anchor: Head | None = None) -> Report:
    """Check every entry of an archive. Raises ArchiveError, or ChainError naming the first bad entry."""
    identity, start = read_header(archive)
    walk = ChainWalk(Identity(identity.terminal, identity.epoch, public_key), start, anchor)
    for _ in _entries(archive, walk):
        pass
    return walk.report()


def read_archive(archive: Path, public_key: PublicKey) -> Iterator[Entry]:
    """The entries of an archive, each checked against the one before; the last step checks the file as a whole.

    Raises ArchiveError, or ChainError naming the first bad entry.
    """
    identity, start = read_header(archive)
    walk = ChainWalk(Identity(identity.terminal, identity.epoch, public_key), start)
    for entry, _deltas_of_it in _entries(archive, walk):
        yield entry


def is_archive(path: Path) -> bool:
    """Whether the file says of itself that it is an archive of a journal."""
    try:
        with _reader(path) as file:
            return file.read(64).startswith(b'{"archive":"' + _NAME.encode())
    except (*_UNREADABLE, OSError):
        return False


def read_header(archive: Path) -> tuple[Identity, Head]:
    """Whose archive it is and the head its first entry follows. Raises ArchiveError."""
    number, line = next(_lines(archive), (1, b""))
    header = _parse(archive, number, line)
    if header.get("archive") != _NAME or header.get("v") != 1:
        raise ArchiveError(f"{archive}: is not an archive of a journal that this software reads")
    try:
        identity = Identity(str(header["terminal"]), int(header["epoch"]), PublicKey.from_base64(header["public_key"]))
        return identity, Head(int(header["first_seq"]) - 1, str(header["prev_hash"]))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ArchiveError(f"{archive}: line 1: the header is damaged ({error})") from error


def _start_of(connection: sqlite3.Connection, journal: Path, identity: Identity, first_seq: int, last_seq: int) -> Head:
    with journal_file(journal):
        start = _head_before(connection, identity, first_seq)
        if start is None or not first_seq <= last_seq <= read_head(connection).seq:
            raise ArchiveError(f"{journal} does not hold entries {first_seq} to {last_seq}")
    return start


def _head_before(connection: sqlite3.Connection, identity: Identity, first_seq: int) -> Head | None:
    row = connection.execute("select hash from entry where seq = ?", (first_seq - 1,)).fetchone()
    if row is not None:
        return Head(first_seq - 1, row[0].decode("ascii", "replace"))
    start = chain_start(connection, identity)
    return start if start.seq == first_seq - 1 else None


def _documents(
    connection: sqlite3.Connection, journal: Path, walk: ChainWalk, identity: Identity, start: Head, last_seq: int
) -> Iterator[dict[str, Any]]:
    yield {
        "archive": _NAME,
        "v": 1,
        "terminal": identity.terminal,
        "epoch": identity.epoch,
        "public_key": identity.public_key.to_base64(),
        "first_seq": start.seq + 1,
        "last_seq": last_seq,
        "prev_hash": start.hash,
    }
    for entry in _walked(connection, journal, walk, last_seq):
        with journal_file(journal):
            deltas = read_deltas(connection, entry.seq)
        yield {"entry": entry.to_json_dict(), "deltas": deltas}


def _walked(connection: sqlite3.Connection, journal: Path, walk: ChainWalk, last_seq: int) -> Iterator[Entry]:
    while True:
        with journal_file(journal):
            rows = read_rows(connection, walk.head.seq, last_seq, _BATCH)
        if not rows:
            return
        for row in rows:
            try:
                entry = from_row(row)
            except EntryFormatError as error:
                raise ChainError(Fault.FORMAT, row[SEQ_COLUMN], str(error)) from error
            walk.step(entry)
            yield entry


def _entries(archive: Path, walk: ChainWalk) -> Iterator[tuple[Entry, dict[str, int]]]:
    """Entries and deltas, checked. The last step checks length and checksum: what came before counts only after it."""
    digest = hashlib.sha256()
    last_seq: object = None
    for number, line in _lines(archive):
        document = _parse(archive, number, line)
        if number == 1:
            last_seq = document.get("last_seq")
        elif "sha256" in document:
            if document != {"sha256": digest.hexdigest()}:
                raise ArchiveError(f"{archive}: line {number}: the checksum does not fit; the file is damaged")
            if walk.head.seq != last_seq:
                raise ArchiveError(f"{archive}: ends at entry {walk.head.seq}, its header promises {last_seq}")
            return
        else:
            try:
                entry = Entry.from_json_dict(document.get("entry"))
            except EntryFormatError as error:
                raise ArchiveError(f"{archive}: line {number}: {error}") from error
            walk.step(entry)
            yield entry, _deltas(archive, number, document.get("deltas"))
        digest.update(line)
    raise ArchiveError(f"{archive}: is cut off after entry {walk.head.seq}")


def _deltas(archive: Path, number: int, value: object) -> dict[str, int]:
    if isinstance(value, dict) and all(type(delta_minor) is int for delta_minor in value.values()):
        return value
    raise ArchiveError(f"{archive}: line {number}: deltas: must be whole numbers under keys")


def _parse(archive: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        return parse(line)
    except NotCanonical as error:
        raise ArchiveError(f"{archive}: line {number}: {error}") from error


def _lines(archive: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with _reader(archive) as file:
            number = 0
            while line := file.readline(_MAX_LINE_BYTES):
                number += 1
                yield number, line
    except _UNREADABLE as error:
        raise ArchiveError(f"{archive}: is damaged ({error})") from error
    except OSError as error:
        raise ArchiveError(f"cannot read {archive}: {error.strerror}") from error


@contextmanager
def _writer(disk: BinaryIO, archive: Path) -> Iterator[BinaryIO]:
    if archive.suffix != ".gz":
        yield disk
        return
    with gzip.GzipFile(filename="", fileobj=disk, mode="wb", mtime=0) as file:
        yield cast("BinaryIO", file)


@contextmanager
def _reader(archive: Path) -> Iterator[BinaryIO]:
    with archive.open("rb") as disk:
        is_compressed = disk.read(2) == _GZIP_MAGIC
        disk.seek(0)
        if not is_compressed:
            yield disk
            return
        with gzip.GzipFile(fileobj=disk, mode="rb") as file:
            yield cast("BinaryIO", file)
