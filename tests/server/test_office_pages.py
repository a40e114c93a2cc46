"""Pages of the back office around a lunch: tickets, set menus, cashiers, guests, payers, orders."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from journal.keys import SigningKey
from masterdata.pins import pin_matches
from server.catalog.models import Article, GuestCategory, Payer, Price, SetMenu, SetMenuPrice, SetMenuSlot
from server.catalog.savings import savings
from server.core.roles import MANAGERS
from server.fleet.enrolment import enrol
from server.guests.models import Cashier
from server.sales.models import KitchenOrder, Ticket
from server.spool.intake import take_in
from tests.server.lunch import furnish, lane_of

TODAY = date(2026, 11, 20)


@pytest.fixture
def manager(client, db):
    user = User.objects.create_user("manager", is_staff=True)
    user.groups.add(Group.objects.get(name=MANAGERS))
    client.force_login(user)
    return client


@pytest.fixture
def lunch(house, keys):
    """A subsidised menu, the second tray of the same guest, and a void."""
    people = furnish(house.store)
    key = SigningKey.generate()
    enrolment = enrol({"terminal": "till-1", "public_key": key.public.to_base64()}, keys, house.store.code)
    lane = lane_of("till-1", enrolment.epoch, key, house.store)
    lane.sell(lane.basket(people[0], "stew", "pudding"))
    lane.sell(lane.basket(people[0], "stew", meals_used=1))
    lane.take_back(lane.sell(lane.basket(people[1], "pasta")))
    take_in(lane.code, lane.epoch, lane.documents())
    return people


def words(answer):
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " ")


def ticket_page(client, number, language="en"):
    client.cookies["django_language"] = language
    ticket = Ticket.objects.get(number=number)
    return client.get(reverse("admin:sales_ticket_change", args=[ticket.pk]))


def test_a_ticket_says_who_pays_and_why(lunch, manager):
    text = words(ticket_page(manager, 1))
    assert "Works" in text
    assert "One meal per service is subsidised." in text
    assert "Payer owes 3.00 €" in text
    assert "Lunch menu" in text
    assert "second meal" in words(ticket_page(manager, 2))
    assert "zweites Essen" in words(ticket_page(manager, 2, "de"))


def test_a_void_and_its_sale_lead_to_each_other(lunch, manager):
    sale, void = Ticket.objects.get(number=3), Ticket.objects.get(number=4)
    link = '<a class="refectory-link" href="/admin/sales/ticket/{}/change/">{} ({})</a>'
    assert link.format(void.pk, void, "void") in ticket_page(manager, 3).content.decode()
    assert link.format(sale.pk, sale, "sale") in ticket_page(manager, 4).content.decode()


def test_a_ticket_links_to_its_electronic_slip(lunch, manager):
    address = re.search(r'href="(/r/[^"]+)"', ticket_page(manager, 1).content.decode())[1]
    manager.logout()
    assert "Lunch menu" in words(manager.get(address))


def test_orders_are_listed_with_their_dishes(lunch, manager):
    assert KitchenOrder.objects.exists()
    text = words(manager.get("/admin/sales/kitchenorder/"))
    assert "1 × Stew, 1 × Pudding" in text


def test_what_a_menu_saves_is_said_for_each_category(lunch, house):
    menu = SetMenu.objects.get(code="lunch-menu")
    staff = GuestCategory.objects.get(code="staff")
    Price.objects.create(
        article=Article.objects.get(code="stew"), guest_category=staff, amount_minor=500, valid_from=TODAY
    )
    SetMenuPrice.objects.create(set_menu=menu, guest_category=staff, amount_minor=640)
    found = {each.category.code: each for each in savings(menu, TODAY)}
    # Soup 4.50, stew 6.20 (staff 5.00), pasta 5.90; pudding 2.40, juice 1.85; salad is sold by weight.
    assert (found["guest"].low_minor, found["guest"].high_minor, found["guest"].menu_minor) == (635, 860, 750)
    assert (found["staff"].low_minor, found["staff"].high_minor, found["staff"].menu_minor) == (635, 830, 640)
    assert found["guest"].saved_minor == (-115, 110)


def test_the_page_of_a_menu_shows_it_and_warns_of_an_empty_component(lunch, manager):
    menu = SetMenu.objects.get(code="lunch-menu")
    address = reverse("admin:catalog_setmenu_change", args=[menu.pk])
    text = words(manager.get(address))
    assert "Visitor 6.35 € – 8.60 € 7.50 € −1.15 € – 1.10 € the cheapest choice costs less alone" in text
    SetMenuSlot.objects.create(set_menu=menu, position=3, name={"en": "Bread"})
    assert "Component “Bread” has neither articles nor categories" in words(manager.get(address))
    assert manager.get(reverse("admin:catalog_setmenu_add")).status_code == 200


def cashier_fields(house, **more):
    return {
        "name": "Marie",
        "code": "marie",
        "company": house.store.company.pk,
        "store": house.store.pk,
        "language": "de",
        "badges-TOTAL_FORMS": "0",
        "badges-INITIAL_FORMS": "0",
        **more,
    }


def test_a_cashier_gets_the_permissions_of_a_role_and_a_pin_nobody_sees_again(house, manager):
    fields = cashier_fields(house, new_pin="4826", preset="supervisor", permissions=["sell"])
    assert manager.post(reverse("admin:guests_cashier_add"), fields).status_code == 302
    cashier = Cashier.objects.get()
    assert pin_matches(cashier.pin_hash, "4826")
    assert {"sell", "void", "z_report"} <= set(cashier.permissions)

    address = reverse("admin:guests_cashier_change", args=[cashier.pk])
    page = manager.get(address).content.decode()
    assert "4826" not in page
    assert cashier.pin_hash not in page
    manager.post(address, cashier_fields(house, permissions=["sell"]))
    cashier.refresh_from_db()
    assert (cashier.permissions, pin_matches(cashier.pin_hash, "4826")) == (["sell"], True)
    assert "Marie marie House Hall Deutsch PIN" in words(manager.get("/admin/guests/cashier/"))


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "12 4", "١٢٣٤"])
def test_a_bad_pin_is_told_at_its_field(house, manager, pin):
    answer = manager.post(reverse("admin:guests_cashier_add"), cashier_fields(house, new_pin=pin))
    assert "A PIN has 4 to 8 digits." in words(answer)
    assert not Cashier.objects.exists()


def test_a_guest_s_page_lists_subsidised_meals(lunch, manager):
    page = words(manager.get(reverse("admin:guests_guest_change", args=[lunch[0].pk])))
    assert "20/11/2026 Lunch till-1 sale 3.00 €" in page
    assert "No subsidised meal yet." in words(manager.get(reverse("admin:guests_guest_change", args=[lunch[5].pk])))


def test_payers_say_what_they_owe_this_month(lunch, manager):
    Ticket.objects.update(business_day=Payer.objects.first().company.stores.first().today())
    assert "Works works House - 3.00 €" in words(manager.get("/admin/catalog/payer/"))
