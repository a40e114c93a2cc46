"""`broker_config`: write everything the broker needs."""

import getpass
import os
import pwd
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from server.certificates.broker import CONFIGURATION, REFRESH_TROUBLE, refresh, write_file
from server.certificates.rules import configuration
from server.core.authority import CA_CERTIFICATE, certificate_files
from server.core.broker_address import BrokerSetting, broker_address


class Command(BaseCommand):
    """Writes mosquitto.conf, access rules, revocation list and certificates; tells a running broker."""

    help = (
        "Write mosquitto.conf, access rules, revocation list and the broker's certificate into a folder, for mosquitto 2.0 "
        "with mutual TLS. A broker that runs with them reads the rules anew; port, address and certificate need a restart."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out", type=Path, default=settings.REFECTORY_BROKER_FILES, help="folder (REFECTORY_BROKER_FILES)"
        )
        parser.add_argument("--name", nargs="+", metavar="HOST", help="names of the broker (host of REFECTORY_BROKER)")
        parser.add_argument("--address", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, help="port to listen on (port of REFECTORY_BROKER)")
        parser.add_argument("--user", help="user the broker runs as (yours; mosquitto if you are root)")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["out"] is None:
            raise CommandError("say where with --out, or set REFECTORY_BROKER_FILES")
        folder = options["out"].resolve()
        user = options["user"] or ("mosquitto" if os.geteuid() == 0 else getpass.getuser())
        try:
            broker = broker_address()
            names = options["name"] or [broker.host]
            for path in (folder, folder / "data"):
                path.mkdir(parents=True, exist_ok=True, mode=0o700)
                if os.geteuid() == 0:
                    # mosquitto 2.0.21 warns of rules whose group is not its user's own.
                    os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid, follow_symlinks=False)
            certificate, key = certificate_files(settings.REFECTORY_KEYS, names[0])
            if not certificate.is_file():
                call_command("certificate", name=names, stdout=self.stdout)
            for source, name in (
                (settings.REFECTORY_KEYS / CA_CERTIFICATE, "ca.crt"),
                (certificate, "server.crt"),
                (key, "server.key"),
            ):
                write_file(folder / name, source.read_text())
            text = configuration(folder, user, options["address"], options["port"] or broker.port)
            write_file(folder / CONFIGURATION, text)
            done = refresh(folder)
        except LookupError as error:
            raise CommandError(f"--user {user}: there is no such user") from error
        except (BrokerSetting, *REFRESH_TROUBLE) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self.stdout.write(f"wrote {folder}; start the broker with: mosquitto -c {folder / CONFIGURATION}")
        if done.loaded:
            self.stdout.write("the running broker was told")
        for name in done.ended:
            self.stdout.write(f"the connection of {name} was ended")
