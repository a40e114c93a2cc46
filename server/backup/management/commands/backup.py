"""`backup`: take a verified backup of head office while it works."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from server.backup.manifest import BackupError, read
from server.backup.taking import record_horizon, take

NO_HORIZON = 2


class Command(BaseCommand):
    """Writes database, keys and photos into a new folder, reads them again, and tells terminals what is safe now."""

    help = (
        "Take a verified backup (database, KEYS, photos) in a new folder inside FOLDER; head office goes on working. "
        "Exit code 0: finished and verified; 1: there is no new backup; 2: it is finished, but terminals could not be told."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to",
            type=Path,
            required=True,
            metavar="FOLDER",
            help="where backups are kept: another disk, not this one",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            folder = take(options["to"])
        except BackupError as error:
            raise CommandError(f"no backup was made: {error}") from error
        except OSError as error:
            raise CommandError(f"no backup was made: {error.filename or ''}: {error.strerror}") from error
        except DatabaseError as error:
            raise CommandError(f"no backup was made: the database fails: {str(error).strip()}") from error
        found = read(folder)
        try:
            record_horizon(found.enrolments)
        except DatabaseError as error:
            raise CommandError(
                f"{folder} is finished, but terminals cannot be told so: {str(error).strip()}", returncode=NO_HORIZON
            ) from error
        size_mb = sum(file.size_bytes for file in found.files) / 1e6
        entries = sum(journal.upto for journal in found.enrolments)
        self.stdout.write(
            f"{folder}: {size_mb:.1f} MB, {len(found.enrolments)} journals with {entries} entries, verified. "
            "It holds head office's private keys: keep it where only administrators can read it."
        )
