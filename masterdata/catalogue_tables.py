"""The tables of a catalogue file. Rows keep the catalogue's order; lists and texts are JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

from masterdata import trade_tables
from masterdata.errors import RevisionError
from masterdata.trade_tables import Row, Table, dump
from sales.catalogue import (
    Allergen,
    Allergens,
    Article,
    Catalogue,
    Category,
    GuestCategory,
    Option,
    OptionGroup,
    Price,
    ServicePeriod,
    Store,
    Unit,
)
from sales.errors import SalesError
from sales.offline import DEFAULT_OFFLINE, OfflineKind, OfflinePolicy
from sales.receipt import ReceiptRule
from sales.tax import TaxClass, TaxRate

FORMAT = 2


def write(catalogue: Catalogue, path: Path) -> None:
    """Write all tables into a new file at `path` (rollback journal, so that one file is all there is)."""
    from sqlite_utils import Database

    db = Database(path)
    try:
        db.execute("PRAGMA journal_mode=DELETE")
        db.execute("PRAGMA synchronous=FULL")
        with db.atomic():
            for name, columns, rows in _tables(catalogue):
                table = db.table(name)
                table.create(columns, strict=True)
                table.insert_all(rows)
    finally:
        db.close()


def read(path: Path) -> Catalogue:
    """Read the file back. Raises `FileNotFoundError`, or `RevisionError` when it is not a catalogue file."""
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such catalogue file")
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        try:
            return _catalogue(lambda name: connection.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall())  # noqa: S608 (names of this file)
        except (sqlite3.DatabaseError, SalesError, LookupError, ValueError) as problem:
            raise RevisionError(f"{path}: not a catalogue file: {problem}") from problem


def _tables(catalogue: Catalogue) -> Iterable[Table]:
    store = catalogue.store
    yield (
        "revision",
        {"format": int, "revision": int, "published_at": str, "cash_rounding_minor": int},
        [
            {
                "format": FORMAT,
                "revision": catalogue.revision,
                "published_at": catalogue.published_at.isoformat(),
                "cash_rounding_minor": catalogue.cash_rounding_minor,
            }
        ],
    )
    store_row = {name: getattr(store, name) for name in _STORE} | {
        "languages": dump(store.languages),
        "receipt": store.receipt.value,
        "hide_balance": int(store.hide_balance),
    }
    yield "store", dict.fromkeys([*_STORE, "languages", "receipt"], str) | {"hide_balance": int}, [store_row]
    yield (
        "tax_class",
        {"id": str, "name": str, "rates": str},
        (
            {
                "id": tax_class.id,
                "name": dump(tax_class.name),
                "rates": dump([[r.valid_from.isoformat(), r.eat_in_bp, r.take_away_bp] for r in tax_class.rates]),
            }
            for tax_class in catalogue.tax_classes
        ),
    )
    yield (
        "guest_category",
        {"id": str, "name": str, "offline": str, "offline_limit_minor": int},
        (
            {
                "id": category.id,
                "name": dump(category.name),
                "offline": category.offline.kind.value,
                "offline_limit_minor": category.offline.limit_minor,
            }
            for category in catalogue.guest_categories
        ),
    )
    yield (
        "service_period",
        {"id": str, "name": str, "start": str, "end": str},
        (
            {"id": period.id, "name": dump(period.name), "start": period.start, "end": period.end}
            for period in catalogue.service_periods
        ),
    )
    yield (
        "category",
        {"id": str, "name": str, "tint": str, "position": int, "is_meal": int},
        (
            {
                "id": category.id,
                "name": dump(category.name),
                "tint": category.tint,
                "position": category.position,
                "is_meal": int(category.is_meal),
            }
            for category in catalogue.categories
        ),
    )
    yield "article", _ARTICLE, (_article_row(article) for article in catalogue.articles)
    yield "price", _PRICE, (_price_row(price) for price in catalogue.prices)
    yield from trade_tables.tables(catalogue)


_STORE = ("id", "name", "company", "currency", "country", "timezone")
_ARTICLE: dict[str, type] = {
    "id": str,
    "plu": int,
    "barcodes": str,
    "name": str,
    "description": str,
    "category_id": str,
    "unit": str,
    "tax_class_id": str,
    "allergens": str,
    "diets": str,
    "notes": str,
    "picture": str,
    "option_groups": str,
    "days": str,
    "sold_out": int,
    "portions_left": int,
    "kitchen": int,
}
_PRICE: dict[str, type] = {
    "article_id": str,
    "guest_category_id": str,
    "store_id": str,
    "amount_minor": int,
    "base_minor": int,
    "valid_from": str,
    "valid_to": str,
}


def _article_row(article: Article) -> dict[str, Any]:
    """`allergens` NULL means nobody stated them; `days` NULL means every day."""
    groups = [
        {
            "id": group.id,
            "name": dict(group.name),
            "minimum": group.minimum,
            "maximum": group.maximum,
            "options": [{"id": o.id, "name": dict(o.name), "price_minor": o.price_minor} for o in group.options],
        }
        for group in article.option_groups
    ]
    stated = article.allergens
    return {
        "id": article.id,
        "plu": article.plu,
        "barcodes": dump(article.barcodes),
        "name": dump(article.name),
        "description": dump(article.description),
        "category_id": article.category_id,
        "unit": article.unit.value,
        "tax_class_id": article.tax_class_id,
        "allergens": dump([a.value for a in Allergen if a in stated.contains]) if stated.stated else None,
        "diets": dump(sorted(article.diets)),
        "notes": dump(article.notes),
        "picture": article.picture,
        "option_groups": dump(groups),
        "days": None if article.days is None else dump([day.isoformat() for day in sorted(article.days)]),
        "sold_out": int(article.sold_out),
        "portions_left": article.portions_left,
        "kitchen": int(article.kitchen),
    }


def _price_row(price: Price) -> dict[str, Any]:
    return {name: getattr(price, name) for name in _PRICE} | {
        "valid_from": price.valid_from.isoformat(),
        "valid_to": price.valid_to.isoformat() if price.valid_to else None,
    }


def _catalogue(rows: Callable[[str], list[Row]]) -> Catalogue:
    revision, store = rows("revision")[0], rows("store")[0]
    if revision["format"] != FORMAT:
        raise ValueError(f"revision.format is {revision['format']}, this version reads {FORMAT}")
    return Catalogue(
        revision=revision["revision"],
        published_at=datetime.fromisoformat(revision["published_at"]),
        store=Store(
            **{name: store[name] for name in _STORE},
            languages=tuple(json.loads(store["languages"])),
            receipt=ReceiptRule(store["receipt"]),
            hide_balance=bool(store["hide_balance"]),
        ),
        categories=tuple(
            Category(row["id"], json.loads(row["name"]), row["tint"], row["position"], bool(row["is_meal"]))
            for row in rows("category")
        ),
        articles=tuple(_article(row) for row in rows("article")),
        prices=tuple(_price(row) for row in rows("price")),
        tax_classes=tuple(
            TaxClass(
                row["id"],
                json.loads(row["name"]),
                tuple(TaxRate(date.fromisoformat(day), *rates) for day, *rates in json.loads(row["rates"])),
            )
            for row in rows("tax_class")
        ),
        guest_categories=tuple(_guest_category(row) for row in rows("guest_category")),
        service_periods=tuple(
            ServicePeriod(row["id"], json.loads(row["name"]), row["start"], row["end"])
            for row in rows("service_period")
        ),
        cash_rounding_minor=revision["cash_rounding_minor"],
        payers=trade_tables.payers(rows("payer")),
        meal_terms=trade_tables.meal_terms(rows("meal_terms")),
        set_menus=trade_tables.set_menus(rows("set_menu")),
        quick_key_layouts=trade_tables.quick_key_layouts(rows("quick_key_layout")),
    )


def _guest_category(row: Row) -> GuestCategory:
    """Files built before categories had a policy do not have its columns."""
    columns = row.keys()
    offline = (
        OfflinePolicy(OfflineKind(row["offline"]), row["offline_limit_minor"])
        if "offline" in columns
        else DEFAULT_OFFLINE
    )
    return GuestCategory(row["id"], json.loads(row["name"]), offline)


def _article(row: Row) -> Article:
    groups = tuple(
        OptionGroup(
            group["id"],
            group["name"],
            group["minimum"],
            group["maximum"],
            tuple(Option(**option) for option in group["options"]),
        )
        for group in json.loads(row["option_groups"])
    )
    contains = None if row["allergens"] is None else frozenset(Allergen(name) for name in json.loads(row["allergens"]))
    days = None if row["days"] is None else frozenset(date.fromisoformat(day) for day in json.loads(row["days"]))
    return Article(
        id=row["id"],
        plu=row["plu"],
        barcodes=tuple(json.loads(row["barcodes"])),
        name=json.loads(row["name"]),
        description=json.loads(row["description"]),
        category_id=row["category_id"],
        unit=Unit(row["unit"]),
        tax_class_id=row["tax_class_id"],
        allergens=Allergens(stated=contains is not None, contains=contains or frozenset()),
        diets=frozenset(json.loads(row["diets"])),
        notes=tuple(json.loads(row["notes"])),
        picture=row["picture"],
        option_groups=groups,
        days=days,
        sold_out=bool(row["sold_out"]),
        portions_left=row["portions_left"],
        kitchen=bool(row["kitchen"]),
    )


def _price(row: Row) -> Price:
    fields = {name: row[name] for name in _PRICE}
    fields["valid_from"] = date.fromisoformat(row["valid_from"])
    fields["valid_to"] = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    return Price(**fields)
