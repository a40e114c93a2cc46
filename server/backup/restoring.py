"""Putting a backup back: into an empty head office, or explicitly in the place of the one that is there."""

import filecmp
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from server.backup import postgresql, sqlite
from server.backup.manifest import BackupError, Manifest
from server.backup.taking import KEYS, PHOTOS, copy_files, verify


def restore(folder: Path, *, replace: bool) -> Manifest:
    """Put the backup in `folder` back, after all of it was checked; returns its manifest.

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
    if found.engine == "postgresql":
        with tempfile.TemporaryDirectory(prefix="refectory-restore-") as scratch:
            postgresql.restore(folder / postgresql.DUMP, Path(scratch))
    else:
        connection.close()
        database.parent.mkdir(parents=True, exist_ok=True)
        sqlite.restore(folder / sqlite.DUMP, database, database.with_name(f"{database.name}.{mark}"))
    if new_keys:
        _replace(folder / KEYS, keys, mark)
    if (folder / PHOTOS).is_dir():
        _replace(folder / PHOTOS, data / PHOTOS, mark)
    return found


def _other_keys(backup: Path, keys: Path) -> list[str]:
    """The files of the backup's keys that are not in `keys` as they are in the backup."""
    names = [path.relative_to(backup) for path in sorted(backup.rglob("*")) if path.is_file()]
    return [
        str(name)
        for name in names
        if not (keys / name).is_file() or not filecmp.cmp(backup / name, keys / name, shallow=False)
    ]


def _replace(source: Path, target: Path, mark: str) -> None:
    if target.exists():
        target.rename(target.with_name(f"{target.name}.{mark}"))
    beside = target.with_name(f".{target.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)
    copy_files(source, beside)
    beside.rename(target)
