"""`restore`: put a backup of head office back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from server.backup.manifest import BackupError
from server.backup.restoring import restore


class Command(BaseCommand):
    """Checks all of a backup, then puts database, keys and photos back."""

    help = (
        "Put a backup back, after checking all of it. Stop web and spool first. What is there is only replaced with "
        "--replace, and files are kept under another name. Terminals send again what the backup lacks, by themselves."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", type=Path, required=True, dest="folder", metavar="FOLDER", help="a folder that `backup` made"
        )
        parser.add_argument(
            "--replace", action="store_true", help="put it in the place of the database and the keys that are there"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            restored = restore(options["folder"], replace=options["replace"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or options['folder']}: {error.strerror}") from error
        except DatabaseError as error:
            raise CommandError(f"the database fails: {str(error).strip()}") from error
        found = restored.manifest
        self.stdout.write(
            f"the backup of {found.made_at} is in place: {len(found.enrolments)} journals with "
            f"{sum(journal.upto for journal in found.enrolments)} entries. "
            "Run `refectory head-office upgrade`, then start web and spool again."
        )
        if not restored.keeps_revocations:
            self.stdout.write(
                f"What was revoked or switched off after {found.made_at} is believed again: revoke it again."
            )
