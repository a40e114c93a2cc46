"""Pages for what selling without a line leaves behind: terminals, meals had twice, overdrawn accounts, offline policies."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from journal.keys import SigningKey
from masterdata.revision import decode, encode
from sales.offline import OfflineKind, OfflinePolicy
from server.catalog.models import GuestCategory
from server.core.roles import HR, KITCHEN, MANAGERS, OFFICE, VIEWERS
from server.fleet.enrolment import enrol
from server.fleet.models import Enrolment, Terminal
from server.replication.catalogue import build_catalogue
from server.replication.models import PublishRequest
from server.reporting.models import DoubleUse
from server.spool.intake import take_in
from tests.server.lunch import DAY, furnish, lane_of

PAGES = ("double-use", "overdrawn")


@pytest.fixture
def lunch(house, keys):
    """A guest of a payer eats twice, at two tills that know nothing of each other, and has no money."""
    people = furnish(house.store)
    for code in ("till-1", "till-2"):
        key = SigningKey.generate()
        enrolment = enrol({"terminal": code, "public_key": key.public.to_base64()}, keys, house.store.code)
        lane = lane_of(code, enrolment.epoch, key, house.store)
        lane.sell(lane.basket(people[0], "stew"))
        take_in(lane.code, lane.epoch, lane.documents())
    return people[0]


def signed_in(client, role):
    user = User.objects.create_user(role.replace(" ", "-").lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


def words(answer):
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " ").replace("\u202f", " ")


def seen(client, guest):
    data = {"guest": guest.pk, "day": DAY.isoformat(), "meal": "lunch", "until": DAY.isoformat()}
    return client.post(reverse("double-use-seen"), data, follow=True)


def test_a_manager_sees_who_ate_twice_and_says_so(lunch, client):
    signed_in(client, MANAGERS)
    page = words(client.get(reverse("double-use"), {"until": DAY.isoformat()}))
    assert "Nobody has seen these yet 1 Guest 0 20/11/2026 · Lunch 2 × Mark as seen" in page
    assert re.search(
        r"till-1 \d\d:\d\d 1 10\.30 € 3\.00 € till-2 \d\d:\d\d 1 10\.30 € 3\.00 € owed too often 3\.00 €", page
    )

    page = words(seen(client, lunch))
    assert "Nobody has seen" not in page
    assert "Seen 1 Guest 0 20/11/2026 · Lunch 2 × managers," in page
    assert DoubleUse.objects.get().seen_by == "managers"


def test_what_is_not_there_cannot_be_seen(lunch, client, house):
    assert "There is nothing left to be seen." in words(seen(signed_in(client, MANAGERS), house.anna))
    assert "Nobody had a meal twice in these days." in words(client.get(reverse("double-use"), {"until": "2026-01-31"}))


def test_the_dashboard_counts_what_nobody_has_seen(lunch, client):
    signed_in(client, MANAGERS)
    lunch.tickets.update(business_day=timezone.localdate())
    assert "1 guest had a meal twice" in words(client.get("/admin/"))
    data = {"guest": lunch.pk, "day": timezone.localdate().isoformat(), "meal": "lunch"}
    client.post(reverse("double-use-seen"), data)
    assert "had a meal twice" not in words(client.get("/admin/"))


def test_an_overdrawn_account_says_by_how_much_and_where(lunch, client):
    page = words(signed_in(client, OFFICE).get(reverse("overdrawn")))
    assert "Guest 0 Staff 14.60 € −14.60 € 0.00 €" in page
    for till in ("till-1", "till-2"):
        assert f"{till} 1 ticket, 7.30 €" in page


@pytest.mark.parametrize("role", [HR, KITCHEN])
def test_personnel_and_kitchen_see_neither(lunch, client, role):
    signed_in(client, role)
    for name in PAGES:
        assert client.get(reverse(name)).status_code == 403, name
    assert seen(client, lunch).status_code == 403
    assert "had a meal twice" not in words(client.get("/admin/"))


@pytest.mark.parametrize("role", [VIEWERS, OFFICE])
def test_who_may_only_look_marks_nothing_as_seen(lunch, client, role):
    signed_in(client, role)
    for name in PAGES:
        assert client.get(reverse(name)).status_code == 200, name
    assert "Mark as seen" not in words(client.get(reverse("double-use"), {"until": DAY.isoformat()}))
    assert seen(client, lunch).status_code == 403
    assert not DoubleUse.objects.exists()


def test_nobody_sees_them_without_signing_in(lunch, client):
    for name in PAGES:
        assert client.get(reverse(name)).status_code == 302, name


def test_the_list_of_terminals_says_what_is_wrong_with_each(till, house, client):
    till.sell(house.anna)
    till.sell(house.anna)
    take_in(till.code, till.epoch, till.documents(1, 1))
    take_in(till.code, till.epoch, till.documents(3, 3))
    Enrolment.objects.update(head_seq=3, alarm="The journal has two branches at entry 2: its key is in use twice.")
    Terminal.objects.update(
        online=True,
        mode="local",
        unsent_minor=900,
        oldest_unsent_at=timezone.now() - timedelta(minutes=7),
        clock_skew_s=-300,
        disk_used_percent=85,
        transfer="by_hand",
        software="1.2",
    )
    signed_in(client, MANAGERS)
    page = words(client.get(reverse("admin:fleet_terminal_changelist")))
    for shown in (
        "2 entries 9.00 € · for 7 minutes",
        "1 of 3 entry 2 is missing",
        "5 min slow",
        "85 %",
        "by hand",
        "alarm",
    ):
        assert shown in page
    one = client.get(reverse("admin:fleet_terminal_change", args=[Terminal.objects.get().pk]))
    assert "its key is in use twice. The disk was copied" in words(one)
    assert "journal opened" in words(one)
    assert "Clear the alarm" in words(one)

    clearing = reverse("admin:fleet_terminal_clear_alarm", args=[Terminal.objects.get().pk])
    assert "In the quarantine, take in what it sold under a new branch." in words(client.get(clearing))
    assert Enrolment.objects.get().alarm
    client.post(clearing)
    one = words(client.get(reverse("admin:fleet_terminal_change", args=[Terminal.objects.get().pk])))
    assert "No alarm." in one
    assert Enrolment.objects.get().alarm == ""


def category(policy, limit):
    names = {f"name_{language}": "Staff" if language == "en" else "" for language in ("en", "fr", "de", "es")}
    return {**names, "code": "staff", "offline_policy": policy, "offline_limit_minor": limit}


def test_the_policy_of_a_guest_category_goes_into_the_next_revision(house, client):
    signed_in(client, MANAGERS)
    staff = GuestCategory.objects.get(code="staff")
    address = reverse("admin:catalog_guestcategory_change", args=[staff.pk])
    assert "credit limit + number of terminals cut off × this limit" in words(client.get(address))
    PublishRequest.objects.all().delete()

    answer = client.post(address, category("feed_first", "12.50"))
    assert answer.status_code == 302, words(answer)

    assert PublishRequest.objects.exists()
    built = decode(encode(build_catalogue(house.store, 1, timezone.now(), DAY)))
    policies = {category.id: category.offline for category in built.guest_categories}
    assert policies == {
        "guest": OfflinePolicy(OfflineKind.REFUSE, 3000),
        "staff": OfflinePolicy(OfflineKind.FEED_FIRST, 1250),
    }


def test_a_limit_below_zero_is_refused(house, client):
    signed_in(client, MANAGERS)
    address = reverse("admin:catalog_guestcategory_change", args=[GuestCategory.objects.get(code="staff").pk])
    answer = client.post(address, category("refuse", "-0.01"))
    assert "greater than or equal to 0" in words(answer)
    assert GuestCategory.objects.get(code="staff").offline_limit_minor == 3000
