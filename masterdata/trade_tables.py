"""Payers, meal terms, set menus and quick keys as rows of a catalogue file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sales.catalogue import Catalogue
from sales.funding import MealTerms, Payer
from sales.menus import MenuSlot, SetMenu, SetMenuPrice
from sales.quick_keys import QuickKey, QuickKeyLayout

Row = Mapping[str, Any]
Table = tuple[str, dict[str, type], Iterable[dict[str, Any]]]
"""Name, columns and rows."""

_TERMS: dict[str, type] = {
    "id": str,
    "guest_category_id": str,
    "payer_id": str,
    "service_period_id": str,
    "fee_minor": int,
    "fee_tax_class_id": str,
    "share_minor": int,
    "valid_from": str,
    "valid_to": str,
}
_KEY = ("page", "row", "column", "article_id", "set_menu_id", "label", "tint")


def tables(catalogue: Catalogue) -> Iterator[Table]:
    """Return the tables with their rows, in the catalogue's order."""
    yield (
        "payer",
        {"id": str, "name": str, "tax_class_id": str},
        ({"id": payer.id, "name": dump(payer.name), "tax_class_id": payer.tax_class_id} for payer in catalogue.payers),
    )
    yield "meal_terms", _TERMS, (_terms_row(terms) for terms in catalogue.meal_terms)
    yield (
        "set_menu",
        {"id": str, "name": str, "slots": str, "prices": str},
        (
            {
                "id": menu.id,
                "name": dump(menu.name),
                "slots": dump([_slot(slot) for slot in menu.slots]),
                "prices": dump([[price.guest_category_id, price.amount_minor] for price in menu.prices]),
            }
            for menu in catalogue.set_menus
        ),
    )
    yield (
        "quick_key_layout",
        {"id": str, "name": str, "columns": int, "rows": int, "terminal_ids": str, "keys": str},
        (
            {
                "id": layout.id,
                "name": layout.name,
                "columns": layout.columns,
                "rows": layout.rows,
                "terminal_ids": dump(layout.terminal_ids),
                "keys": dump([_key(key) for key in layout.keys]),
            }
            for layout in catalogue.quick_key_layouts
        ),
    )


def payers(rows: Iterable[Row]) -> tuple[Payer, ...]:
    """Return the payers of their rows."""
    return tuple(Payer(row["id"], json.loads(row["name"]), row["tax_class_id"]) for row in rows)


def meal_terms(rows: Iterable[Row]) -> tuple[MealTerms, ...]:
    """Return the meal terms of their rows."""
    return tuple(
        MealTerms(
            **{name: row[name] for name in _TERMS if not name.startswith("valid_")},
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in rows
    )


def set_menus(rows: Iterable[Row]) -> tuple[SetMenu, ...]:
    """Return the set menus of their rows."""
    return tuple(
        SetMenu(
            row["id"],
            json.loads(row["name"]),
            tuple(
                MenuSlot(slot["name"], frozenset(slot["articles"]), frozenset(slot["categories"]))
                for slot in json.loads(row["slots"])
            ),
            tuple(SetMenuPrice(*price) for price in json.loads(row["prices"])),
        )
        for row in rows
    )


def quick_key_layouts(rows: Iterable[Row]) -> tuple[QuickKeyLayout, ...]:
    """Return the layouts of their rows."""
    return tuple(
        QuickKeyLayout(
            id=row["id"],
            name=row["name"],
            columns=row["columns"],
            rows=row["rows"],
            terminal_ids=tuple(json.loads(row["terminal_ids"])),
            keys=tuple(QuickKey(**key) for key in json.loads(row["keys"])),
        )
        for row in rows
    )


def dump(value: Any) -> str:
    """Return the value as JSON; mappings by key."""
    return json.dumps(dict(value) if isinstance(value, Mapping) else value, ensure_ascii=False, sort_keys=True)


def _terms_row(terms: MealTerms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in _TERMS} | {
        "valid_from": terms.valid_from.isoformat(),
        "valid_to": terms.valid_to.isoformat() if terms.valid_to else None,
    }


def _slot(slot: MenuSlot) -> dict[str, Any]:
    return {
        "name": dict(slot.name),
        "articles": sorted(slot.article_ids),
        "categories": sorted(slot.category_ids),
    }


def _key(key: QuickKey) -> dict[str, Any]:
    return {name: getattr(key, name) for name in _KEY} | {"label": dict(key.label) if key.label else None}
