"""`upgrade`: bring an existing head office to the version of the software that is installed."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from server.core.keys import create_keys


class Command(BaseCommand):
    """Makes the keys that this version needs and migrates the database; both may be repeated."""

    help = (
        "After new software was installed: make keys that are missing and migrate the database. Stop web and spool first, "
        "and take a backup with the software that was there. Existing keys stay."
    )
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not (settings.REFECTORY_KEYS / "ack.key").is_file():
            raise CommandError(
                f"{settings.REFECTORY_KEYS} holds no head office; set REFECTORY_DATA to the folder of the one that is there"
            )
        for path in create_keys():
            self.stdout.write(f"made {path}")
        call_command("migrate", interactive=False)
