"""`spool`: take in what terminals send."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from journal.keys import KeyFileError
from server.core.keys import KeysMissing, load_keys
from server.spool.lock import SpoolLock
from server.spool.worker import Spool


class Command(BaseCommand):
    """Runs the spool until SIGTERM or SIGINT."""

    help = "Take in journal entries from the broker, acknowledge them, publish revisions and accounts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--shard", default="+", help="shard to work for (all of them)")

    def handle(self, *_args: Any, **options: Any) -> None:
        host, _colon, port = settings.REFECTORY_BROKER.rpartition(":")
        if not host or not port.isdecimal():
            raise CommandError(f"REFECTORY_BROKER must be host:port, not {settings.REFECTORY_BROKER!r}")
        try:
            keys = load_keys()
        except (KeysMissing, KeyFileError) as error:
            raise CommandError(str(error)) from error
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stop.set())
        shard = options["shard"]
        Spool(host, int(port), keys, SpoolLock(shard, settings.REFECTORY_DATA), shard).run(stop)
