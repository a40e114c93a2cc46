"""A new enrolment begins a new journal; the old one is put aside, with what head office lacks of it as an archive."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from appliance.store.proof import acknowledged_heads
from journal.archive import ArchiveError, export_range
from journal.chain import ChainError
from journal.database import Identity
from journal.delivery import CannotWrite, write_delivery
from journal.entry import Head
from journal.errors import JournalError
from journal.files import sync_directory
from journal.keys import KeyFileError, SigningKey
from journal.lock import WriterLock
from journal.reader import JournalReader
from journal.sealing import SealingKey
from mqtt_bridge.local_files import JOURNAL_KEY_FILE
from mqtt_bridge.wire import Enrolment

log = logging.getLogger(__name__)

OLD = "old"
BRIDGE_LETS_GO_S = 10.0


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
        _fold_log_in(journal)
        journal.rename(_free(folder / f"journal-{identity.epoch}-{identity.public_key.key_id}.sqlite"))
        journal.with_suffix(".ballast").unlink(missing_ok=True)
        sync_directory(folder)
        sync_directory(data_dir)
    except sqlite3.Error as error:
        raise JournalError(f"{journal} cannot be put aside ({error}); restart the bridge, then the terminal") from error
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


def _fold_log_in(journal: Path) -> None:
    """Make the file all there is of the journal, which only who is alone with it can do; a bridge looks at it for moments."""
    until_s = time.monotonic() + BRIDGE_LETS_GO_S
    with closing(sqlite3.connect(journal)) as connection:
        while True:
            try:
                connection.execute("pragma journal_mode = delete")
            except sqlite3.OperationalError:
                if time.monotonic() > until_s:
                    raise
                time.sleep(0.1)
            else:
                return


def _archive_unsent(
    reader: JournalReader, journal: Path, folder: Path, data_dir: Path, enrolment: Enrolment
) -> Path | None:
    """A file with all entries above the last that head office is proven to have as it is here."""
    identity, head = reader.identity, reader.head()
    first = _first_unsent(reader, acknowledged_heads(data_dir, enrolment, identity.epoch))
    if first > head.seq:
        return None
    key = _old_key(data_dir, identity)
    try:
        if key is not None and enrolment.archive_public_key:
            recipient = SealingKey.from_base64(enrolment.archive_public_key)
            nonce, now = secrets.token_hex(16), datetime.now(UTC)
            return write_delivery(
                journal, first, head.seq, folder, key=key, recipient=recipient, nonce=nonce, now_utc=now
            ).path
        archive = _free(folder / f"unsent-{identity.epoch}-{first:012}-{head.seq:012}.archive.gz")
        export_range(journal, first, head.seq, archive)
    except (ArchiveError, CannotWrite, ChainError) as error:
        # The journal itself is kept whole; somebody has to look at it.
        log.error("no archive of entries %d to %d of %s: %s", first, head.seq, journal, error)
        return folder
    return archive


def _old_key(data_dir: Path, identity: Identity) -> SigningKey | None:
    """The key the journal was written with, if it is here: only with it can its entries be sealed for head office."""
    for path in (data_dir / JOURNAL_KEY_FILE, data_dir / OLD / f"{identity.public_key.key_id}-{JOURNAL_KEY_FILE}"):
        try:
            key = SigningKey.load(path)
        except KeyFileError:
            continue
        if key.public == identity.public_key:
            return key
    return None


def _first_unsent(reader: JournalReader, acknowledged: list[Head]) -> int:
    following = reader.entries(0, 1)
    first = following[0].seq if following else 1
    for known in acknowledged:
        after = reader.entries(known.seq, 1)
        ours = after[0].prev_hash if after else reader.head().hash
        if (after[0].seq == known.seq + 1 if after else reader.head().seq == known.seq) and ours == known.hash:
            return max(first, known.seq + 1)
    return first


def _free(path: Path) -> Path:
    """`path`, or with a number when that name is taken: nothing is overwritten."""
    found, number = path, 1
    while found.exists():
        number += 1
        found = path.with_name(f"{number}-{path.name}")
    return found
