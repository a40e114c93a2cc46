"""What head office would send to a kiosk of the demonstration canteen: its menu and its guests, in one folder.

    python -m tools.demonstration FOLDER

Seeds a scratch head office, publishes, and leaves in FOLDER `revision.xml`, `accounts.json` and `enrolment.json`. The
menus lie around `NOW`, so that pictures made from them are the same on every day.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from journal.keys import SigningKey
from masterdata import catalogue_file, revision
from masterdata.accounts_file import AccountsReplica

NOW = datetime(2026, 11, 20, 10, 32, tzinfo=UTC)
SENT_AT = NOW - timedelta(minutes=4)
TERMINAL = "kiosk-1"
STORE = "mensa-am-park"
KEY_FILE = "journal.key"


def send(folder: Path) -> None:
    """Let a head office of its own make the files. Sets up Django in this process."""
    with tempfile.TemporaryDirectory() as office:
        os.environ.update(REFECTORY_DATA=office, DJANGO_SETTINGS_MODULE="server.settings")
        os.environ.pop("DATABASE_URL", None)

        import django
        from django.core.management import call_command

        django.setup()
        call_command("init_keys", verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("seed_demo", today=NOW.date())
        call_command("publish", store=STORE)
        _enrol(folder)

        from server.core.keys import load_keys
        from server.fleet.models import Enrolment
        from server.guests.replica import accounts_document
        from server.replication.models import Revision

        (folder / "revision.xml").write_bytes(bytes(Revision.objects.get().xml))
        document = accounts_document(Enrolment.objects.get().pk, None, load_keys())
        (folder / "accounts.json").write_text(json.dumps(document), encoding="utf-8")


def _enrol(folder: Path) -> None:
    from django.core.management import call_command

    key = SigningKey.generate()
    key.save(folder / KEY_FILE)
    request = folder / "request.json"
    request.write_text(json.dumps({"terminal": TERMINAL, "public_key": key.public.to_base64()}), encoding="utf-8")
    call_command("enrol", request=request, out=folder / "enrolment.json", store=STORE)


def receive(sent: Path, data_dir: Path) -> None:
    """Do what a bridge does with the files in `sent`: build catalogue and guest list in the terminal's folder."""
    catalogue = replace(revision.decode((sent / "revision.xml").read_bytes()), published_at=SENT_AT)
    catalogue_file.build(catalogue, data_dir / "catalogues")
    catalogue_file.set_current(data_dir / "catalogues", catalogue.revision)
    document = msgspec.json.decode((sent / "accounts.json").read_bytes())
    with AccountsReplica(data_dir / "accounts.sqlite") as replica:
        replica.apply(document | {"as_of": SENT_AT.isoformat()})


if __name__ == "__main__":
    send(Path(sys.argv[1]))
