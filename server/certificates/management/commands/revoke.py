"""`revoke`: believe a terminal, or one certificate, no more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from server.certificates.models import Certificate
from server.certificates.revoking import revoke_certificates, revoke_terminals
from server.fleet.models import Terminal


class Command(BaseCommand):
    """Revokes the keys of a terminal, or a certificate."""

    help = (
        "Believe the keys of a terminal no more (lost, stolen, copied); it is enrolled anew with new keys. Or, with "
        "--certificate, one certificate by its serial number in hex digits. A broker whose files are in "
        "REFECTORY_BROKER_FILES is told at once."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--terminal", metavar="CODE", help="the terminal")
        parser.add_argument("--certificate", metavar="SERIAL", help="serial number of a certificate")

    def handle(self, *_args: Any, **options: Any) -> None:
        code, serial = options["terminal"], options["certificate"]
        if bool(code) == bool(serial):
            raise CommandError("say either --terminal CODE or --certificate SERIAL")
        trouble: list[str] = []
        if code:
            terminals = list(Terminal.objects.filter(code=code))
            if not terminals:
                raise CommandError(f"there is no terminal {code}")
            revoke_terminals(terminals, trouble.append)
            self.stdout.write(f"the keys of {code} are revoked; enrol it anew with new keys")
        else:
            found = list(Certificate.objects.filter(serial=serial.lower().replace(":", "").lstrip("0")))
            if not found:
                raise CommandError(f"there is no certificate {serial}")
            revoke_certificates(found, trouble.append)
            self.stdout.write(f"the certificate {serial} of {found[0].name} is revoked")
        if trouble:
            raise CommandError(f"revoked, but the broker was not told: {trouble[0]}")
