"""Quick keys laid out as the till shows them."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from server.catalog.models import Article, GuestCategory, Price, QuickKey, QuickKeyLayout, SetMenu, SetMenuPrice
from server.core.roles import MANAGERS
from server.fleet.models import Terminal
from server.replication.trade import layouts


@pytest.fixture
def layout(house):
    return QuickKeyLayout.objects.create(store=house.store, code="hall", name="Hall", columns=3, rows=2)


@pytest.fixture
def stew(house):
    return Article.objects.create(
        code="stew", name={"en": "Stew"}, category=house.soup.category, tax_class=house.soup.tax_class
    )


@pytest.fixture
def boss(client, layout):
    user = User.objects.create_user("boss", is_staff=True)
    user.groups.add(Group.objects.get(name=MANAGERS))
    client.force_login(user)
    return client


def change(client, layout, **values):
    return client.post(f"/admin/quick-keys/{layout.pk}/change/", values)


def keys(layout):
    return {
        f"{key.page}-{key.row}-{key.column}": key.article.code if key.article else key.set_menu.code
        for key in layout.keys.all()
    }


def test_a_key_is_set_and_sells_something_else_later(boss, layout, house, stew):
    answer = change(boss, layout, do="put", place="1-2-3", what=f"article-{house.soup.pk}")
    assert answer.status_code == 200
    assert "4.50 €" in answer.json()["grid"]
    change(boss, layout, do="dress", place="1-2-3", label_en="Bowl", label_de=" Schüssel ", tint="sweets")
    change(boss, layout, do="put", place="1-2-3", what=f"article-{stew.pk}")
    assert keys(layout) == {"1-2-3": "stew"}
    (sold,) = layouts(house.store, {"stew"}, set())
    assert (sold.keys[0].place, sold.keys[0].tint) == ((0, 1, 2), "sweets")
    assert sold.keys[0].label == {"en": "Bowl", "de": "Schüssel"}


def test_a_set_menu_stands_with_the_price_visitors_pay(boss, layout, house):
    menu = SetMenu.objects.create(code="menu", name={"en": "Menu A"})
    visitor = GuestCategory.objects.get(code="guest")
    SetMenuPrice.objects.create(set_menu=menu, amount_minor=700)
    SetMenuPrice.objects.create(set_menu=menu, guest_category=visitor, amount_minor=910)
    answer = change(boss, layout, do="put", place="1-1-1", what=f"menu-{menu.pk}")
    assert "9.10 €" in answer.json()["grid"]
    assert keys(layout) == {"1-1-1": "menu"}


def test_a_key_moves_and_changes_places_with_the_one_there(boss, layout, house, stew):
    change(boss, layout, do="put", place="1-1-1", what=f"article-{house.soup.pk}")
    change(boss, layout, do="put", place="1-1-2", what=f"article-{stew.pk}")
    assert change(boss, layout, do="move", place="1-1-1", to="1-1-2").json()["place"] == "1-1-2"
    assert keys(layout) == {"1-1-2": "soup", "1-1-1": "stew"}
    change(boss, layout, do="move", place="1-1-2", to="1-2-1")
    assert keys(layout) == {"1-2-1": "soup", "1-1-1": "stew"}
    change(boss, layout, do="remove", place="1-2-1")
    assert keys(layout) == {"1-1-1": "stew"}


@pytest.mark.parametrize("place", ["1-3-1", "1-1-4", "0-1-1", "10-1-1", "here", "1-1", ""])
def test_a_place_the_layout_has_not_is_refused(boss, layout, house, place):
    answer = change(boss, layout, do="put", place=place, what=f"article-{house.soup.pk}")
    assert (answer.status_code, answer.json()["message"]) == (400, "Place: the layout has no such place.")
    assert keys(layout) == {}


@pytest.mark.parametrize("what", ["article-99999", "menu-1", "soup", ""])
def test_what_is_not_sold_gets_no_key(boss, layout, what):
    answer = change(boss, layout, do="put", place="1-1-1", what=what)
    assert answer.json()["message"] == "Article or set menu: choose one that is sold."
    assert keys(layout) == {}


def test_a_layout_cannot_become_too_small_for_its_keys(boss, layout, house):
    QuickKey.objects.create(layout=layout, row=2, column=3, article=house.soup)
    fields = {"name": "Hall", "code": "hall", "store": house.store.pk, "columns": 2, "rows": 2}
    answer = boss.post(reverse("admin:catalog_quickkeylayout_change", args=[layout.pk]), fields)
    assert "There are keys as far as 3" in answer.content.decode()
    layout.refresh_from_db()
    assert layout.columns == 3


def test_tills_of_another_store_are_refused_by_name(boss, layout, house):
    stranger = Terminal.objects.create(code="cafe-1", store=house.other_store)
    fields = {"name": "Hall", "code": "hall", "store": house.store.pk, "columns": 3, "rows": 2}
    address = reverse("admin:catalog_quickkeylayout_change", args=[layout.pk])
    assert "Of another store: cafe-1" in boss.post(address, fields | {"terminals": [stranger.pk]}).content.decode()


def test_keys_left_outside_of_the_grid_are_seen(boss, layout, house):
    QuickKey.objects.create(layout=layout, row=5, column=1, article=house.soup)
    page = boss.get(f"/admin/quick-keys/{layout.pk}/").content.decode()
    assert "Outside of the grid" in page
    change(boss, layout, do="move", place="1-5-1", to="1-1-1")
    assert keys(layout) == {"1-1-1": "soup"}


def test_the_price_on_the_key_is_the_most_specific_one_of_the_day(boss, layout, house):
    Price.objects.create(article=house.soup, store=house.store, amount_minor=480, valid_from="2026-01-01")
    Price.objects.create(article=house.soup, store=house.other_store, amount_minor=990, valid_from="2026-02-01")
    Price.objects.create(article=house.soup, store=house.store, amount_minor=10, valid_from="2099-01-01")
    assert "4.80 €" in change(boss, layout, do="put", place="1-1-1", what=f"article-{house.soup.pk}").json()["grid"]


def test_whoever_may_only_look_changes_nothing(client, layout, house):
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_quickkeylayout"))
    client.force_login(user)
    assert client.get(f"/admin/quick-keys/{layout.pk}/").status_code == 200
    assert change(client, layout, do="put", place="1-1-1", what=f"article-{house.soup.pk}").status_code == 403
    client.logout()
    assert client.get(f"/admin/quick-keys/{layout.pk}/part/").status_code == 403
