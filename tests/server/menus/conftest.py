"""Small feeds written for these tests, and a store to import them into."""

from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest

from server.catalog.models import Company, Store, TaxClass


def meal_xml(name: str, *notes: str, **prices: str) -> str:
    lines = [f"<name>{escape(name)}</name>"]
    lines += [f"<note>{escape(note)}</note>" for note in notes]
    lines += [f'<price role="{role}">{price}</price>' for role, price in prices.items()]
    return "<meal>\n" + "\n".join(lines) + "\n</meal>"


def feed_xml(days: dict[str, dict[str, list[str]]], about: str = "") -> bytes:
    text = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<openmensa version="2.1" xmlns="http://openmensa.org/open-mensa-v2">',
        "<canteen>",
    ]
    text += [about] if about else []
    for day, categories in days.items():
        text.append(f'<day date="{day}">' + ("" if categories else "<closed/>"))
        for category, meals in categories.items():
            text += [f'<category name="{escape(category)}">', *meals, "</category>"]
        text.append("</day>")
    return "\n".join([*text, "</canteen>", "</openmensa>"]).encode()


@pytest.fixture
def meal() -> Callable[..., str]:
    return meal_xml


@pytest.fixture
def feed() -> Callable[..., bytes]:
    return feed_xml


@pytest.fixture
def store(db: None) -> Store:
    TaxClass.objects.create(code="food", name={"en": "Food"})
    company = Company.objects.create(code="house", name="House")
    return Store.objects.create(company=company, code="hall", name="Hall", languages=["en", "de"])


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path) -> None:
    """Photos go to a folder of the test's own."""
    settings.REFECTORY_DATA = tmp_path
