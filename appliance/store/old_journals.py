"""A new enrolment begins a new journal; the old one is put aside, with what head office lacks of it as an archive."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from appliance.store.proof import acknowledged_heads
from journal.archive import ArchiveError, export_range
from journal.chain import ChainError
from journal.database import Identity
from journal.entry import Head
from journal.errors import JournalError
from journal.keys import sync_directory
from journal.lock import WriterLock
from journal.reader import JournalReader
from mqtt_bridge.wire import Enrolment

log = logging.getLogger(__name__)

OLD = "old"


def set_aside(data_dir: Path, journal: Path, enrolment: Enrolment) -> Path | None:
    """Move `journal`, which is of an earlier enrolment, to `<data_dir>/old`; returns the archive of what was not sent.

    None when head office has acknowledged all of it; the folder when there can be no archive, because the journal is damaged.
    Nothing is deleted. Raises JournalLocked, JournalError or OSError; the
    journal is then still in its place.
    """
    lock = WriterLock(journal)
    try:
        folder = data_dir / OLD
        folder.mkdir(mode=0o770, exist_ok=True)
        with JournalReader(journal) as reader:
            identity, archive = reader.identity, _archive_unsent(reader, journal, folder, data_dir, enrolment)
        # Alone with the file, so its log is folded in and goes; a copy of the file is then a copy of all of it.
        with closing(sqlite3.connect(journal)) as connection:
            connection.execute("pragma journal_mode = delete")
        journal.rename(_free(folder / f"journal-{identity.epoch}-{identity.public_key.key_id}.sqlite"))
        journal.with_suffix(".ballast").unlink(missing_ok=True)
        sync_directory(folder)
        sync_directory(data_dir)
    except sqlite3.Error as error:
        raise JournalError(f"{journal} cannot be put aside: {error}") from error
    finally:
        lock.release()
    if archive is None:
        log.warning("the journal of epoch %d was put aside; head office has all of it", identity.epoch)
    else:
        log.error(
            "the journal of epoch %d was put aside. Head office lacks entries of it: take %s there",
            identity.epoch,
            archive,
        )
    return archive


def set_key_aside(data_dir: Path, path: Path, name: str) -> None:
    """Move a key file to `<data_dir>/old` under `name`, readable by its owner only as before."""
    folder = data_dir / OLD
    folder.mkdir(mode=0o770, exist_ok=True)
    path.rename(_free(folder / name))
    sync_directory(folder)
    sync_directory(data_dir)


def _archive_unsent(
    reader: JournalReader, journal: Path, folder: Path, data_dir: Path, enrolment: Enrolment
) -> Path | None:
    """An archive of all entries above the last that head office is proven to have as it is here."""
    identity, head = reader.identity, reader.head()
    first = _first_unsent(reader, acknowledged_heads(data_dir, enrolment, identity.epoch))
    if first > head.seq:
        return None
    archive = _free(folder / f"{_name(identity)}-{first:012}-{head.seq:012}.archive.gz")
    try:
        export_range(journal, first, head.seq, archive)
    except (ArchiveError, ChainError) as error:
        # The journal itself is kept whole; somebody has to look at it.
        log.error("no archive of entries %d to %d of %s: %s", first, head.seq, journal, error)
        return folder
    return archive


def _first_unsent(reader: JournalReader, acknowledged: list[Head]) -> int:
    following = reader.entries(0, 1)
    first = following[0].seq if following else 1
    for known in acknowledged:
        after = reader.entries(known.seq, 1)
        ours = after[0].prev_hash if after else reader.head().hash
        if (after[0].seq == known.seq + 1 if after else reader.head().seq == known.seq) and ours == known.hash:
            return max(first, known.seq + 1)
    return first


def _name(identity: Identity) -> str:
    return f"unsent-{identity.epoch}-{identity.public_key.key_id}"


def _free(path: Path) -> Path:
    """`path`, or with a number when that name is taken: nothing is overwritten."""
    found, number = path, 1
    while found.exists():
        number += 1
        found = path.with_name(f"{number}-{path.name}")
    return found
