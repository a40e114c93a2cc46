"""Entries on their way to head office as one file that is carried by hand: sealed for head office, signed by the terminal.

A header in clear text, one line of canonical JSON: {"archive": "refectory-delivery", "v": 1, terminal, epoch, first_seq,
last_seq, recipient}, `recipient` being the id of the key it is sealed for. Sealed (`journal.sealing`) behind it: one line
for each entry, oldest first and without a gap, and as the last line a statement {v, terminal, epoch, first_seq, last_seq,
prev_hash, head, nonce, recipient, written_at, sha256, signature}: signed by the journal key, with the SHA-256 of the lines
before it. `nonce` is known to nobody but the terminal and head office; the answer carries it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from journal.archive import entries_between
from journal.canonical import NotCanonical, canonical, parse
from journal.database import connect, read_identity
from journal.entry import TERMINAL_PATTERN, Head, format_utc
from journal.errors import WrongKey
from journal.files import sync_directory
from journal.keys import BadSignature, PublicKey, SigningKey, sign_document, verify_document
from journal.sealing import OpeningKey, SealBroken, SealedWriter, SealingKey, open_sealed

SUFFIX = ".refectory"
CONTEXT = "refectory/archive/1"
_NAME = "refectory-delivery"
_MAX_HEADER_BYTES = 1024
_MAX_LINE_BYTES = 4 * 1024 * 1024
_NONCE_PATTERN = re.compile(r"[0-9a-f]{32}")
_HASH_PATTERN = re.compile(r"[0-9a-f]{64}")


class Refusal(StrEnum):
    """Why an archive is refused."""

    NOT_AN_ARCHIVE = "not an archive"
    OTHER_VERSION = "of a later version"
    OTHER_RECIPIENT = "for another head office"
    TOO_LARGE = "too large"
    DAMAGED = "damaged or changed"
    NOT_GENUINE = "not signed by the terminal's key"


class DeliveryRefused(Exception):
    """An archive that came cannot be taken; `reason` says why, the message names the detail. Nothing of it counts."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(f"the file is {reason}" + (f": {detail}" if detail else ""))
        self.reason = reason


class CannotWrite(Exception):
    """The archive could not be written; the message says what to do. Nothing is left in the folder."""


class DeliveryHeader(NamedTuple):
    """What an archive says of itself to everybody."""

    terminal: str
    epoch: int
    first_seq: int
    last_seq: int
    recipient: str

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return self.last_seq - self.first_seq + 1

    @property
    def file_name(self) -> str:
        """The name it gets: whose it is and what is in it."""
        return f"{self.terminal}-epoch{self.epoch}-{self.first_seq:08}-{self.last_seq:08}{SUFFIX}"

    def line(self) -> bytes:
        """The first line of the file."""
        return canonical({"archive": _NAME, "v": 1, **self._asdict()}) + b"\n"


class Written(NamedTuple):
    """An archive that is safe on its disk."""

    path: Path
    header: DeliveryHeader
    size_bytes: int


def write_delivery(
    journal: Path,
    first_seq: int,
    last_seq: int,
    folder: Path,
    *,
    key: SigningKey,
    recipient: SealingKey,
    nonce: str,
    now_utc: datetime,
) -> Written:
    """Write entries first_seq..last_seq, checking each, into a new file in `folder`; an older one of that name is replaced.

    Reads in short transactions, so that the terminal can go on writing. Raises CannotWrite, WrongKey, NotAJournal,
    `journal.archive.ArchiveError` if the range is not there, ChainError naming a bad entry.
    """
    with closing(connect(journal, query_only=True)) as connection:
        identity = read_identity(connection, journal)
        if identity.public_key != key.public:
            raise WrongKey(f"{journal} was written with key {identity.public_key.key_id}, not {key.public.key_id}")
        header = DeliveryHeader(identity.terminal, identity.epoch, first_seq, last_seq, recipient.key_id)
        path = folder / header.file_name
        temporary = folder / f".{header.terminal}-{secrets.token_hex(4)}.part"
        try:
            with temporary.open("xb") as file:
                _write(connection, journal, file, header, key, recipient, nonce, now_utc)
                file.flush()
                os.fsync(file.fileno())
                size_bytes = file.tell()
            temporary.replace(path)
            _sync_folder(folder)
        except OSError as error:
            raise CannotWrite(_advice(folder, error)) from error
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    return Written(path, header, size_bytes)


def _write(
    connection: sqlite3.Connection,
    journal: Path,
    file: BinaryIO,
    header: DeliveryHeader,
    key: SigningKey,
    recipient: SealingKey,
    nonce: str,
    now_utc: datetime,
) -> None:
    sealed = SealedWriter(file, recipient, header.line())
    digest = hashlib.sha256()
    start: Head | None = None
    head = ""
    for entry in entries_between(connection, journal, header.first_seq, header.last_seq):
        start = start or Head(entry.seq - 1, entry.prev_hash)
        head = entry.hash
        line = canonical(entry.to_json_dict()) + b"\n"
        digest.update(line)
        sealed.write(line)
    statement = {
        "v": 1,
        **header._asdict(),
        "prev_hash": start.hash if start else "",
        "head": head,
        "nonce": nonce,
        "written_at": format_utc(now_utc),
        "sha256": digest.hexdigest(),
    }
    sealed.write(canonical(sign_document(key, CONTEXT, statement)) + b"\n")
    sealed.finish()


def _sync_folder(folder: Path) -> None:
    try:
        sync_directory(folder)
    except OSError as error:
        # Some file systems of sticks cannot sync a folder; the file itself is synced.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise


def _advice(folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{folder} is full; free space on it or take another stick. Nothing was left on it."
    if error.errno == errno.EFBIG:
        return f"the archive is too large for {folder}; format the stick with exFAT, or write it in parts with --to."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{folder} cannot be written ({error.strerror}); is the stick locked, or somebody else's?"
    if error.errno in (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ESTALE):
        return f"{folder} is gone or broken ({error.strerror}); was the stick pulled out? Put it back and write again."
    return f"cannot write to {folder}: {error.strerror}"


@dataclass(frozen=True)
class Delivery:
    """An archive that was opened and is what its terminal wrote. `lines` is a file with one entry per line."""

    header: DeliveryHeader
    prev_hash: str
    head: str
    nonce: str
    lines: BinaryIO

    def batches(self, limit: int) -> Iterator[list[dict[str, Any]]]:
        """The entries as they were signed, up to `limit` at a time, oldest first."""
        self.lines.seek(0)
        batch: list[dict[str, Any]] = []
        for line in self.lines:
            batch.append(parse(line))
            if len(batch) == limit:
                yield batch
                batch = []
        if batch:
            yield batch


def read_header(file: BinaryIO) -> DeliveryHeader:
    """Read what an archive says of itself, nothing of which is proven yet. Raises DeliveryRefused or OSError."""
    line = file.readline(_MAX_HEADER_BYTES)
    try:
        fields = parse(line)
    except NotCanonical:
        raise DeliveryRefused(Refusal.NOT_AN_ARCHIVE) from None
    if fields.get("archive") != _NAME:
        raise DeliveryRefused(Refusal.NOT_AN_ARCHIVE)
    if fields.get("v") != 1:
        raise DeliveryRefused(Refusal.OTHER_VERSION)
    numbers = [fields.get(name) for name in ("epoch", "first_seq", "last_seq")]
    texts = [fields.get(name) for name in ("terminal", "recipient")]
    if not all(type(number) is int and number > 0 for number in numbers) or not all(
        isinstance(text, str) for text in texts
    ):
        raise DeliveryRefused(Refusal.DAMAGED, "its header")
    header = DeliveryHeader(*(fields[name] for name in DeliveryHeader._fields))
    try:
        is_canonical = header.line() == line
    except NotCanonical:
        is_canonical = False
    if not is_canonical or header.entries < 1 or not TERMINAL_PATTERN.fullmatch(header.terminal):
        raise DeliveryRefused(Refusal.DAMAGED, "its header")
    return header


def open_delivery(
    file: BinaryIO,
    header: DeliveryHeader,
    lines: BinaryIO,
    *,
    key: OpeningKey,
    public_key: PublicKey,
    max_bytes: int,
) -> Delivery:
    """Open the rest of an archive whose `header` was read from `file`; the entries go to the empty file `lines`.

    `public_key` is the journal key that head office knows for that terminal and epoch. Content beyond `max_bytes` is
    refused as soon as it is reached; nothing is compressed, so no archive is larger than its file. Raises DeliveryRefused
    or OSError.
    """
    if header.recipient != key.public.key_id:
        raise DeliveryRefused(Refusal.OTHER_RECIPIENT, f"it is sealed for key {header.recipient}")
    digest = hashlib.sha256()
    seq = header.first_seq
    last = b""
    for line in _lines(file, header, key, max_bytes):
        if last:
            if _seq(last) != seq:
                raise DeliveryRefused(Refusal.DAMAGED, f"entry {seq} is not where it belongs")
            digest.update(last)
            lines.write(last)
            seq += 1
        last = line
    statement = _statement(last, header, public_key)
    if statement["sha256"] != digest.hexdigest() or seq != header.last_seq + 1:
        raise DeliveryRefused(Refusal.DAMAGED, "its entries are not those that were signed")
    return Delivery(header, statement["prev_hash"], statement["head"], statement["nonce"], lines)


def _lines(file: BinaryIO, header: DeliveryHeader, key: OpeningKey, max_bytes: int) -> Iterator[bytes]:
    held = bytearray()
    total = 0
    try:
        for piece in open_sealed(file, header.line(), key):
            total += len(piece)
            if total > max_bytes:
                raise DeliveryRefused(Refusal.TOO_LARGE, f"more than {max_bytes} bytes")
            held += piece
            *whole, rest = held.split(b"\n")
            held = rest
            if len(held) > _MAX_LINE_BYTES:
                raise DeliveryRefused(Refusal.DAMAGED, "a line without an end")
            for line in whole:
                yield bytes(line) + b"\n"
    except SealBroken as error:
        raise DeliveryRefused(Refusal.DAMAGED, str(error)) from error
    if held:
        raise DeliveryRefused(Refusal.DAMAGED, "its last line has no end")


def _seq(line: bytes) -> object:
    try:
        return parse(line).get("seq")
    except NotCanonical as error:
        raise DeliveryRefused(Refusal.DAMAGED, str(error)) from error


def _statement(line: bytes, header: DeliveryHeader, public_key: PublicKey) -> dict[str, Any]:
    """The last line, signed by that key for this very archive. Raises DeliveryRefused."""
    try:
        statement = parse(line)
        verify_document(public_key, CONTEXT, statement)
    except NotCanonical as error:
        raise DeliveryRefused(Refusal.DAMAGED, "its last line") from error
    except BadSignature as error:
        raise DeliveryRefused(Refusal.NOT_GENUINE, str(error)) from error
    told = {name: statement.get(name) for name in ("prev_hash", "head", "nonce", "written_at", "sha256")}
    shapes = {"prev_hash": _HASH_PATTERN, "head": _HASH_PATTERN, "nonce": _NONCE_PATTERN, "sha256": _HASH_PATTERN}
    fits = statement.get("v") == 1 and all(statement.get(name) == value for name, value in header._asdict().items())
    if (
        not fits
        or not all(isinstance(value, str) for value in told.values())
        or not all(pattern.fullmatch(str(told[name])) for name, pattern in shapes.items())
    ):
        raise DeliveryRefused(Refusal.DAMAGED, "its statement and its header differ")
    return told
