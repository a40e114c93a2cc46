"""The canteen that `make run` shows: every day has its menu, in four languages, for three hundred guests."""

import json
import re
import stat
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from masterdata.badges import normalise
from masterdata.pins import pin_matches
from sales.catalogue import Unit
from sales.pricing import price_of
from sales.tax import Service
from server.catalog.models import Article, GuestCategory, Store
from server.core.demo.menu import FEED, moved_to
from server.core.demo.people import people
from server.guests.ledger import differences
from server.guests.models import Badge, Cashier, Guest
from server.menus import openmensa
from server.menus.checking import row_counts
from server.menus.models import MenuEntry
from server.replication.catalogue import build_catalogue

SATURDAY = date(2026, 11, 21)


def seed(today: date = SATURDAY, *arguments: str) -> None:
    call_command("seed_demo", "--today", today.isoformat(), *arguments)


@pytest.mark.parametrize("days_later", range(7))
def test_the_menus_cover_the_week_to_come_whatever_the_weekday(days_later: int) -> None:
    today = SATURDAY + timedelta(days=days_later)
    original = openmensa.parse(FEED.read_bytes(), FEED.name)
    days = {day.date: day for day in moved_to(original, today).days}
    assert all(today + timedelta(days=n) in days for n in range(7))
    assert [day.weekday() for day in days] == [day.date.weekday() for day in original.days]


def test_a_guest_of_any_category_finds_a_whole_menu_with_prices(db: None) -> None:
    seed()
    catalogue = build_catalogue(Store.objects.get(), 1, datetime.now(UTC), SATURDAY)
    for day in (SATURDAY + timedelta(days=n) for n in range(9)):
        on_sale = catalogue.on_sale(day)
        counts = Counter(article.category_id for article in on_sale)
        assert counts == {"mains": 8, "soups": 2, "salad-bar": 2, "sides": 4, "desserts": 5, "drinks": 8}
        for article in on_sale:
            paid = [
                price_of(catalogue, article, category, day).amount_minor
                for category in ("student", "employee", "guest")
            ]
            assert 0 < paid[0] <= paid[1] <= paid[2]
    assert [article.name["en"] for article in catalogue.on_sale(SATURDAY) if article.sold_out] == ["Vegetable lasagne"]


def test_articles_are_dressed_for_the_kiosk(db: None) -> None:
    seed()
    catalogue = build_catalogue(Store.objects.get(), 1, datetime.now(UTC), SATURDAY)
    assert all(set(article.name) == {"en", "fr", "de", "es"} for article in catalogue.articles)
    assert all(set(article.description) in (set(), {"en", "fr", "de", "es"}) for article in catalogue.articles)
    assert all(article.picture and article.plu for article in catalogue.articles)
    by_name = {article.name["en"]: article for article in catalogue.articles}
    assert by_name["Spaghetti with lentil bolognese"].diets == {"vegan"}
    assert by_name["Salad bar"].unit is Unit.PER_100_G
    assert not by_name["Salad bar"].allergens.stated
    assert by_name["Basmati rice"].allergens.stated
    assert not by_name["Basmati rice"].allergens.contains
    assert [option.id for option in by_name["Beef burger with fries"].option_groups[0].options] == [
        "cheese",
        "egg",
        "no-onion",
    ]
    assert by_name["Coffee"].option_groups[0].minimum == 1
    assert catalogue.by_barcode("2000000060316") == by_name["Mineral water 0.5 l"]
    assert {article.tax_class_id for article in catalogue.articles if article.category_id == "drinks"} == {
        "drinks",
        "milk-drinks",
    }
    assert by_name["Pollock fillet in a crust"].id in set(
        MenuEntry.objects.filter(date=SATURDAY, planned_portions=4).values_list("article__code", flat=True)
    )


def test_taxes_follow_the_law_of_the_day(db: None) -> None:
    seed()
    catalogue = build_catalogue(Store.objects.get(), 1, datetime.now(UTC), SATURDAY)
    food, milk = catalogue.tax_class("food"), catalogue.tax_class("milk-drinks")
    assert [food.rate_bp(service, day) for day in (date(2025, 6, 1), date(2026, 6, 1)) for service in Service] == [
        1900,
        700,
        700,
        700,
    ]
    assert (milk.rate_bp(Service.EAT_IN, SATURDAY), milk.rate_bp(Service.TAKE_AWAY, SATURDAY)) == (1900, 700)


def test_three_hundred_guests_have_badges_and_balances_that_the_ledger_proves(db: None) -> None:
    seed()
    assert Guest.objects.count() == 300
    assert set(Guest.objects.filter(badges=None)) == set()
    assert len({guest.name for guest in Guest.objects.all()}) == 300
    assert not list(differences())
    assert all(normalise(person.badge) == person.badge for person in people())
    assert Guest.objects.get(name="Anna Keller").balance_minor == 2340


def test_students_eat_whatever_fails_and_others_up_to_a_limit(db: None) -> None:
    seed()
    policies = GuestCategory.objects.values_list("code", "offline_policy", "offline_limit_minor").order_by("code")
    assert list(policies) == [
        ("employee", "refuse", 3000),
        ("guest", "refuse", 3000),
        ("student", "feed_first", 3000),
    ]


def test_seeding_twice_changes_nothing_and_keeps_what_people_changed(db: None) -> None:
    seed()
    before = row_counts() | {"guests": Guest.objects.count()}
    Guest.objects.filter(name="Anna Keller").update(blocked=True)
    Article.objects.filter(plu=101).update(picture="pizza")
    seed()
    assert row_counts() | {"guests": Guest.objects.count()} == before
    assert Guest.objects.get(name="Anna Keller").blocked
    assert Article.objects.get(plu=101).picture == "pizza"


def test_the_next_week_adds_days_but_no_articles(db: None) -> None:
    seed()
    articles, entries = Article.objects.count(), MenuEntry.objects.count()
    seed(SATURDAY + timedelta(days=7))
    assert Article.objects.count() == articles
    assert MenuEntry.objects.count() > entries


def test_the_workbench_is_told_which_badges_and_barcodes_are_worth_trying(db: None, tmp_path: Path) -> None:
    path = tmp_path / "badges.json"
    seed(SATURDAY, "--badges-json", str(path))
    known = json.loads(path.read_text())
    labels = {item["number"]: item["label"] for item in known["badges"]}
    assert labels["04A1B2C3"] == "Anna Keller: student, 23.40 €"
    text = " ".join(labels.values())
    assert all(
        word in text
        for word in ("badge blocked", "badge expired", "account blocked", "hardly any money", "nobody knows")
    )
    assert not Badge.objects.filter(number=known["badges"][-1]["number"]).exists()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {item["label"] for item in known["badges"] if item["role"] == "cashier"} == {
        "Marie: supervisor",
        "Jonas: cashier",
    }
    for cashier in known["cashiers"]:
        row = Cashier.objects.get(code=cashier["code"])
        assert pin_matches(row.pin_hash, cashier["pin"])
        assert row.badges.get().number == cashier["badge"]
    assert all(re.fullmatch(r"2[0-9]{12}", item["code"]) for item in known["barcodes"])
    assert all(_check_digit_is_right(item["code"]) for item in known["barcodes"])


def _check_digit_is_right(ean: str) -> bool:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(ean)) % 10 == 0
