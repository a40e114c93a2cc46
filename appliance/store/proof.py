"""What head office has signed for this terminal, read from the bridge's file and checked here: the bridge is not trusted."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from journal.entry import Head
from journal.keys import BadSignature, PublicKey
from mqtt_bridge import wire
from mqtt_bridge.local_files import BRIDGE_FILE
from mqtt_bridge.signed import from_head_office

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Proof:
    """Head office had everything up to `acknowledged` at `at`, and up to `backed_up` in a finished backup too."""

    acknowledged: Head
    backed_up: int
    at: datetime | None


def newest_proof(data_dir: Path, enrolment: wire.Enrolment, epoch: int) -> Proof | None:
    """What head office said last in that epoch, None without a genuine word of it."""
    documents = _documents(data_dir / BRIDGE_FILE, "select document from newest where epoch = ?", epoch)
    acks = [ack for ack in (_genuine(text, enrolment, epoch) for text in documents) if ack is not None]
    if not acks:
        return None
    ack = acks[0]
    return Proof(Head(ack.upto, ack.head), min(ack.upto, ack.backed_up), _moment(ack.at))


def newest_document(bridge_file: Path, epoch: int) -> dict[str, Any] | None:
    """The newest acknowledgement of that epoch word for word, not checked; None when the file holds none."""
    for text in _documents(bridge_file, "select document from newest where epoch = ?", epoch):
        with suppress(wire.WireError):
            return wire.document(text)
    return None


def acknowledged_heads(data_dir: Path, enrolment: wire.Enrolment, epoch: int) -> list[Head]:
    """The entries of that epoch that head office is proven to have acknowledged, the highest first."""
    path = data_dir / BRIDGE_FILE
    documents = [
        *_documents(path, "select document from newest where epoch = ?", epoch),
        *_documents(path, "select document from ack where epoch = ?", epoch),
    ]
    acks = [ack for ack in (_genuine(text, enrolment, epoch) for text in documents) if ack is not None]
    return sorted({Head(ack.upto, ack.head) for ack in acks if ack.upto > 0}, key=lambda head: -head.seq)


def _documents(path: Path, sql: str, epoch: int) -> list[bytes]:
    if not path.is_file():
        return []
    try:
        # A reader of a WAL file writes its -shm, so it is not opened read-only.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=5)) as connection:
            connection.execute("pragma query_only = on")
            return [str(row[0]).encode() for row in connection.execute(sql, (epoch,))]
    except sqlite3.Error as error:
        log.warning("%s cannot be read (%s); nothing is known of what head office has acknowledged", path, error)
        return []


def _genuine(text: bytes, enrolment: wire.Enrolment, epoch: int) -> wire.Ack | None:
    try:
        document = wire.document(text)
        ack = from_head_office(wire.Ack, document, PublicKey.from_base64(enrolment.ack_public_key))
    except (wire.WireError, BadSignature) as error:
        log.warning("an acknowledgement in %s counts for nothing: %s", BRIDGE_FILE, error)
        return None
    return ack if (ack.terminal, ack.epoch) == (enrolment.terminal, epoch) else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
