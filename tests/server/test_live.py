"""The live page: what a manager sees of a running lunch, and what others see of it."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, Permission, User

from journal.keys import SigningKey
from sales.account_movement import AccountMovementKind
from sales.tender import Tender, TenderKind
from server.catalog.models import Article
from server.core.roles import MANAGERS
from server.fleet.enrolment import enrol
from server.menus.models import MenuEntry
from server.reporting.live import live, sight_of
from server.spool.intake import take_in
from tests.server.lunch import DAY, furnish, lane_of

NOON = datetime(2026, 11, 20, 11, 40, tzinfo=UTC)
PARTS = ("/admin/live/", "/admin/live/part/", "/admin/")


def words(page):
    text = re.sub(r"<[^>]+>", " ", page.content.decode() if hasattr(page, "content") else page)
    return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("\u202f", " "))


@pytest.fixture
def lunch(house, keys):
    """The example everybody knows: food 6.20 + fee 4.10, the payer takes 3.00; then a top-up of 50."""
    people = furnish(house.store)
    key = SigningKey.generate()
    enrolment = enrol({"terminal": "till-1", "public_key": key.public.to_base64()}, keys, house.store.code)
    lane = lane_of("till-1", enrolment.epoch, key, house.store)
    lane.open_shift()
    lane.sell(lane.basket(people[0], "stew"))
    lane.sell(lane.basket(None, "soup", "soup"), Tender(TenderKind.CARD, 900))
    lane.move_account(people[0], AccountMovementKind.TOP_UP, 5000)
    for code, planned in (("stew", 12), ("soup", 2), ("pasta", 30)):
        MenuEntry.objects.create(
            store=house.store, date=DAY, article=Article.objects.get(code=code), planned_portions=planned
        )
    lane.say_available("pasta", True)
    take_in(lane.code, lane.epoch, lane.documents())
    return lane


def user_with(*permissions):
    user = User.objects.create_user("somebody", is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def manager():
    user = User.objects.create_user("manager", is_staff=True)
    user.groups.add(Group.objects.get(name=MANAGERS))
    return user


def test_turnover_payers_and_top_ups_stand_apart(lunch, house):
    found = live(sight_of(manager()), house.store, NOON)

    assert (found["turnover"], found["service_turnover"]) == ("19.30 €", "19.30 €")
    assert (found["guests_part"], found["payers_part"]) == ("16.30 €", "3.00 €")
    assert found["top_ups"] == "50.00 €"
    assert (found["tickets"], found["meals"]) == (2, 2)
    assert [(row["name"], row["tickets"], row["amount"]) for row in found["payers"]] == [("Works", 1, "3.00 €")]
    assert found["by_meal"][0]["name"] == "Lunch"
    assert found["by_meal"][0]["rows"] == [
        ("Staff", 1, "10.30 €", "3.00 €"),
        ("Visitor", 1, "9.00 €", "–"),
    ]


def test_a_voided_meal_is_no_longer_counted(lunch, house):
    ticket = lunch.sell(lunch.basket(None, "stew"), Tender(TenderKind.CARD, 620))
    lunch.take_back(ticket)
    take_in(lunch.code, lunch.epoch, lunch.documents(first=len(lunch.entries) - 1))

    found = live(sight_of(manager()), house.store, NOON)

    assert (found["meals"], found["turnover"]) == (2, "19.30 €")
    assert found["tills"][0]["taken_back"] == 1


def test_what_is_left_is_seen_and_what_is_gone_is_marked(lunch, house):
    found = live(sight_of(manager()), house.store, NOON)

    rows = {
        item["row"].name: (item["row"].sold, item["row"].left, item["percent"], item["state"])
        for item in found["portions"]
    }
    assert rows == {"Stew": (1, 11, 8, ""), "Soup": (2, 0, 100, "gone"), "Pasta": (0, 30, 0, "out")}


def test_an_open_shift_and_its_cashier_are_shown_with_the_till(lunch, house):
    till = live(sight_of(manager()), house.store, NOON)["tills"][0]
    assert (till["shift"], till["cashier"], till["turnover"]) == (1, "marie", "19.30 €")


def test_the_chart_has_a_bar_for_each_quarter_sold_in(lunch, house):
    chart = live(sight_of(manager()), house.store, NOON)["chart"]
    assert chart.count('class="bar"') == 1
    assert "11:30 · 2 · 19.30 €" in words(chart.replace("<title>", "").replace("</title>", ""))
    assert ">Lunch</text>" in chart


@pytest.mark.parametrize("address", PARTS)
def test_the_kitchen_sees_portions_and_no_money(lunch, client, address):
    client.force_login(user_with("menus.view_menuentry"))
    page = client.get(address)
    assert page.status_code == 200
    assert "Sold and left" in words(page)
    assert "€" not in words(page)
    assert "till-1" not in words(page)


@pytest.mark.parametrize("address", PARTS[:2])
def test_whoever_may_see_nothing_of_it_is_refused(lunch, client, address):
    client.force_login(user_with("guests.view_guest"))
    assert client.get(address).status_code == 403


def test_who_is_not_signed_in_is_asked_to_and_gets_no_figures(lunch, client):
    assert client.get("/admin/live/").headers["Location"] == "/admin/login/?next=/admin/live/"
    assert client.get("/admin/live/part/").status_code == 403


def test_the_live_page_may_stand_in_a_frame_of_its_own_house_only(lunch, client):
    client.force_login(manager())
    assert client.get("/admin/live/")["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get("/admin/")["X-Frame-Options"] == "DENY"


def test_another_store_is_one_address_away(lunch, house, client):
    client.force_login(manager())
    assert "<h2>Café</h2>" in client.get("/admin/live/?store=cafe").content.decode()
    assert "<h2>Hall</h2>" in client.get("/admin/live/?store=nonsense").content.decode()


def test_days_are_written_the_british_way_in_english(lunch, client):
    client.force_login(manager())
    page = words(client.get("/admin/sales/ticket/"))
    assert "20 November 2026" in page
    assert "Nov." not in page
