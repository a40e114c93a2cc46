"""`seed_demo`: the canteen that `make run` shows, in whatever database head office has. Twice is as good as once."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from journal.files import write_whole
from sales.money import format_minor
from server.catalog.models import Barcode, Store
from server.core.demo.menu import LANGUAGE, ensure_menus
from server.core.demo.people import UNKNOWN_BADGE, WELL_KNOWN, ensure_people, people
from server.core.demo.service import ensure_cashiers, ensure_payers, ensure_quick_keys, ensure_set_menus
from server.core.demo.shop import catalogue_data, ensure_shop
from server.core.text import local
from server.guests.models import Guest

CROWD_MINOR = 2500
"""Who has at least this much can be one of the crowd that eats while somebody else looks on."""


class Command(BaseCommand):
    """Fills head office with the demonstration and tells which badges and barcodes are worth trying."""

    help = "Fill head office with an invented canteen: menus of this week and the next, 300 guests, badges. Idempotent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--badges-json",
            type=Path,
            metavar="FILE",
            help="write badges, barcodes and cashiers worth trying to this file (mode 0600: it holds their PINs)",
        )
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day the menus are laid around (default: today)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        data = catalogue_data()
        service = data["service"]
        with transaction.atomic():
            store = ensure_shop(data)
            ensure_payers(store, service)
            today = options["today"] or datetime.now(ZoneInfo(store.timezone)).date()
            report = ensure_menus(store, data, today)
            ensure_set_menus(store, service)
            ensure_quick_keys(store, service)
            ensure_cashiers(store, service)
            guests = ensure_people(store, today)
        if options["badges_json"]:
            text = json.dumps(_worth_trying(store, service), ensure_ascii=False, indent=2) + "\n"
            write_whole(options["badges_json"], text.encode())
        self.stdout.write(
            f"{store.name}: {report.new_articles} new articles, {report.new_entries} new menu entries, {guests} new guests"
        )


def _worth_trying(store: Store, service: dict[str, Any]) -> dict[str, Any]:
    balances = dict(Guest.objects.values_list("pk", "balance_minor"))
    badges = []
    for person in WELL_KNOWN:
        balance = format_minor(balances[person.guest_id], store.currency, "en")
        badges.append({"label": f"{person.name}: {person.remark}, {balance}", "number": person.badge, "role": "guest"})
        if person.lost_badge:
            badges.append(
                {"label": f"{person.name}: lost badge, replaced", "number": person.lost_badge, "role": "guest"}
            )
    for cashier in service["cashiers"]:
        badges.append({"label": f"{cashier['name']}: {cashier['role']}", "number": cashier["badge"], "role": "cashier"})
    badges.append({"label": "A badge nobody knows", "number": UNKNOWN_BADGE, "role": "guest"})
    on_sale = Barcode.objects.filter(article__menu_entries__store=store).distinct().select_related("article")
    barcodes = [{"label": _name(code), "code": code.code} for code in on_sale.order_by("code")]
    barcodes.append({"label": "A barcode nobody knows", "code": "2999999999991"})
    cashiers = [{key: item[key] for key in ("code", "name", "role", "pin", "badge")} for item in service["cashiers"]]
    crowd = [person.badge for person in people() if not person.remark and person.balance_minor >= CROWD_MINOR]
    return {"badges": badges, "barcodes": barcodes, "cashiers": cashiers, "crowd": crowd}


def _name(code: Barcode) -> str:
    names: dict[str, str] = code.article.name
    return names.get("en") or local(names, names.get(LANGUAGE, code.code))
