"""Badges of guests: several each, lent, expiring, replaced."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.urls import reverse

from masterdata.accounts_file import AccountsReader, AccountsReplica
from server.catalog.models import Company, Payer
from server.guests.models import Badge, Guest
from server.guests.replica import accounts_document

DAY = date(2026, 11, 20)


@pytest.fixture
def reader(till, keys, tmp_path):
    """Looks a badge up on a terminal that has just asked for everything that changed."""
    with AccountsReplica(tmp_path / "accounts.sqlite") as replica:

        def look_up(number, on=DAY):
            replica.apply(accounts_document(till.enrolment.pk, replica.version, keys))
            return AccountsReader(tmp_path / "accounts.sqlite", keys.badge).guest_by_badge(number, on)

        yield look_up


def test_any_of_several_badges_finds_the_guest(house, reader):
    Badge.objects.create(guest=house.anna, number="BEEF0001")
    assert {reader(number).guest_id for number in ("04A23F", "be:ef:00:01")} == {house.anna.pk}


def test_the_old_badge_is_dead_as_soon_as_it_is_replaced(house, reader):
    old = house.anna.badges.get()
    assert not reader(old.number).badge_replaced

    new = old.replace_with("04-b7-77")

    assert new.number == "04B777"
    assert reader("04A23F").badge_replaced
    assert not reader("04B777").badge_replaced
    assert reader("04B777").guest_id == house.anna.pk


def test_a_badge_is_replaced_once_and_only_by_a_free_number(house):
    old = house.anna.badges.get()
    other = Badge.objects.create(guest=house.ben, number="BE0001")
    with pytest.raises(ValidationError, match="already exists"):
        old.replace_with(other.number)
    assert Badge.objects.get(pk=old.pk).replaced_by is None
    old.replace_with("04B777")
    with pytest.raises(ValidationError, match="replaced already"):
        Badge.objects.get(pk=old.pk).replace_with("04B778")
    assert house.anna.badges.count() == 2


def test_a_lent_badge_works_on_its_days_only(house, reader):
    lent = Badge(
        guest=house.ben,
        number="1E0001",
        temporary=True,
        valid_from=date(2026, 11, 19),
        valid_to=date(2026, 11, 21),
    )
    lent.full_clean()
    lent.save()
    on = [date(2026, 11, day) for day in (18, 19, 21, 22)]
    rows = [reader("1E0001", day) for day in on]
    assert [row.badge_not_yet_valid or row.badge_expired for row in rows] == [True, False, False, True]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": "-- --"}, "number"),
        ({"temporary": True}, "valid_to"),
        ({"valid_from": date(2026, 5, 2), "valid_to": date(2026, 5, 1)}, "valid_to"),
    ],
)
def test_a_badge_that_makes_no_sense_names_the_field(house, values, field):
    with pytest.raises(ValidationError) as problem:
        Badge(**{"guest": house.ben, "number": "BE0002"} | values).full_clean()
    assert field in problem.value.message_dict


def test_a_badge_of_another_guest_replaces_nothing(house):
    badge = house.anna.badges.get()
    badge.replaced_by = Badge.objects.create(guest=house.ben, number="BE0001")
    with pytest.raises(ValidationError) as problem:
        badge.full_clean()
    assert list(problem.value.message_dict) == ["replaced_by"]


def test_a_payer_of_another_company_is_refused(house):
    other = Company.objects.create(code="other", name="Other")
    guest = Guest.objects.get(pk=house.ben.pk)
    guest.payer = Payer.objects.create(company=other, code="elsewhere", name={"en": "Elsewhere"})
    with pytest.raises(ValidationError) as problem:
        guest.full_clean()
    assert list(problem.value.message_dict) == ["payer"]


@pytest.fixture
def office(client, house):
    """Saves Anna's badge on her page of the back office; returns the answer."""
    client.force_login(User.objects.create_superuser("boss"))
    badge = house.anna.badges.get()
    fields = {
        "name": "Anna Example",
        "category": house.anna.category.pk,
        "company": house.anna.company.pk,
        "store": "",
        "payer": "",
        "credit_limit_minor": "10.00",
        "badges-TOTAL_FORMS": "2",
        "badges-INITIAL_FORMS": "1",
        "badges-0-id": badge.pk,
        "badges-0-guest": house.anna.pk,
        "badges-0-number": badge.number,
        "badges-1-guest": house.anna.pk,
    }
    address = reverse("admin:guests_guest_change", args=[house.anna.pk])
    return lambda **changed: client.post(address, fields | {f"badges-{name}": value for name, value in changed.items()})


@pytest.mark.parametrize(
    ("typed", "spelling"),
    [("04:B1:C2:D3", ""), ("D3C2B104", "hex-lsb"), ("78758611", "decimal"), ("3552751876", "decimal-lsb")],
)
def test_a_number_typed_as_any_reader_writes_it_is_one_badge(house, office, reader, typed, spelling):
    assert office(**{"1-number": typed, "1-spelling": spelling}).status_code == 302
    assert reader("04B1C2D3").guest_id == house.anna.pk


def test_a_badge_is_replaced_in_the_back_office(house, office, reader):
    assert office(**{"0-new_number": "04 b7 77"}).status_code == 302
    assert reader("04A23F").badge_replaced
    assert not reader("04B777").badge_replaced


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"0-new_number": "--"}, "needs letters or digits"),
        ({"0-new_number": "BE0001"}, "already exists"),
        ({"1-number": "12AB", "1-spelling": "decimal"}, "no badge number written in that way"),
    ],
)
def test_a_number_that_is_not_fit_is_told_and_changes_nothing(house, office, typed, message):
    Badge.objects.create(guest=house.ben, number="BE0001")
    answer = office(**typed)
    assert message in answer.content.decode()
    assert [(badge.number, badge.replaced_by) for badge in house.anna.badges.all()] == [("04A23F", None)]
