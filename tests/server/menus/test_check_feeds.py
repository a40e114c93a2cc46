"""`make check-feeds`: a scratch head office that takes every feed of a folder and owns up to every loss."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from server.catalog.models import Article, Price, Store
from server.menus import openmensa, readback
from server.menus.checking import check_folder
from server.menus.importer import import_feed
from server.menus.models import ClosedDay, MenuEntry, MenuSource

ROOT = Path(__file__).parents[3]

Feed = Callable[..., bytes]
Meal = Callable[..., str]


def check(folder: Path) -> tuple[int, str, str]:
    command = [sys.executable, "manage.py", "check_feeds", str(folder)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    return process.returncode, process.stdout, process.stderr


def test_good_and_broken_feeds_side_by_side(meal: Meal, feed: Feed, tmp_path: Path) -> None:
    data = feed(
        {
            "2026-11-23": {"Theke (neu)": [meal("Buffet (je 100g)", "Ei", student="0.99", other="1.70")]},
            "2026-11-24": {},
        }
    )
    (tmp_path / "a-good.xml").write_bytes(data)
    (tmp_path / "b-broken.xml").write_bytes(data.replace(b"<note>Ei</note>", b"<note></note>"))
    (tmp_path / "c-bomb.xml").write_bytes(b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n<x>&a;</x>')
    code, out, err = check(tmp_path)
    assert code == 1
    assert re.search(r"^a-good\.xml +2 +1 +1 +2 +1 +1 +0 +0 +1 +0 +0$", out, re.MULTILINE)
    assert "1 feeds imported, 2 broken, 0 losses" in out
    assert "broken: b-broken.xml, line 8: note is empty (nothing was changed)" in err
    assert "broken: c-bomb.xml, line 2: <!DOCTYPE is refused" in err


def test_a_folder_without_feeds_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no feed")
    code, _out, err = check(tmp_path)
    assert code == 1
    assert "there is no feed (*.xml, *.json) in this folder" in err


def test_every_feed_of_the_project_goes_in_whole(db: None) -> None:
    out, err = StringIO(), StringIO()
    assert check_folder(ROOT / "server/core/demo", out, err) == 1
    assert "broken: catalogue.json, line 1: days must be a list (nothing was changed)" in err.getvalue()
    assert "lost:" not in err.getvalue()
    assert "1 feeds imported, 1 broken, 0 losses" in out.getvalue()


def _forget_name() -> None:
    Article.objects.update(name={"de": "Suppe"})


def _forget_note() -> None:
    Article.objects.update(notes=[])


def _forget_allergen() -> None:
    Article.objects.update(allergens=[])


def _forget_diet() -> None:
    Article.objects.update(diets=[])


def _forget_price() -> None:
    Price.objects.filter(guest_category__code="guest").update(amount_minor=201)


def _forget_price_day() -> None:
    Price.objects.update(valid_from=date(2026, 11, 24))


def _forget_entry() -> None:
    MenuEntry.objects.all().delete()


def _forget_closed_day() -> None:
    ClosedDay.objects.all().delete()


def _forget_canteen() -> None:
    MenuSource.objects.update(about=[])


@pytest.mark.parametrize(
    ("forget", "loss"),
    [
        (_forget_name, "the word 'rote' of the name"),
        (_forget_note, "the note 'mit Farbstoff'"),
        (_forget_allergen, "the note 'Sellerie'"),
        (_forget_diet, "the note 'Vegan'"),
        (_forget_price, "the price of guest is (Decimal('2.01'), Decimal('0')), not (Decimal('2.00'), Decimal('0'))"),
        (_forget_price_day, "the price of student is None"),
        (_forget_entry, "no such category or meal on this day"),
        (_forget_closed_day, "closed on 2026-11-24"),
        (_forget_canteen, "about the canteen: 'Hall'"),
    ],
)
def test_whatever_head_office_forgets_is_noticed(
    store: Store, meal: Meal, feed: Feed, forget: Callable[[], None], loss: str
) -> None:
    linsen = meal("Rote Suppe", "Sellerie", "Vegan", "mit Farbstoff", student="1.10", other="2.00")
    data = feed({"2026-11-23": {"Eintopf": [linsen]}, "2026-11-24": {}}, "<name>Hall</name>")
    import_feed(openmensa.parse(data, "week.xml"), store, source="openmensa")
    contents = readback.read_openmensa(data)
    assert readback.losses(contents, store, "openmensa") == []
    forget()
    assert any(loss in line for line in readback.losses(contents, store, "openmensa"))
