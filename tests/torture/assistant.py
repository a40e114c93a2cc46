"""Somebody at head office, for the harness: founds the canteen, then tops accounts up and changes prices when told to.

Reads one JSON list a line, the name of what to do and its arguments, and answers one JSON line: {"done": ...} or {"error": ...}.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import override_settings  # noqa: E402

from server.catalog.models import GuestCategory, Price, Store  # noqa: E402
from server.guests.ledger import post  # noqa: E402
from server.guests.models import Badge, Guest, LedgerEntry  # noqa: E402
from server.menus.models import ClosedDay, MenuEntry  # noqa: E402
from tests.torture.facts import CREDIT_MINOR, HOT_GUESTS, OFFLINE_LIMIT_MINOR, STORE  # noqa: E402

CROWD = 60
DAYS_AROUND = 4
ENOUGH_MINOR = 4000


def found(folder: str) -> None:
    """Make the demonstration's canteen in an empty database, and people.json in `folder`.

    Every day around today has the same menu, nothing runs out, lunch lasts all day, and a few employees whose badges are
    shown everywhere have little money.
    """
    badges = Path(folder) / "badges.json"
    for words in (["init_keys"], ["migrate", "--no-input"], ["seed_demo", "--badges-json", str(badges)]):
        call_command(*words)
    store = Store.objects.get(code=STORE)
    _same_menu_every_day(store)
    store.service_periods.filter(code="lunch").update(start=time(0, 0), end=time(23, 59))
    store.service_periods.exclude(code="lunch").update(start=time(23, 59), end=time(23, 59))
    GuestCategory.objects.update(offline_limit_minor=OFFLINE_LIMIT_MINOR)
    GuestCategory.objects.filter(code="student").update(offline_policy=GuestCategory.Offline.FEED_FIRST)
    known = json.loads(badges.read_text())
    supervisor = next(item["badge"] for item in known["cashiers"] if item["role"] == "supervisor")
    numbers = known["crowd"][:CROWD]
    guest_of = dict(Badge.objects.filter(number__in=numbers).values_list("number", "guest_id"))
    employees = set(Guest.objects.filter(category__code="employee", payer=None).values_list("pk", flat=True))
    hot = [number for number in numbers if guest_of[number] in employees][:HOT_GUESTS]
    Guest.objects.filter(pk__in=[guest_of[number] for number in hot]).update(credit_limit_minor=CREDIT_MINOR)
    post(
        [
            LedgerEntry(
                guest_id=guest_of[number], amount_minor=ENOUGH_MINOR, kind=LedgerEntry.Kind.TOP_UP, note="start"
            )
            for number in numbers
            if number not in hot
        ]
    )
    call_command("publish", "--store", STORE)
    people = {"cashier": supervisor, "crowd": [n for n in numbers if n not in hot], "hot": hot, "guest_of": guest_of}
    (Path(folder) / "people.json").write_text(json.dumps(people))


def _same_menu_every_day(store: Store) -> None:
    today = datetime.now(ZoneInfo(store.timezone)).date()
    monday = today - timedelta(days=today.weekday())
    articles = list(MenuEntry.objects.filter(store=store, date=monday).values_list("article", "position"))
    ClosedDay.objects.all().delete()
    MenuEntry.objects.all().delete()
    MenuEntry.objects.bulk_create(
        MenuEntry(store=store, date=today + timedelta(days=day), article_id=article, position=position)
        for day in range(-DAYS_AROUND, DAYS_AROUND + 1)
        for article, position in articles
    )


def enrol(requests: dict[str, Any]) -> None:
    """Enrol terminals: by the file of the request, the file to write and the ports of broker and web on their lines."""
    for request, (out, broker_port, web_port) in requests.items():
        ways = {"REFECTORY_BROKER": f"127.0.0.1:{broker_port}", "REFECTORY_URL": f"http://127.0.0.1:{web_port}"}
        with override_settings(**ways):
            call_command("enrol", "--request", request, "--store", STORE, "--role", "till", "--out", out)


def top_up(guest: str, amount_minor: int, note: str) -> None:
    """Put money onto an account."""
    post([LedgerEntry(guest_id=guest, amount_minor=amount_minor, kind=LedgerEntry.Kind.TOP_UP, note=note)])


def dearer(by_minor: int) -> None:
    """Change a price, which is published as a new revision."""
    price = Price.objects.order_by("pk").first()
    if price is not None:
        price.amount_minor += by_minor
        price.save()


DEEDS = {"found": found, "enrol": enrol, "top_up": top_up, "dearer": dearer}


def main() -> None:
    """Do what is asked until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        answer: dict[str, Any] = {"done": name}
        try:
            DEEDS[name](*arguments)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
            traceback.print_exc()
        finally:
            connection.close()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
