"""Checking a journal and the proof of its delivery, with the two files and two public keys and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.store.proof import newest_document
from journal.archive import ArchiveError, is_archive, read_header, verify_archive
from journal.chain import ChainError, Fault
from journal.database import Identity
from journal.entry import Head
from journal.errors import JournalError
from journal.keys import BadSignature, PublicKey
from journal.reader import JournalReader
from journal.verify import Report, verify_file
from mqtt_bridge import wire
from mqtt_bridge.local_files import LONGEST_PROOF_BYTES
from mqtt_bridge.signed import from_head_office

_SQLITE_START = b"SQLite format 3\0"


class NotProven(Exception):
    """Something is wrong; the message names the first wrong thing."""


@dataclass(frozen=True)
class Verdict:
    """Journal and proof are sound: `server` signed at `at` that it has the journal up to `upto`; it ends at `head_seq`.

    `quarantined` are entries of these that head office could not read and keeps as they are.
    """

    terminal: str
    epoch: int
    first_seq: int
    head_seq: int
    upto: int
    quarantined: tuple[int, ...]
    server: str
    at: str
    alarm: str

    @property
    def is_complete(self) -> bool:
        """Whether head office has all of it, and could read it."""
        return self.upto >= self.head_seq and not self.quarantined and not self.alarm

    def __str__(self) -> str:
        lines = [
            f"terminal {self.terminal} epoch {self.epoch}: entries {self.first_seq} to {self.head_seq} are sound",
            f"complete up to {self.upto} of {self.head_seq}, signed by {self.server} at {self.at or 'a time it does not say'}",
        ]
        if self.upto < self.head_seq:
            lines.append(f"{self.head_seq - self.upto} entries are not proven to be there")
        if self.quarantined:
            lines.append("in head office's quarantine: " + ", ".join(map(str, self.quarantined)))
        if self.alarm:
            lines.append(f"head office says: {self.alarm}")
        return "\n".join(lines)


def verify(journal: Path, proof: Path, terminal_key: PublicKey, head_office_key: PublicKey) -> Verdict:
    """Check both files. Raises NotProven."""
    identity = _identity(journal)
    ack = _proof(proof, identity, head_office_key)
    anchor = Head(ack.upto, ack.head) if ack.upto else None
    if anchor is None and ack.head != wire.EMPTY_HEAD:
        raise NotProven(f"{proof} is NOT sound: it speaks of no entry and names the hash of one")
    report = _report(journal, terminal_key, anchor)
    return Verdict(
        report.terminal,
        report.epoch,
        report.first_seq,
        report.head.seq,
        ack.upto,
        tuple(sorted(ack.quarantined)),
        ack.server,
        ack.at,
        ack.alarm or "",
    )


def _identity(journal: Path) -> Identity:
    try:
        if is_archive(journal):
            return read_header(journal)[0]
        with JournalReader(journal) as reader:
            return reader.identity
    except (JournalError, ArchiveError) as error:
        raise NotProven(str(error)) from error


def _proof(path: Path, identity: Identity, key: PublicKey) -> wire.Ack:
    document = _document(path, identity.epoch)
    try:
        ack = from_head_office(wire.Ack, document, key)
    except BadSignature as error:
        raise NotProven(f"{path} is NOT genuine: {error}; is this head office's own public key?") from error
    except wire.WireError as error:
        raise NotProven(f"{path} is NOT sound: {error}") from error
    if (ack.terminal, ack.epoch) != (identity.terminal, identity.epoch):
        raise NotProven(
            f"{path} is of terminal {ack.terminal} epoch {ack.epoch}, the journal is of {identity.terminal} epoch "
            f"{identity.epoch}"
        )
    return ack


def _document(path: Path, epoch: int) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_PROOF_BYTES)
    except OSError as error:
        raise NotProven(f"cannot read {path}: {error.strerror}") from error
    if content.startswith(_SQLITE_START):
        document = newest_document(path, epoch)
        if document is None:
            raise NotProven(f"{path} holds no acknowledgement of epoch {epoch}")
        return document
    try:
        return wire.document(content)
    except wire.WireError as error:
        raise NotProven(f"{path} is not a proof: {error}") from error


def _report(journal: Path, key: PublicKey, anchor: Head | None) -> Report:
    check = verify_archive if is_archive(journal) else verify_file
    try:
        return check(journal, key, anchor)
    except ChainError as error:
        hint = "; is this the terminal's own public key?" if error.kind is Fault.KEY else ""
        raise NotProven(f"{journal} is NOT sound. The first bad one is {error}{hint}") from error
    except (JournalError, ArchiveError) as error:
        raise NotProven(str(error)) from error
