"""`spool`: take in what terminals send."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from journal.keys import KeyFileError
from server.core.broker_address import BrokerSetting, broker_address
from server.core.keys import KeysMissing, load_keys
from server.spool.connection import client_name, tls_context
from server.spool.lock import SpoolLock
from server.spool.worker import Spool


class Command(BaseCommand):
    """Runs the spool until SIGTERM or SIGINT."""

    help = "Take in journal entries from the broker, acknowledge them, publish revisions and accounts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--shard", default="+", help="shard to work for (all of them)")

    def handle(self, *_args: Any, **options: Any) -> None:
        shard = options["shard"]
        try:
            broker = broker_address()
            keys = load_keys()
            certificates = settings.REFECTORY_KEYS if broker.tls else None
            if certificates:
                for job in ("spool", "authorise"):
                    tls_context(certificates, client_name(job, shard))
        except (BrokerSetting, KeysMissing, KeyFileError) as error:
            raise CommandError(str(error)) from error
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stop.set())
        lock = SpoolLock(shard, settings.REFECTORY_DATA)
        Spool(broker.host, broker.port, keys, lock, shard, certificates).run(stop)
