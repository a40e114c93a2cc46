"""Taking a backup: database, keys and photos of one moment in one folder, whole or not at all."""

import fcntl
import os
import secrets
import shutil
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection

from journal.files import sync_directory
from server.backup import manifest, postgresql, sqlite
from server.backup.manifest import BackupError, Manifest, Reach
from server.fleet.models import Enrolment
from server.spool.models import JournalEntry

KEYS, PHOTOS = "keys", "photos"
_UNFINISHED = ".unfinished-"


def take(folder: Path) -> Path:
    """Make a new backup in a folder of its own inside `folder`, verify it, and return where it is.

    Raises BackupError or OSError; then there is no new backup, and nothing half-made under a backup's name.
    """
    made_at = datetime.now(UTC)
    finished = folder / f"head-office-{made_at:%Y%m%dT%H%M%SZ}"
    unfinished = folder / f"{_UNFINISHED}{finished.name}-{secrets.token_hex(4)}"
    stack = ExitStack()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder)
        unfinished.mkdir(mode=0o700)
        # Not every network drive has locks; there nothing is removed.
        with suppress(OSError):
            stack.callback(os.close, _claimed(unfinished))
        reach = _dump(unfinished)
        for name, source in ((KEYS, settings.REFECTORY_KEYS), (PHOTOS, Path(settings.REFECTORY_DATA) / PHOTOS)):
            copy_files(source, unfinished / name)
        for below in [path for path in unfinished.rglob("*") if path.is_dir()]:
            sync_directory(below)
        files = sorted(path for path in unfinished.rglob("*") if path.is_file())
        manifest.write(
            unfinished,
            Manifest(
                engine="postgresql" if connection.vendor == "postgresql" else "sqlite",
                server=_server_name(),
                software=version("refectory"),
                made_at=made_at.isoformat(timespec="seconds"),
                files=[manifest.describe(unfinished, path) for path in files],
                enrolments=reach,
            ),
        )
        verify(unfinished)
        if finished.exists():
            raise BackupError(f"{finished} exists; a backup is never overwritten")
        unfinished.rename(finished)
        sync_directory(folder)
    finally:
        stack.close()
        shutil.rmtree(unfinished, ignore_errors=True)
    return finished


def _claimed(unfinished: Path) -> int:
    """A descriptor that shows that somebody is at work in a folder; the kernel drops it with the process."""
    descriptor = os.open(unfinished, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _remove_abandoned(folder: Path) -> None:
    """Remove what backups left behind that were killed: it is as large as a backup, and holds keys."""
    for unfinished in folder.glob(f"{_UNFINISHED}*"):
        with suppress(OSError):
            descriptor = _claimed(unfinished)
            try:
                shutil.rmtree(unfinished)
            finally:
                os.close(descriptor)


def verify(folder: Path) -> Manifest:
    """Read everything in a backup again and check it. Raises BackupError."""
    found = manifest.read(folder)
    if found.engine == "sqlite":
        sqlite.verify(folder / sqlite.DUMP)
    else:
        postgresql.verify(folder / postgresql.DUMP)
    return found


def record_horizon(reach: list[Reach]) -> None:
    """Note for every enrolment how far the finished backup holds its journal; every later acknowledgement says so.

    Nothing is noted for a journal that is not, any more, the one in the backup.
    """
    for journal in reach:
        held = JournalEntry.objects.filter(
            terminal__code=journal.terminal, epoch=journal.epoch, seq=journal.upto, hash=journal.head
        )
        if held.exists():
            Enrolment.objects.filter(
                terminal__code=journal.terminal,
                epoch=journal.epoch,
                upto__gte=journal.upto,
                backed_up__lt=journal.upto,
            ).update(backed_up=journal.upto)


def _dump(folder: Path) -> list[Reach]:
    if connection.vendor == "postgresql":
        return postgresql.dump(folder / postgresql.DUMP)
    return sqlite.dump(Path(settings.DATABASES["default"]["NAME"]), folder / sqlite.DUMP)


def copy_files(source: Path, target: Path) -> None:
    """Copy all files below `source`, readable by their owner only."""
    if not source.is_dir():
        return
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True, mode=0o700)
        elif path.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _copy_file(path, copy)


def _copy_file(source: Path, target: Path) -> None:
    try:
        content = source.read_bytes()
    except FileNotFoundError:
        # A photo that was taken away in this moment.
        return
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _server_name() -> str:
    path = settings.REFECTORY_KEYS / "server-id"
    return path.read_text().strip() if path.is_file() else ""
