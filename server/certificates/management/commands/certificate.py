"""`certificate`: make the certificate of a server or of a worker of head office."""

import re
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from journal.keys import KeyFileError
from server.certificates.broker import refresh_after_commit
from server.certificates.issuing import record
from server.certificates.models import Certificate
from server.core.authority import AuthorityError, certificate_files, key_pem, new_key, pem
from server.core.keys import KeysMissing, load_authority
from server.core.private_files import write_private

CLIENT_NAME = re.compile(r"[a-z]+\.[a-z0-9][a-z0-9-]*")


class Command(BaseCommand):
    """Makes a key and a certificate over it in REFECTORY_DATA/keys/tls."""

    help = (
        "Make a key and a certificate in REFECTORY_DATA/keys/tls: of a server with --name (broker, web), or with --client "
        "of a worker at the broker (spool.all, authorise.all; with a shard's name instead of all for its own worker). "
        "Files of that name are replaced."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", nargs="+", metavar="HOST", help="host names and addresses of a server")
        parser.add_argument("--client", metavar="NAME", help="client id of a worker at the broker")

    def handle(self, *_args: Any, **options: Any) -> None:
        names, client = options["name"], options["client"]
        if bool(names) == bool(client):
            raise CommandError("say either --name HOST ... or --client NAME")
        if client and not CLIENT_NAME.fullmatch(client):
            raise CommandError(f"--client {client!r} must be a job and a shard, such as spool.all")
        key = new_key()
        try:
            authority = load_authority()
            if client:
                made = authority.client_certificate(client, key.public_key())
                record(made, Certificate.Kind.WORKER)
            else:
                made = authority.server_certificate(names, key.public_key())
                record(made, Certificate.Kind.SERVER)
            paths = certificate_files(settings.REFECTORY_KEYS, client or names[0])
            paths[0].parent.mkdir(exist_ok=True, mode=0o700)
            for path, text in zip(paths, (pem(made), key_pem(key)), strict=True):
                write_private(path, text)
        except (KeysMissing, KeyFileError, AuthorityError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        refresh_after_commit()
        for path in paths:
            self.stdout.write(f"made {path}, good until {made.not_valid_after_utc:%Y-%m-%d}")
