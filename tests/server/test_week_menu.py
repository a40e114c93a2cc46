"""The week menu: dishes on days, planned, moved, sold out, and last week copied without losing anything."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission, User

from server.catalog.models import Article, Category
from server.menus.models import ClosedDay, MenuEntry
from server.replication.models import PublishRequest
from server.spool.intake import take_in

WEEK = timedelta(days=7)


@pytest.fixture
def cook(client, house):
    user = User.objects.create_user("cook", is_staff=True)
    for codename in ("view_menuentry", "add_menuentry", "change_menuentry", "delete_menuentry"):
        user.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(user)
    return client


@pytest.fixture
def monday(house):
    """The Monday after next: no day of that week is over."""
    today = house.store.today()
    return today - timedelta(days=today.weekday()) + 2 * WEEK


@pytest.fixture
def stew(house):
    return Article.objects.create(
        code="stew", name={"en": "Stew"}, category=house.soup.category, tax_class=house.soup.tax_class, everyday=False
    )


def change(client, monday, **values):
    return client.post("/admin/week/change/", {"store": "hall", "week": monday.isoformat(), **values})


def menu(day):
    return list(MenuEntry.objects.filter(date=day).order_by("position").values_list("article__code", flat=True))


def put(house, day, *articles, **more):
    return [
        MenuEntry.objects.create(store=house.store, date=day, article=article, position=place, **more)
        for place, article in enumerate(articles, start=1)
    ]


def test_a_dish_is_added_planned_moved_and_taken_off(cook, house, monday, stew):
    for article in (house.soup, stew):
        assert change(cook, monday, do="add", day=monday.isoformat(), article=article.pk).status_code == 200
    assert menu(monday) == ["soup", "stew"]
    entry = MenuEntry.objects.get(article=stew)

    answer = change(cook, monday, do="portions", entry=entry.pk, value="80")
    assert 'value="80"' in answer.json()["grid"]
    change(cook, monday, do="up", entry=entry.pk)
    assert menu(monday) == ["stew", "soup"]
    change(cook, monday, do="up", entry=entry.pk)
    assert menu(monday) == ["stew", "soup"]

    assert change(cook, monday, do="remove", entry=entry.pk).json()["message"] == "Stew taken off."
    assert menu(monday) == ["soup"]


def test_moving_changes_nothing_in_other_categories(cook, house, monday, stew):
    sweets = Category.objects.create(code="sweets", name={"en": "Sweets"}, position=9)
    cake = Article.objects.create(code="cake", name={"en": "Cake"}, category=sweets, tax_class=stew.tax_class)
    entries = put(house, monday, house.soup, cake, stew)
    change(cook, monday, do="down", entry=entries[0].pk)
    mains = MenuEntry.objects.filter(article__category=stew.category).order_by("position")
    assert [entry.article.code for entry in mains] == ["stew", "soup"]
    entries[1].refresh_from_db()
    assert entries[1].position == 2


def test_sold_out_in_one_tap_reaches_the_terminals(cook, house, monday):
    (entry,) = put(house, house.store.today(), house.soup)
    PublishRequest.objects.all().delete()
    answer = change(cook, house.store.today(), do="sold_out", entry=entry.pk, value="1")
    assert answer.json()["message"] == "Soup is sold out."
    entry.refresh_from_db()
    assert entry.sold_out
    assert PublishRequest.objects.filter(store=house.store).exists()
    change(cook, house.store.today(), do="sold_out", entry=entry.pk, value="")
    entry.refresh_from_db()
    assert not entry.sold_out


@pytest.mark.parametrize("typed", ["many", "-3", "3.5", "10000", "٣"])
def test_a_bad_number_of_portions_names_the_field_and_keeps_what_was(cook, house, monday, typed):
    (entry,) = put(house, monday, house.soup, planned_portions=40)
    answer = change(cook, monday, do="portions", entry=entry.pk, value=typed)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Planned portions: a whole number from 0 to 9999 is needed")
    entry.refresh_from_db()
    assert entry.planned_portions == 40


def test_the_same_dish_twice_a_day_is_refused_by_name(cook, house, monday):
    put(house, monday, house.soup)
    answer = change(cook, monday, do="add", day=monday.isoformat(), article=house.soup.pk)
    assert (answer.status_code, answer.json()["message"]) == (400, "Dish: Soup is already on the menu of this day.")
    other = change(cook, monday, do="add", day=(monday + WEEK).isoformat(), article=house.soup.pk)
    assert other.json()["message"] == "Day: a day of this week is needed."


def test_copying_skips_closed_days_and_says_so(cook, house, monday, stew):
    for number in range(3):
        put(house, monday - WEEK + timedelta(days=number), house.soup, stew, planned_portions=30, sold_out=True)
    ClosedDay.objects.create(store=house.store, date=monday + timedelta(days=1))

    message = change(cook, monday, do="copy").json()["message"]

    assert menu(monday) == menu(monday + timedelta(days=2)) == ["soup", "stew"]
    assert menu(monday + timedelta(days=1)) == []
    assert "4 dishes copied to: Monday" in message
    assert re.search(r"Closed: Tuesday \d+ \w+\.", message)
    copied = MenuEntry.objects.filter(date=monday)
    assert set(copied.values_list("planned_portions", "sold_out")) == {(30, False)}


def test_copying_over_dishes_asks_first_and_does_as_told(cook, house, monday, stew):
    put(house, monday - WEEK, house.soup)
    put(house, monday - WEEK + timedelta(days=1), house.soup)
    put(house, monday, stew)

    asked = change(cook, monday, do="copy").json()
    assert asked["ask"]["days"].startswith("Monday")
    assert menu(monday) == ["stew"]
    assert menu(monday + timedelta(days=1)) == []

    kept = change(cook, monday, do="copy", value="keep").json()["message"]
    assert "Kept as they were: Monday" in kept
    assert (menu(monday), menu(monday + timedelta(days=1))) == (["stew"], ["soup"])

    replaced = change(cook, monday, do="copy", value="replace").json()["message"]
    assert "Replaced: Monday" in replaced
    assert menu(monday) == ["soup"]


def test_days_that_are_over_and_dishes_no_longer_sold_are_not_copied(cook, house, stew):
    monday = house.store.today() - timedelta(days=house.store.today().weekday()) - WEEK
    put(house, monday - WEEK, house.soup)
    assert "Already over: Monday" in change(cook, monday, do="copy").json()["message"]
    assert menu(monday) == []

    stew.active = False
    stew.save()
    later = monday + 3 * WEEK
    put(house, later - WEEK, house.soup, stew)
    assert "1 dish is no longer sold." in change(cook, later, do="copy").json()["message"]
    assert menu(later) == ["soup"]


def test_today_shows_what_is_sold_and_left(cook, house, till):
    day = date(2026, 11, 20)
    (entry,) = put(house, day, house.soup, planned_portions=50)
    till.sell(house.anna, 3)
    take_in(till.code, till.epoch, till.documents())
    page = cook.get("/admin/week/?store=hall&week=2026-11-18").content.decode()
    assert re.search(rf'data-entry="{entry.pk}".*?data-figure="sold">3<.*?data-figure="left">47<', page, re.DOTALL)


def test_numbers_come_for_today(cook, house):
    (entry,) = put(house, house.store.today(), house.soup, planned_portions=5, sold_out=True)
    assert cook.get("/admin/week/numbers/?store=hall").json() == {str(entry.pk): {"sold": 0, "left": 5, "out": True}}


def test_whoever_may_only_look_changes_nothing(client, house, monday):
    (entry,) = put(house, monday, house.soup)
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_menuentry"))
    client.force_login(user)
    assert "Copy last week" not in client.get("/admin/week/").content.decode()
    for do in ("add", "remove", "up", "down", "portions", "sold_out", "copy"):
        assert change(client, monday, do=do, entry=entry.pk).status_code == 403
    assert menu(monday) == ["soup"]


def test_without_the_permission_there_is_no_page(client, house, monday):
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get("/admin/week/").status_code == 403
    assert client.get("/admin/week/numbers/").status_code == 403
    client.logout()
    assert client.get("/admin/week/").status_code == 302
    assert change(client, monday, do="copy").status_code == 403
