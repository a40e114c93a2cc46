"""What a canteen manager sees of a good feed, and is told about a broken one."""

from collections.abc import Callable
from datetime import date

import pytest

from sales.catalogue import Unit
from server.menus.feed import FeedError, Role, RolePrice, minor_units
from server.menus.openmensa import parse

NS = 'xmlns="http://openmensa.org/open-mensa-v2"'


def refused(data: bytes) -> FeedError:
    with pytest.raises(FeedError) as caught:
        parse(data, "week.xml")
    return caught.value


def test_meals_are_read_with_their_day_category_notes_and_prices(
    meal: Callable[..., str], feed: Callable[..., bytes]
) -> None:
    data = feed(
        {
            "2026-11-23": {"Eintopf": [meal(" Erbseneintopf\n", "Sellerie", "mit Speck", student="2.50", other="4.9")]},
            "2026-11-24": {},
        },
        about='<name>Hall</name><location latitude="49.1" longitude="8.2"/><times type="opening"><monday open="11:00-14:00"/></times>',
    )
    week = parse(data, "week.xml")
    monday, tuesday = week.days
    assert (monday.date, monday.closed, tuesday.date, tuesday.closed) == (
        date(2026, 11, 23),
        False,
        date(2026, 11, 24),
        True,
    )
    soup = monday.categories[0].meals[0]
    assert (monday.categories[0].name, soup.name, soup.notes) == ("Eintopf", "Erbseneintopf", ("Sellerie", "mit Speck"))
    assert soup.prices == (RolePrice(Role.STUDENT, 250), RolePrice(Role.OTHER, 490))
    assert soup.unit is Unit.PIECE
    assert week.about == (
        ("name", "Hall"),
        ("location@latitude", "49.1"),
        ("location@longitude", "8.2"),
        ("times@type", "opening"),
        ("times/monday@open", "11:00-14:00"),
    )


@pytest.mark.parametrize(
    ("name", "notes", "unit"),
    [
        ("Salatbuffet (je 100g)", (), Unit.PER_100_G),
        ("Antipasti pro 100 g", (), Unit.PER_100_G),
        ("Gemüse 0,90 €/100g", (), Unit.PER_100_G),
        ("Salatbuffet", ("Preis pro 100g",), Unit.PER_100_G),
        ("Salatbuffet", ("100g Preis",), Unit.PER_100_G),
        ("Kartoffelsuppe", ("Nährwerte pro 100 g\nBrennwert: 156 kJ",), Unit.PIECE),
        ("Rumpsteak 200g", (), Unit.PIECE),
        ("Nudeln", ("Portion Preis",), Unit.PIECE),
    ],
)
def test_a_price_per_100_g_is_told_from_a_mention_of_100_g(
    meal: Callable[..., str], feed: Callable[..., bytes], name: str, notes: tuple[str, ...], unit: Unit
) -> None:
    week = parse(feed({"2026-11-23": {"Theke": [meal(name, *notes, student="0.99")]}}), "week.xml")
    assert week.days[0].categories[0].meals[0].unit is unit


@pytest.mark.parametrize(("text", "cents"), [("3.50", 350), ("3.5", 350), ("4", 400), ("0.07", 7), ("12.5000", 1250)])
def test_prices_are_exact(text: str, cents: int) -> None:
    assert minor_units(text) == cents


@pytest.mark.parametrize("text", ["3.505", "-1.00", "1e3", "NaN", "", "3,50", "free"])
def test_what_is_not_a_price_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"price|cents"):
        minor_units(text)


def test_an_entity_bomb_is_refused_unopened() -> None:
    bomb = b'<?xml version="1.0"?>\n<!DOCTYPE openmensa [\n<!ENTITY a "aaaaaaaaaa">\n'
    bomb += b"".join(b'<!ENTITY %c "%s">\n' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    bomb += b']>\n<openmensa version="2.1" xmlns="http://openmensa.org/open-mensa-v2"><canteen><name>&m;</name></canteen></openmensa>'
    error = refused(bomb)
    assert error.line == 2
    assert "<!DOCTYPE is refused" in error.reason


def test_an_external_entity_is_refused_in_another_encoding_too() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    text += f'<openmensa version="2.1" {NS}><canteen><name>&x;</name></canteen></openmensa>'
    error = refused(text.encode("utf-16"))
    assert error.line == 1
    assert "document type" in error.reason


def broken(body: str, version: str = "2.1") -> bytes:
    return f'<openmensa version="{version}" {NS}>\n<canteen>\n{body}\n</canteen>\n</openmensa>'.encode()


def day(meal: str, attributes: str = 'date="2026-11-23"') -> bytes:
    return broken(f'<day {attributes}>\n<category name="A">\n{meal}\n</category>\n</day>')


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"<openmensa>\n<canteen>\n</openmensa>", 3, "not well-formed"),
        (b"", 1, "not well-formed"),
        (b"<html/>", 1, "root element"),
        (broken("", version="1.0"), 1, 'version="1.0"'),
        (f'<openmensa version="2.1" {NS}>\n</openmensa>'.encode(), 1, "exactly one canteen"),
        (broken('<day date="2026-02-30"><closed/></day>'), 3, "there is no day 2026-02-30"),
        (broken('<day date="23.11.2026"><closed/></day>'), 3, "not a date"),
        (broken("<day><closed/></day>"), 3, "needs the attribute date"),
        (broken('<day date="2026-11-23"/>'), 3, "either have categories or be closed"),
        (broken('<day date="2026-11-23"><closed/></day>\n<day date="2026-11-23"><closed/></day>'), 4, "appears twice"),
        (broken('<day date="2026-11-23">\n<category name="A"/></day>'), 4, "has no meal"),
        (broken('<times type="opening"><monday closed="true"/>\nor so</times>'), 3, "stray text 'or so'"),
        (broken("<owner>me</owner>"), 3, "unknown element owner"),
        (day("<meal>\n<name/></meal>"), 6, "name is empty"),
        (day("<meal></meal>"), 5, "exactly one name"),
        (day("<meal><name>Soup</name><name>Stew</name></meal>"), 5, "exactly one name"),
        (day(f"<meal>\n<name>{'x' * 251}</name></meal>"), 6, "251 characters"),
        (day('<meal><name>Soup</name>\n<price role="student">cheap</price></meal>'), 6, "'cheap' is not a price"),
        (day('<meal><name>Soup</name>\n<price role="boss">1.00</price></meal>'), 6, 'role="boss"'),
        (
            day('<meal><name>Soup</name><price role="other">1.00</price>\n<price role="other">2.00</price></meal>'),
            6,
            "second price",
        ),
        (day("<meal><name>Soup</name>and bread</meal>"), 5, "stray text 'and bread'"),
        (day('<meal rating="5"><name>Soup</name></meal>'), 5, "unknown attribute rating"),
    ],
)
def test_a_broken_feed_is_refused_with_line_and_reason(data: bytes, line: int, reason: str) -> None:
    error = refused(data)
    assert error.line == line
    assert reason in error.reason
    assert str(error).startswith(f"week.xml, line {line}: ")
