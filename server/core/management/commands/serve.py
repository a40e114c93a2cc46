"""`serve`: the back office and the revisions over HTTP, with TLS unless only this machine is served."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian import Granian
from granian.constants import Interfaces, SSLProtocols

from mqtt_bridge.wire import is_loopback
from server.core.authority import certificate_files


class Command(BaseCommand):
    """Serves head office with granian until interrupted."""

    help = "Serve the back office and the terminals' downloads over HTTP; beyond this machine, over HTTPS only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="TCP port (8000)")
        parser.add_argument(
            "--certificate",
            metavar="HOST",
            help="serve HTTPS with the certificate of this name (see certificate --name)",
        )
        parser.add_argument("--workers", type=int, default=1, help="worker processes (1)")

    def handle(self, *_args: Any, **options: Any) -> None:
        name = options["certificate"]
        if name is None and not is_loopback(options["host"]):
            raise CommandError(
                f"--host {options['host']} can be reached from other machines: make a certificate "
                "(refectory head-office certificate --name HOST) and name it with --certificate HOST"
            )
        certificate, key = certificate_files(settings.REFECTORY_KEYS, name) if name else (None, None)
        for path in (certificate, key):
            if path is not None and not path.is_file():
                raise CommandError(f"{path} is missing; run: refectory head-office certificate --name {name}")
        Granian(
            "server.wsgi:application",
            address=options["host"],
            port=options["port"],
            interface=Interfaces.WSGI,
            workers=options["workers"],
            blocking_threads=4,
            log_access=False,
            ssl_cert=certificate,
            ssl_key=key,
            ssl_protocol_min=SSLProtocols.tls12,
        ).serve()
