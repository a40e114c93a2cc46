"""Who sees what: personnel sees sums and nothing else, the kitchen sees menus, the cashier office guests and counts."""

import csv
import io
import re
from datetime import date

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import NoReverseMatch, get_resolver, reverse

from journal.keys import SigningKey
from sales.tender import Tender, TenderKind
from server.core.roles import HR, KITCHEN, MANAGERS, OFFICE, VIEWERS
from server.fleet.enrolment import enrol
from server.guests.models import Guest
from server.menus.models import MenuEntry
from server.reporting.payroll import payroll
from server.sales.models import Ticket
from server.spool.intake import take_in
from tests.server.lunch import DAY, furnish, lane_of

NOVEMBER = date(2026, 11, 1)
DISHES = ("Soup", "Stew", "Pasta", "Pudding", "Juice", "Salad")
CLOCK = re.compile(r"\b1[0-4]:[0-5]\d\b")


@pytest.fixture
def lunch(house, keys):
    """Two trays of a guest of Works, one of Centre, one of nobody's guest, one of a visitor; one is taken back."""
    people = furnish(house.store)
    key = SigningKey.generate()
    enrolment = enrol({"terminal": "till-1", "public_key": key.public.to_base64()}, keys, house.store.code)
    lane = lane_of("till-1", enrolment.epoch, key, house.store)
    lane.open_shift()
    lane.sell(lane.basket(people[0], "stew"))
    lane.sell(
        lane.basket(people[0], "stew"),
    )
    lane.take_back(lane.sell(lane.basket(people[1], "pasta")))
    lane.sell(lane.basket(people[2], "stew", "juice"))
    lane.sell(lane.basket(people[3], "pasta"))
    lane.sell(lane.basket(None, "soup"), Tender(TenderKind.CARD, 450))
    lane.close_shift()
    lane.z_report()
    MenuEntry.objects.create(store=house.store, date=house.store.today(), article=house.soup, planned_portions=9)
    take_in(lane.code, lane.epoch, lane.documents())
    return people


def signed_in(client, role):
    user = User.objects.create_user(role.replace(" ", "-").lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


def words(answer):
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " ")


def every_address():
    """Every page and endpoint of head office that an address can be made for, with the objects there are."""
    for model in admin.site._registry:
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        one = model._default_manager.first() if model._meta.managed else None
        for page in ("changelist", "add", "import", "export", "change", "delete", "history"):
            try:
                yield reverse(stem + page, args=[one.pk] if page in ("change", "delete", "history") and one else [])
            except NoReverseMatch:
                continue
    yield from (
        reverse("admin:index"),
        reverse("admin:jsi18n"),
        "/admin/search/?s=soup",
        "/admin/sales/",
        "/admin/menus/",
    )
    yield "/admin/autocomplete/?app_label=menus&model_name=menuentry&field_name=article&term=s"
    for name in get_resolver().reverse_dict:
        if isinstance(name, str):
            for args in ([], [1]):
                try:
                    yield reverse(name, args=args)
                except NoReverseMatch:
                    continue


def test_personnel_gets_no_dish_and_no_time_from_any_page(lunch, client):
    signed_in(client, HR)
    addresses = sorted(set(every_address()))
    assert len(addresses) > 120
    opened = []
    for address in addresses:
        answer = client.get(address)
        if answer.status_code == 200:
            opened.append(address)
            text = words(answer)
            assert not [dish for dish in DISHES if dish in text], address
            assert not CLOCK.search(text), address
    assert {"/admin/", "/admin/payroll/", "/admin/payroll/csv/"} <= set(opened)
    assert not [
        address
        for address in opened
        if re.match(r"/admin/(sales|guests|catalog|menus|fleet|spool|week|live|quick)", address)
    ]


def test_personnel_sees_the_month_by_payer_and_guest(lunch, client):
    signed_in(client, HR)
    text = words(client.get("/admin/payroll/?month=2026-11"))
    assert "Works guest subsidised meals payer owes guest paid Guest 0 2 6.00 € 14.60 €" in text
    assert "Centre guest" in text
    assert "Guest 3" not in text
    assert "No guest of a payer ate in this month." in words(client.get("/admin/payroll/?month=2026-10"))


def test_the_sums_are_those_of_the_tickets_and_voids_cancel_out(lunch):
    rows = {row.guest: row for row in payroll(NOVEMBER)}
    assert (rows["Guest 0"].meals, rows["Guest 0"].share_minor, rows["Guest 0"].guest_minor) == (2, 600, 1460)
    assert (rows["Guest 1"].meals, rows["Guest 1"].share_minor, rows["Guest 1"].guest_minor) == (0, 0, 0)
    with_payer = Ticket.objects.exclude(payer_code="")
    assert sum(row.share_minor + row.guest_minor for row in rows.values()) == sum(t.total_minor for t in with_payer)
    assert [row.payer_code for row in payroll(NOVEMBER, "centre")] == ["centre"]


def test_the_file_for_payroll_opens_in_a_spreadsheet_and_runs_nothing_there(lunch, client):
    Guest.objects.filter(name="Guest 0").update(name="=HYPERLINK(1)")
    answer = signed_in(client, HR).get("/admin/payroll/csv/?month=2026-11&payer=works")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="payroll-2026-11.csv"' in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["guest"] for row in rows] == ["'=HYPERLINK(1)", "Guest 1"]
    assert (rows[0]["month"], rows[0]["payer_share"], rows[0]["guest_part"], rows[0]["meals"]) == (
        *("2026-11", "6.00", "14.60", "2"),
    )


@pytest.mark.parametrize("role", [KITCHEN, OFFICE, VIEWERS])
def test_nobody_else_but_managers_sees_payroll(lunch, client, role):
    signed_in(client, role)
    assert client.get("/admin/payroll/").status_code == 403
    assert client.get("/admin/payroll/csv/").status_code == 403


def test_managers_see_payroll(lunch, client):
    assert "Guest 0" in words(signed_in(client, MANAGERS).get("/admin/payroll/?month=2026-11"))


def test_the_kitchen_keeps_menus_and_sees_no_money(lunch, client, house):
    signed_in(client, KITCHEN)
    for address in (
        "/admin/",
        "/admin/week/",
        "/admin/menus/menuentry/",
        "/admin/catalog/article/",
        "/admin/sales/kitchenorder/",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "€" not in words(answer), address
    for address in ("/admin/sales/ticket/", "/admin/catalog/price/", "/admin/guests/guest/", "/admin/sales/closing/"):
        assert client.get(address).status_code == 403, address


def test_the_cashier_office_keeps_guests_and_reads_counts_and_changes_no_prices(lunch, client):
    signed_in(client, OFFICE)
    for address in (
        "/admin/guests/guest/",
        "/admin/guests/cashier/add/",
        "/admin/sales/closing/",
        "/admin/sales/ticket/",
    ):
        assert client.get(address).status_code == 200, address
    for address in (
        "/admin/catalog/price/",
        "/admin/menus/menuentry/add/",
        "/admin/auth/user/",
        "/admin/catalog/setmenu/",
    ):
        assert client.get(address).status_code == 403, address


def test_the_sidebar_offers_only_what_opens(lunch, client):
    for role in (HR, KITCHEN, OFFICE, VIEWERS, MANAGERS):
        signed_in(client, role)
        page = client.get("/admin/").content.decode()
        links = set(re.findall(r'href="(/admin/[a-z-]+/(?:[a-z]+/)?)"', page)) - {
            "/admin/logout/",
            "/admin/password_change/",
        }
        assert links or role == HR
        for link in links:
            assert client.get(link).status_code == 200, (role, link)
        User.objects.all().delete()


def test_a_z_report_reads_as_on_paper_and_says_that_it_agrees(lunch, client):
    signed_in(client, OFFICE)
    text = words(client.get("/admin/sales/closing/1/change/"))
    assert "Sum of its shifts = Z report = tickets and movements held here." in text
    assert "Z REPORT 1" in text
    assert f"Business day {DAY.isoformat()}" in text
    assert "Accounts: not turnover" in text
    assert "Staff Works 14.60 € – – 6.00 € 20.60 €" in text
    assert "Agrees with the tickets" in words(client.get("/admin/sales/shift/1/change/"))


def test_a_z_report_that_lost_a_ticket_says_what_differs(lunch, client):
    signed_in(client, OFFICE)
    last = Ticket.objects.order_by("-number").first()
    Ticket.objects.filter(pk=last.pk).update(shift=99)
    text = words(client.get("/admin/sales/closing/1/change/"))
    assert "Does not agree:" in text
    assert "turnover_minor is" in text
