"""`serve`: the back office and the revisions over HTTP."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from granian import Granian
from granian.constants import Interfaces


class Command(BaseCommand):
    """Serves head office with granian until interrupted."""

    help = "Serve the back office and the terminals' downloads over HTTP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="TCP port (8000)")
        parser.add_argument("--workers", type=int, default=1, help="worker processes (1)")

    def handle(self, *_args: Any, **options: Any) -> None:
        Granian(
            "server.wsgi:application",
            address=options["host"],
            port=options["port"],
            interface=Interfaces.WSGI,
            workers=options["workers"],
            blocking_threads=4,
            log_access=False,
        ).serve()
