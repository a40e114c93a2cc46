"""`certificate`: make the certificate of a server or of a worker of head office."""

import re
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from journal.files import write_whole
from journal.keys import KeyFileError
from server.certificates.broker import refresh_after_commit
from server.certificates.issuing import record
from server.certificates.models import Certificate
from server.core.authority import AuthorityError, certificate_files, key_pem, new_key, pem
from server.core.keys import KeysMissing, load_authority

CLIENT_NAME = re.compile(r"[a-z]+\.[a-z0-9][a-z0-9-]*")


class Command(BaseCommand):
    """Makes a key and a certificate over it in REFECTORY_DATA/keys/tls."""

    help = (
        "Make a key and a certificate in REFECTORY_DATA/keys/tls: of a server with --name (broker, web), or with --client "
        "of workers at the broker (spool.all and authorise.all; with a shard's name instead of all for its own worker). "
        "Files of that name are replaced."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", nargs="+", metavar="HOST", help="host names and addresses of one server")
        parser.add_argument("--client", nargs="+", metavar="NAME", help="client ids of workers at the broker")

    def handle(self, *_args: Any, **options: Any) -> None:
        names, clients = options["name"], options["client"]
        if bool(names) == bool(clients):
            raise CommandError("say either --name HOST ... or --client NAME ...")
        for client in clients or ():
            if not CLIENT_NAME.fullmatch(client):
                raise CommandError(f"--client {client!r} must be a job and a shard, such as spool.all")
        try:
            authority = load_authority()
            if names:
                self._make(names[0], Certificate.Kind.SERVER, partial(authority.server_certificate, names))
            for client in clients or ():
                self._make(client, Certificate.Kind.WORKER, partial(authority.client_certificate, client))
        except (KeysMissing, KeyFileError, AuthorityError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        refresh_after_commit()

    def _make(
        self, name: str, kind: Certificate.Kind, certify: Callable[[ec.EllipticCurvePublicKey], x509.Certificate]
    ) -> None:
        key = new_key()
        made = certify(key.public_key())
        record(made, kind)
        paths = certificate_files(settings.REFECTORY_KEYS, name)
        paths[0].parent.mkdir(exist_ok=True, mode=0o700)
        for path, text in zip(paths, (pem(made), key_pem(key)), strict=True):
            write_whole(path, text.encode())
            self.stdout.write(f"made {path}, good until {made.not_valid_after_utc:%Y-%m-%d}")
