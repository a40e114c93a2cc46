"""Imports every feed of a folder, reads everything back and prints what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.apps import apps

from server.catalog.models import Company, Store, TaxClass
from server.menus import eat_api, openmensa, readback
from server.menus.dish import legend_of, read_dish
from server.menus.feed import Feed, FeedError
from server.menus.importer import Report, import_feed
from server.menus.shelves import digest, slug

SOURCE = "check"
_COLUMNS = (
    "feed",
    "days",
    "closed",
    "meals",
    "prices",
    "per 100 g",
    "allergens",
    "not stated",
    "doubts",
    "articles",
    "again",
    "losses",
)
_SHOWN_LOSSES = 10

_Parse = Callable[[bytes, str], Feed]
_ReadBack = Callable[[bytes], readback.Contents]
KINDS: dict[str, tuple[_Parse, _ReadBack]] = {
    ".xml": (openmensa.parse, readback.read_openmensa),
    ".json": (eat_api.parse, readback.read_eat_api),
}
"""How a file is read, by its suffix: OpenMensa v2 feeds and weeks of the eat-api."""


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]
    losses: tuple[str, ...]


def check_folder(folder: Path, out: TextIO, err: TextIO) -> int:
    """Check all feeds of `folder` in the database of this process, which must be a scratch one.

    Prints a table to `out`, and losses and broken feeds to `err`. Returns 0 when every feed went in whole, else 1.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix in KINDS) if folder.is_dir() else []
    if not paths:
        err.write(f"{folder}: there is no feed (*.xml, *.json) in this folder\n")
        return 1
    company = Company.objects.create(code="scratch", name="Scratch")
    TaxClass.objects.create(code="food", name={"en": "Food"})
    rows: list[Row] = []
    broken = 0
    for path in paths:
        before = row_counts()
        try:
            rows.append(_check(path, company))
        except FeedError as error:
            broken += 1
            unchanged = "nothing was changed" if row_counts() == before else "YET ROWS HAVE CHANGED"
            err.write(f"broken: {error} ({unchanged})\n")
    if rows:
        _print(rows, out)
    for row in rows:
        for loss in row.losses[:_SHOWN_LOSSES]:
            err.write(f"lost: {row.cells[0]}: {loss}\n")
        if len(row.losses) > _SHOWN_LOSSES:
            err.write(f"lost: {row.cells[0]}: and {len(row.losses) - _SHOWN_LOSSES} more\n")
    lost = sum(len(row.losses) for row in rows)
    out.write(f"{len(rows)} feeds imported, {broken} broken, {lost} losses\n")
    return 1 if broken or lost else 0


def row_counts() -> dict[str, int]:
    """How many rows each table of master data and menus has."""
    models = [model for label in ("catalog", "menus") for model in apps.get_app_config(label).get_models()]
    return {model.__name__: model._default_manager.count() for model in models}


def _check(path: Path, company: Company) -> Row:
    parse, read_back = KINDS[path.suffix]
    data = path.read_bytes()
    feed = parse(data, path.name)
    code = f"{slug(path.stem)[:31].strip('-') or 'feed'}-{digest([path.name], 6)}"
    store, _ = Store.objects.get_or_create(
        code=code, defaults={"company": company, "name": path.stem, "languages": ["de"]}
    )
    first = import_feed(feed, store, source=SOURCE)
    lost = readback.losses(read_back(data), store, SOURCE)
    before = row_counts()
    again = import_feed(parse(data, path.name), store, source=SOURCE)
    if again.changes or row_counts() != before:
        lost.append(f"the second import of the same feed changed {again.changes} things")
    return Row(_cells(path.name, feed, first, again, lost), tuple(lost))


def _cells(name: str, feed: Feed, first: Report, again: Report, lost: list[str]) -> tuple[str, ...]:
    legend = legend_of(feed)
    dishes = [read_dish(meal, legend) for day in feed.days for category in day.categories for meal in category.meals]
    figures = (
        first.days,
        first.closed_days,
        first.meals,
        sum(len(dish.prices) for dish in dishes),
        sum(dish.unit.value == "per_100_g" for dish in dishes),
        sum(len(dish.allergens.contains) for dish in dishes),
        sum(not dish.allergens.stated for dish in dishes),
        first.doubts,
        first.new_articles,
        again.changes,
        len(lost),
    )
    return (name, *(str(figure) for figure in figures))


def _print(rows: list[Row], out: TextIO) -> None:
    table = [_COLUMNS, *(row.cells for row in rows)]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(_COLUMNS))]
    for number, cells in enumerate(table):
        first, *rest = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        out.write("  ".join([first, *rest]) + "\n")
        if number == 0:
            out.write("  ".join("-" * width for width in widths) + "\n")
