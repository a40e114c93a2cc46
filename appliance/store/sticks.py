"""Delivery by hand: what is unsent goes to a stick, and the proof that comes back goes to the bridge.

May be used while the terminal and the bridge run: the journal is only read, and the bridge alone moves the mark.
"""

from __future__ import annotations

import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.store.proof import newest_proof
from journal.archive import ArchiveError
from journal.chain import ChainError
from journal.delivery import CannotWrite, DeliveryHeader, write_delivery
from journal.entry import GENESIS, format_utc
from journal.errors import JournalError
from journal.files import sync_directory, write_whole
from journal.keys import BadSignature, KeyFileError, PublicKey, SigningKey
from journal.reader import JournalReader
from journal.sealing import SealingKey
from mqtt_bridge import wire
from mqtt_bridge.local_files import INBOX, JOURNAL_FILE, JOURNAL_KEY_FILE, LONGEST_PROOF_BYTES, STICKS, stick_note
from mqtt_bridge.local_socket import Entry, tell_bridge
from mqtt_bridge.signed import from_head_office

KEPT_NOTES = 500
TAKEN_WITHIN_S = 10.0


class StickError(Exception):
    """It cannot be done; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class OnStick:
    """An archive that is safe on its stick."""

    path: Path
    header: DeliveryHeader
    size_bytes: int


@dataclass(frozen=True)
class Accepted:
    """A proof that was found genuine. `taken`: the bridge has dealt with it, else it will when it runs.

    Head office has everything up to `upto` of `head_seq`; `mark` is what is known here now.
    """

    upto: int
    head_seq: int
    taken: bool
    mark: int


def write_to_stick(
    data_dir: Path,
    enrolment: wire.Enrolment,
    folder: Path,
    now_utc: datetime,
    *,
    first_seq: int | None = None,
    last_seq: int | None = None,
) -> OnStick | None:
    """Write what head office has not acknowledged, or entries first_seq..last_seq, into a file in `folder`.

    Returns None when there is nothing to write. The terminal remembers the archive before it is on the stick, so every
    archive that exists can be answered. Raises StickError.
    """
    recipient = _recipient(enrolment)
    if not folder.is_dir():
        raise StickError(f"{folder} is not there; put the stick in and name the folder it is mounted on")
    try:
        key = SigningKey.load(data_dir / JOURNAL_KEY_FILE)
        with JournalReader(data_dir / JOURNAL_FILE) as journal:
            head = journal.head()
        first = first_seq or _unsent_from(data_dir, enrolment)
        last = min(last_seq or head.seq, head.seq)
        if first > last:
            return None
        nonce = secrets.token_hex(16)
        note = _remember(data_dir, nonce, enrolment.epoch, first, last, now_utc)
        try:
            written = write_delivery(
                data_dir / JOURNAL_FILE,
                first,
                last,
                folder,
                key=key,
                recipient=recipient,
                nonce=nonce,
                now_utc=now_utc,
            )
        except BaseException:
            note.unlink(missing_ok=True)
            raise
    except (CannotWrite, ArchiveError, ChainError, JournalError, KeyFileError) as error:
        raise StickError(str(error)) from error
    except OSError as error:
        raise StickError(f"{error.filename or data_dir}: {error.strerror}") from error
    return OnStick(written.path, written.header, written.size_bytes)


def accept_proof(data_dir: Path, enrolment: wire.Enrolment, proof: Path, *, wait_s: float = TAKEN_WITHIN_S) -> Accepted:
    """Check head office's answer to an archive and give it to the bridge; waits until it has been taken if a bridge runs.

    Raises StickError for one that is not head office's, or answers no archive of this terminal, or not its journal.
    """
    try:
        with proof.open("rb") as file:
            payload = file.read(LONGEST_PROOF_BYTES)
        ack = _checked(payload, data_dir, enrolment)
        with JournalReader(data_dir / JOURNAL_FILE) as journal:
            head = journal.head()
        waiting = _put_into_inbox(data_dir, ack.nonce, payload)
        taken = tell_bridge(data_dir, Entry(head.seq)) and _is_taken(waiting, wait_s)
    except JournalError as error:
        raise StickError(str(error)) from error
    except OSError as error:
        raise StickError(f"{error.filename or proof}: {error.strerror}") from error
    known = newest_proof(data_dir, enrolment, enrolment.epoch)
    return Accepted(ack.upto, head.seq, taken, known.acknowledged.seq if known else 0)


def _recipient(enrolment: wire.Enrolment) -> SealingKey:
    if not enrolment.archive_public_key:
        raise StickError(
            "enrolment.json has no archive_public_key: it is older than archives on sticks. Have head office answer this "
            "terminal's enrolment request again and put the new enrolment.json in its place."
        )
    return SealingKey.from_base64(enrolment.archive_public_key)


def _unsent_from(data_dir: Path, enrolment: wire.Enrolment) -> int:
    known = newest_proof(data_dir, enrolment, enrolment.epoch)
    return (known.acknowledged.seq if known else GENESIS.seq) + 1


def _remember(data_dir: Path, nonce: str, epoch: int, first: int, last: int, now_utc: datetime) -> Path:
    note = stick_note(data_dir, nonce)
    if note is None:
        raise ValueError(nonce)
    document = {
        "nonce": nonce,
        "epoch": epoch,
        "first_seq": first,
        "last_seq": last,
        "written_at": format_utc(now_utc),
    }
    _write(note, json.dumps(document).encode() + b"\n")
    notes = sorted((data_dir / STICKS).glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    for old in notes[:-KEPT_NOTES]:
        old.unlink(missing_ok=True)
    return note


def _checked(payload: bytes, data_dir: Path, enrolment: wire.Enrolment) -> wire.Ack:
    try:
        document = wire.document(payload)
        ack = from_head_office(wire.Ack, document, PublicKey.from_base64(enrolment.ack_public_key))
    except (wire.WireError, BadSignature) as error:
        raise StickError(f"this is not a proof of head office's: {error}") from error
    if (ack.terminal, ack.epoch) != (enrolment.terminal, enrolment.epoch):
        raise StickError(
            f"the proof is for terminal {ack.terminal} epoch {ack.epoch}, this is {enrolment.terminal} epoch {enrolment.epoch}"
        )
    note = stick_note(data_dir, ack.nonce)
    if note is None or not note.is_file():
        raise StickError("the proof answers no archive that this terminal has written")
    return ack


def _put_into_inbox(data_dir: Path, nonce: str, payload: bytes) -> Path:
    path = data_dir / INBOX / f"{nonce}.json"
    _write(path, payload)
    return path


def _write(path: Path, content: bytes) -> None:
    """Write a file for the bridge, which runs as another user of the same group, whole or not at all."""
    with suppress(FileExistsError):
        path.parent.mkdir()
        # Whatever the umask: the bridge removes what it has dealt with.
        path.parent.chmod(0o770)
    write_whole(path, content, mode=0o660)
    sync_directory(path.parent)


def _is_taken(path: Path, wait_s: float) -> bool:
    end_s = time.monotonic() + wait_s
    while path.exists():
        if time.monotonic() > end_s:
            return False
        time.sleep(0.05)
    return True
