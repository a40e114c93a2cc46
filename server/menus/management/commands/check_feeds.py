"""`check_feeds DIR`: import every menu feed of a folder into a scratch head office and show what was lost, if anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

import server


class Command(BaseCommand):
    """Runs `server.menus.scratch` in a process of its own, so that no setting leads to the real database."""

    help = "Import every menu feed of a folder into a scratch head office and show meals, prices and losses per feed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory",
            type=Path,
            metavar="DIR",
            help="folder with OpenMensa v2 feeds (*.xml) and eat-api weeks (*.json)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        root = str(Path(server.__file__).resolve().parents[1])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}
        process = subprocess.run(
            [sys.executable, "-m", "server.menus.scratch", str(options["directory"].resolve())],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.stdout.write(process.stdout, ending="")
        self.stderr.write(process.stderr, ending="")
        if process.returncode:
            sys.exit(process.returncode)
