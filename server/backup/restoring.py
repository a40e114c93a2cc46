"""Putting a backup back: into an empty head office, or explicitly in the place of the one that is there."""

import filecmp
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from journal.files import sync_directory
from server.backup import postgresql, sqlite
from server.backup.aftermath import revocations, statements
from server.backup.manifest import BackupError, Manifest
from server.backup.taking import KEYS, PHOTOS, copy_files, verify


@dataclass(frozen=True)
class Restored:
    """What was put back; `keeps_revocations`: what was revoked since the backup was taken is known, and stays revoked."""

    manifest: Manifest
    keeps_revocations: bool


def restore(folder: Path, *, replace: bool) -> Restored:
    """Put the backup in `folder` back, after all of it was checked.

    What `replace` puts out of the way is kept beside it under a name with the date (files), or dropped in the same
    transaction that restores (PostgreSQL). Raises BackupError or OSError.
    """
    found = verify(folder)
    if found.engine != connection.vendor:
        raise BackupError(
            f"{folder} is a backup of {found.engine}, DATABASE_URL names {connection.vendor}; set it to the same engine"
        )
    data, keys = Path(settings.REFECTORY_DATA), Path(settings.REFECTORY_KEYS)
    database = Path(settings.DATABASES["default"]["NAME"])
    is_empty = postgresql.is_empty() if found.engine == "postgresql" else sqlite.is_empty(database)
    if not is_empty and not replace:
        raise BackupError("head office's database is not empty; --replace puts the backup in its place")
    new_keys = _other_keys(folder / KEYS, keys)
    if new_keys and any(keys.glob("*")) and not replace:
        raise BackupError(
            f"{keys} holds other keys than the backup ({', '.join(new_keys)}); --replace puts those of the backup there"
        )
    mark = f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    known = None if is_empty else revocations()
    connection.close()
    folders = [(folder / KEYS, keys)] if new_keys else []
    if (folder / PHOTOS).is_dir():
        folders.append((folder / PHOTOS, data / PHOTOS))
    with ExitStack() as stack:
        # What may fail for want of room comes before anything is replaced.
        copies = [(stack.enter_context(_copied(source, target)), target) for source, target in folders]
        after = [*statements(), *(known or ())]
        if found.engine == "postgresql":
            scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="refectory-restore-"))
            postgresql.restore(folder / postgresql.DUMP, Path(scratch), after)
        else:
            database.parent.mkdir(parents=True, exist_ok=True)
            aside = database.with_name(f"{database.name}.{mark}")
            sqlite.restore(folder / sqlite.DUMP, database, aside, after)
        for copy, target in copies:
            if target.exists():
                target.rename(target.with_name(f"{target.name}.{mark}"))
            copy.rename(target)
            sync_directory(target.parent)
    return Restored(found, known is not None)


def _other_keys(backup: Path, keys: Path) -> list[str]:
    """The files of the backup's keys that are not in `keys` as they are in the backup."""
    names = [path.relative_to(backup) for path in sorted(backup.rglob("*")) if path.is_file()]
    return [
        str(name)
        for name in names
        if not (keys / name).is_file() or not filecmp.cmp(backup / name, keys / name, shallow=False)
    ]


@contextmanager
def _copied(source: Path, target: Path) -> Iterator[Path]:
    """A copy of the folder `source` beside `target`, which goes unless it was put in its place."""
    beside = target.with_name(f".{target.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True, mode=0o700)
        copy_files(source, beside)
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)
