"""The back office as a manager and as somebody who may only look."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from server.catalog.models import Article, Barcode, OptionGroup, Price
from server.core.roles import MANAGERS, OFFICE, VIEWERS
from server.fleet.models import Terminal
from server.guests.models import Guest, LedgerEntry
from server.sales.models import Ticket
from server.spool.intake import take_in
from server.spool.models import JournalEntry, Quarantine

OURS = [model for model in admin.site._registry if model.__module__.startswith("server.")]


def sign_in(client, group):
    user = User.objects.create_user("somebody", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return client


@pytest.fixture
def manager(client, db):
    return sign_in(client, MANAGERS)


@pytest.fixture
def viewer(client, db):
    return sign_in(client, VIEWERS)


@pytest.fixture
def busy_house(till, house):
    till.sell(house.anna)
    till.write("weather", {})
    take_in(till.code, till.epoch, till.documents())
    Barcode.objects.create(article=house.soup, code="4001234567890")
    OptionGroup.objects.create(article=house.soup, code="size", name={"en": "Size"})
    return house


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_page_opens_for_a_manager_and_adding_is_refused_to_a_viewer(busy_house, client, model):
    sign_in(client, MANAGERS)
    assert client.get(address(model, "changelist")).status_code == 200
    one = model.objects.first()
    if one is not None:
        assert client.get(address(model, "change", one.pk)).status_code == 200
    User.objects.all().delete()
    sign_in(client, VIEWERS)
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "add")).status_code == 403
    if one is not None:
        assert client.post(address(model, "delete", one.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Ticket, JournalEntry, Quarantine, LedgerEntry], ids=lambda model: model._meta.label)
def test_nobody_changes_or_deletes_what_is_proof(busy_house, manager, model):
    one = model.objects.first()
    assert b'name="_save"' not in manager.get(address(model, "change", one.pk)).content
    assert manager.post(address(model, "change", one.pk), {}).status_code == 403
    assert manager.post(address(model, "delete", one.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=one.pk).exists()


@pytest.mark.parametrize("model", [Article, Guest], ids=lambda model: model._meta.label)
def test_a_viewer_may_export_and_not_import(busy_house, viewer, model):
    assert viewer.get(address(model, "export")).status_code == 200
    assert viewer.get(address(model, "import")).status_code == 403
    upload = SimpleUploadedFile("a.csv", b"id,name\n1,X\n")
    assert viewer.post(address(model, "import"), {"import_file": upload, "format": "0"}).status_code == 403


def test_somebody_who_is_not_signed_in_sees_the_sign_in_page(db, client):
    answer = client.get("/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/admin/login/")


def test_the_first_page_shows_today_s_turnover_and_the_terminals(till, house, manager, make_till):
    today = timezone.localdate()
    till.sell(house.anna, quantity=3)
    take_in(till.code, till.epoch, till.documents())
    Ticket.objects.update(business_day=today, sold_on=today, time_utc=timezone.now())
    Terminal.objects.update(online=True, last_seen=timezone.now() - timedelta(minutes=5))

    page = manager.get("/admin/").content.decode()

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Turnover today 13.50 €" in text
    assert "1 ticket " in text
    assert "Terminals 1 connected 0 in local mode 0 silent 0 entries not sent yet" in text
    assert "kiosk-1 kiosk · connected – 5 minutes ago 0 2 0 1 13.50 €" in text.replace("\xa0", " ")
    assert "Soup 3 –" in text
    assert "Users" not in text


def test_prices_are_typed_as_decimals_and_kept_in_cents(house, manager):
    price = Price.objects.get()
    form = {"article": house.soup.pk, "amount_minor": "4.85", "base_minor": "0", "valid_from": "2026-01-01"}

    page = manager.get(address(Price, "change", price.pk)).content.decode()
    assert 'value="4.50"' in page
    assert manager.post(address(Price, "change", price.pk), form).status_code == 302

    price.refresh_from_db()
    assert price.amount_minor == 485
    assert [row.amount_minor for row in price.history.all()] == [485, 450]
    assert "4.85 €" in manager.get(address(Price, "changelist")).content.decode()


def test_an_amount_with_half_a_cent_is_refused(house, manager):
    form = {"article": house.soup.pk, "amount_minor": "4.855", "base_minor": "0", "valid_from": "2026-01-01"}
    answer = manager.post(address(Price, "change", Price.objects.get().pk), form)
    assert answer.status_code == 200
    assert "decimal places" in answer.content.decode()


def test_names_are_given_in_four_languages_and_shown_in_the_manager_s(house, manager):
    page = manager.get(address(Article, "change", house.soup.pk)).content.decode()
    assert re.findall(r'name="name_(\w\w)"', page) == ["en", "fr", "de", "es"]
    assert 'value="Soupe"' in page

    manager.cookies["django_language"] = "fr"
    assert "Soupe" in manager.get(address(Article, "changelist")).content.decode()


def test_a_top_up_moves_the_balance_and_shows_on_the_statement(house, manager, balance):
    form = {"guest": house.anna.pk, "kind": "top_up", "amount_minor": "12.30", "note": "cash desk"}
    answer = manager.post(address(LedgerEntry, "add"), form, follow=True)

    assert balance(house.anna) == 3230
    page = answer.content.decode()
    assert "cash desk" in page
    assert "32.30 €" in page


def test_a_payment_cannot_be_typed_in(house, manager, balance):
    form = {"guest": house.anna.pk, "kind": "payment", "amount_minor": "-5.00"}
    assert manager.post(address(LedgerEntry, "add"), form).status_code == 200
    assert balance(house.anna) == 2000


def test_two_prices_for_the_same_people_and_day_are_refused(house, manager):
    form = {"article": house.soup.pk, "amount_minor": "4", "base_minor": "0", "valid_from": "2026-01-01"}
    answer = manager.post(address(Price, "add"), form)
    assert "already a price" in answer.content.decode()
    assert Price.objects.count() == 1


def test_articles_come_in_by_file_with_a_preview_and_keep_a_history(house, manager):
    rows = (
        b"code,name_en,name_de,category,unit,tax_class,allergens_stated,allergens\n"
        b'soup,Soup of the day,Tagessuppe,mains,piece,food,1,"celery,milk"\n'
        b"bread,Bread,Brot,mains,piece,food,0,\n"
    )
    preview = manager.post(
        address(Article, "import"), {"import_file": SimpleUploadedFile("articles.csv", rows), "format": "0"}
    )
    assert "Soup of the day" in re.sub(r"<[^>]+>", "", preview.content.decode())
    assert house.soup.history.count() == 1
    form = preview.context["confirm_form"].initial
    manager.post(address(Article, "process_import"), {key: value for key, value in form.items() if value is not None})

    house.soup.refresh_from_db()
    assert house.soup.name == {"en": "Soup of the day", "fr": "Soupe", "de": "Tagessuppe"}
    assert house.soup.allergens == ["celery", "milk"]
    assert house.soup.history.count() == 2
    assert Article.objects.get(code="bread").name == {"en": "Bread", "de": "Brot"}


def test_a_file_cannot_change_balances(house, manager, balance):
    row = f"id,name,company,category,credit_limit,balance\n{house.anna.pk},Anna Moved,house,staff,5.00,999.00\n"
    upload = SimpleUploadedFile("guests.csv", row.encode())
    preview = manager.post(address(Guest, "import"), {"import_file": upload, "format": "0"})
    form = preview.context["confirm_form"].initial
    manager.post(address(Guest, "process_import"), {key: value for key, value in form.items() if value is not None})

    assert balance(house.anna) == 2000
    assert (house.anna.name, house.anna.credit_limit_minor) == ("Anna Moved", 500)


def decision(manager, items, action="", note=""):
    """What the page answers after somebody decided about `items`, and what it says in its messages and notices."""
    data = {"item": [item.pk for item in items], "decision": action, "note": note}
    return manager.post(reverse("admin:spool_quarantine_decide"), data, follow=True).content.decode()


def test_somebody_decides_what_becomes_of_quarantined_entries(till, house, manager):
    till.write("weather", {})
    take_in(till.code, till.epoch, till.documents())
    item = Quarantine.objects.get()

    page = manager.post(address(Quarantine, "changelist"), {"action": "decide", "_selected_action": [item.pk]})
    assert "Take in again" in page.content.decode()
    assert "branch" not in page.content.decode()
    assert "Choose what becomes of it." in decision(manager, [item])
    assert "not known to this release" in decision(manager, [item], "take_in")
    assert "Say why it is set aside." in decision(manager, [item], "set_aside", " ")
    item.refresh_from_db()
    assert not item.resolved

    assert "1 entry dealt with." in decision(manager, [item], "set_aside", "a <b>test</b>")
    item.refresh_from_db()
    assert item.resolved
    page = manager.get(address(Quarantine, "change", item.pk)).content.decode()
    assert page.index("take in again") < page.index("set it aside")
    assert "a &lt;b&gt;test&lt;/b&gt;" in page
    assert "somebody" in page


def test_a_quarantined_ticket_says_what_it_is(till, house, manager):
    till.ticket(house.anna)
    till.sell(house.anna, 2)
    Terminal.objects.update(active=False)
    take_in(till.code, till.epoch, till.documents(2))
    item = Quarantine.objects.get()

    row = manager.get(address(Quarantine, "changelist")).content.decode()
    page = manager.get(address(Quarantine, "change", item.pk)).content.decode()
    for shown in ("ticket 2", "9.00", "terminal unknown or switched off"):
        assert shown in row.replace("\xa0", " ")
    assert "Anna Example" in page
    assert house.anna.pk in page


def test_the_cashier_office_sees_the_quarantine_and_decides_nothing(till, house, client):
    till.write("weather", {})
    take_in(till.code, till.epoch, till.documents())
    item = Quarantine.objects.get()
    sign_in(client, OFFICE)

    assert client.get(address(Quarantine, "changelist")).status_code == 200
    assert "Decide" not in client.get(address(Quarantine, "change", item.pk)).content.decode()
    answer = client.post(
        reverse("admin:spool_quarantine_decide"), {"item": [item.pk], "decision": "set_aside", "note": "x"}
    )
    assert answer.status_code == 403
    client.post(address(Quarantine, "changelist"), {"action": "decide", "_selected_action": [item.pk]})
    item.refresh_from_db()
    assert not item.resolved
