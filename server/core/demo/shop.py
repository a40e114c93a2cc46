"""The canteen of the demonstration: company, store, taxes, categories and what they are called."""

from __future__ import annotations

import json
from datetime import date, time
from pathlib import Path
from typing import Any

from server.catalog.models import Category, Company, GuestCategory, ServicePeriod, Store, TaxClass, TaxRate
from server.menus.importer import GUEST_CATEGORIES

STORE = "mensa-am-park"
FED_FIRST = frozenset({"student"})
"""Guest categories that get their meal whatever fails."""
FOLDER = Path(__file__).parent


MEAL_SERVICES = (
    (
        "night",
        {"en": "Night shift", "fr": "Équipe de nuit", "de": "Nachtschicht", "es": "Turno de noche"},
        time(0),
        time(5),
    ),
    ("breakfast", {"en": "Breakfast", "fr": "Petit-déjeuner", "de": "Frühstück", "es": "Desayuno"}, time(5), time(11)),
    ("lunch", {"en": "Lunch", "fr": "Déjeuner", "de": "Mittagessen", "es": "Almuerzo"}, time(11), time(14, 30)),
    ("dinner", {"en": "Dinner", "fr": "Dîner", "de": "Abendessen", "es": "Cena"}, time(14, 30), time(23, 59)),
)
"""Somebody eats at any hour, so that the demonstration can be looked at at any hour."""


def catalogue_data() -> dict[str, Any]:
    """Names in four languages, pictures, options, barcodes and taxes of the demonstration; under `service` who pays, set
    menus, quick keys and cashiers."""
    data: dict[str, Any] = json.loads((FOLDER / "catalogue.json").read_text(encoding="utf-8"))
    return data


def ensure_shop(data: dict[str, Any]) -> Store:
    """Make what is missing of the shop and leave alone what is there."""
    company, _ = Company.objects.get_or_create(code="park-gastronomie", defaults={"name": "Park-Gastronomie gGmbH"})
    store, _ = Store.objects.get_or_create(
        code=STORE,
        defaults={
            "company": company,
            "name": "Mensa am Park",
            "currency": "EUR",
            "country": "DE",
            "timezone": "Europe/Berlin",
            "languages": ["en", "fr", "de", "es"],
            "address": ["Parkallee 12", "12345 Musterstadt"],
        },
    )
    for code in ("student", "employee", "guest"):
        policy = GuestCategory.Offline.FEED_FIRST if code in FED_FIRST else GuestCategory.Offline.REFUSE
        GuestCategory.objects.get_or_create(
            code=code, defaults={"name": GUEST_CATEGORIES[code], "offline_policy": policy}
        )
    for item in data["tax_classes"]:
        _ensure_tax_class(item)
    for position, item in enumerate(data["categories"], start=1):
        Category.objects.get_or_create(
            code=item["code"],
            defaults={
                "name": item["name"],
                "tint": item["tint"],
                "position": position,
                "is_meal": item.get("is_meal", False),
            },
        )
    for code, name, start, end in MEAL_SERVICES:
        ServicePeriod.objects.get_or_create(store=store, code=code, defaults={"name": name, "start": start, "end": end})
    return store


def _ensure_tax_class(item: dict[str, Any]) -> None:
    tax_class, made = TaxClass.objects.get_or_create(code=item["code"], defaults={"name": item["name"]})
    if made:
        for valid_from, eat_in_bp, take_away_bp in item["rates"]:
            TaxRate.objects.create(
                tax_class=tax_class,
                valid_from=date.fromisoformat(valid_from),
                eat_in_bp=eat_in_bp,
                take_away_bp=take_away_bp,
            )
