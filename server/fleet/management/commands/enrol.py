"""`enrol`: answer a terminal's enrolment request."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from journal.keys import KeyFileError
from mqtt_bridge.wire import save_enrolment
from server.core.broker_address import BrokerSetting
from server.core.keys import KeysMissing, load_authority, load_keys
from server.fleet.enrolment import EnrolmentError, enrol
from server.fleet.models import Terminal


class Command(BaseCommand):
    """Reads the request of `refectory enrol-request` and writes the terminal's enrolment.json."""

    help = "Enrol a terminal: read its request, write its enrolment.json (mode 0600)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--request", type=Path, required=True, help="file printed by refectory enrol-request")
        parser.add_argument("--out", type=Path, required=True, help="enrolment.json for the terminal's data folder")
        parser.add_argument("--store", help="store of a terminal head office does not know yet")
        parser.add_argument("--role", choices=Terminal.Role.values, default=Terminal.Role.KIOSK)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            request = json.loads(options["request"].read_text(encoding="utf-8"))
            enrolment = enrol(request, load_keys(), options["store"], options["role"], load_authority())
            save_enrolment(options["out"], enrolment)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except json.JSONDecodeError as error:
            raise CommandError(f"{options['request']}: not JSON: {error}") from error
        except ValidationError as error:
            raise CommandError(f"{options['request']}: {'; '.join(error.messages)}") from error
        except (EnrolmentError, BrokerSetting, KeysMissing, KeyFileError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"terminal {enrolment.terminal} of store {enrolment.store} enrolled, epoch {enrolment.epoch}")
