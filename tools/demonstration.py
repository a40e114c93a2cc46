"""What head office would send to terminals of the demonstration canteen: its menu, guests, cashiers and orders, in one folder.

    python -m tools.demonstration FOLDER

Seeds a scratch head office, publishes, and leaves in FOLDER `revision.xml`, and in a folder for each terminal
`accounts.json`, `board.<language>.json`, `enrolment.json` and its key. The menus lie around `NOW`, so that pictures made from them are
the same on every day.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from journal.keys import SigningKey
from masterdata import catalogue_file, revision
from masterdata.accounts_file import AccountsReplica
from masterdata.board_file import board_path, write_board
from mqtt_bridge.local_files import ENROLMENT_FILE, JOURNAL_KEY_FILE
from sales.catalogue import Article, Catalogue

NOW = datetime(2026, 11, 20, 10, 32, tzinfo=UTC)
SENT_AT = NOW - timedelta(minutes=4)
TERMINALS = {
    "kiosk-1": "kiosk",
    "till-1": "till",
    "pickup-1": "pickup",
    "kitchen-1": "pickup",
    "pass-1": "pass_through",
}
STORE = "mensa-am-park"


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
        for terminal, role in TERMINALS.items():
            _enrol(folder / terminal, terminal, role)

        from server.core.keys import load_keys
        from server.fleet.models import Enrolment
        from server.guests.replica import accounts_document
        from server.replication.models import Revision

        (folder / "revision.xml").write_bytes(bytes(Revision.objects.get().xml))
        catalogue = revision.decode((folder / "revision.xml").read_bytes())
        for enrolment in Enrolment.objects.select_related("terminal"):
            document = accounts_document(enrolment.pk, None, load_keys())
            own = folder / enrolment.terminal.code
            (own / "accounts.json").write_text(json.dumps(document), encoding="utf-8")
            for language in catalogue.store.languages:
                board = _board(catalogue, enrolment.terminal.code, language)
                (own / f"board.{language}.json").write_text(json.dumps(board), encoding="utf-8")
        shutil.copytree(Path(office) / "photos", folder / "photos")


def _enrol(folder: Path, terminal: str, role: str) -> None:
    from django.core.management import call_command

    folder.mkdir(parents=True)
    key = SigningKey.generate()
    key.save(folder / JOURNAL_KEY_FILE)
    request = folder / "request.json"
    request.write_text(json.dumps({"terminal": terminal, "public_key": key.public.to_base64()}), encoding="utf-8")
    call_command("enrol", request=request, out=folder / ENROLMENT_FILE, store=STORE, role=role)


def _board(catalogue: Catalogue, terminal: str, language: str) -> dict[str, Any]:
    """Nine orders of the last minutes in `language`, and what is left of the day's menu."""
    menu = catalogue.on_sale(NOW.date())
    cooked = [article for article in menu if article.kitchen]
    orders = []
    for place in range(9):
        dishes = [cooked[place % len(cooked)]] + ([cooked[(place + 1) % len(cooked)]] if place % 3 == 0 else [])
        orders.append(
            {
                "terminal": "kiosk-1",
                "epoch": 1,
                "number": place + 1,
                "pickup_number": 137 + place,
                "state": "ready" if place < 4 else "open",
                "at": _utc(NOW - timedelta(minutes=13 - place, seconds=20)),
                "service": "take_away" if place % 4 == 1 else "eat_in",
                "lines": [
                    {
                        "quantity": 1 + (place == 6),
                        "name": dish.name[language],
                        "detail": _wish(dish, place, language),
                        "kitchen": True,
                    }
                    for dish in dishes
                ],
            }
        )
    left = {article.id: (37 * place + 85) % 90 for place, article in enumerate(menu) if article.days is not None}
    availability = [
        {"article": article_id, "sold_out": portions == 0, "left": portions} for article_id, portions in left.items()
    ]
    return {
        "v": 1,
        "terminal": terminal,
        "epoch": 1,
        "upto": 0,
        "version": 1,
        "as_of": _utc(NOW),
        "business_day": NOW.date().isoformat(),
        "availability": availability,
        "orders": orders,
        "signature": "",
    }


def _wish(dish: Article, place: int, language: str) -> str:
    """The option that a guest chose with a dish that has some; every other guest wants none."""
    options = [option for group in dish.option_groups for option in group.options]
    return options[place // 2 % len(options)].name[language] if options and place % 2 == 0 else ""


def _utc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def receive(sent: Path, own: Path, data_dir: Path, language: str) -> None:
    """Do what a bridge does with the files in `sent` and `own`: catalogue, guest list, photos and board of a terminal.

    The cashiers have no language of their own, so that a till speaks the one it is set to; orders are in `language`.
    """
    catalogue = replace(revision.decode((sent / "revision.xml").read_bytes()), published_at=SENT_AT)
    catalogue_file.build(catalogue, data_dir / "catalogues")
    catalogue_file.set_current(data_dir / "catalogues", catalogue.revision)
    document = msgspec.json.decode((own / "accounts.json").read_bytes())
    document["cashiers"] = [cashier | {"language": ""} for cashier in document["cashiers"]]
    with AccountsReplica(data_dir / "accounts.sqlite") as replica:
        replica.apply(document | {"as_of": SENT_AT.isoformat()})
    write_board(board_path(data_dir), msgspec.json.decode((own / f"board.{language}.json").read_bytes()))
    shutil.copytree(sent / "photos", data_dir / "photos")


if __name__ == "__main__":
    send(Path(sys.argv[1]))
