"""`init_keys`: make head office's keys."""

from typing import Any

from django.core.management.base import BaseCommand

from server.core.keys import create_keys


class Command(BaseCommand):
    """Makes the keys that are missing; never replaces one."""

    help = "Make head office's keys in REFECTORY_DATA/keys (mode 0600); existing keys stay."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        made = create_keys()
        for path in made:
            self.stdout.write(f"made {path}")
        if not made:
            self.stdout.write("all keys are there already")
