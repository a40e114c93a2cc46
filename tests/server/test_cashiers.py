"""Cashiers: PINs nobody can read, permissions, and badges that are not a guest's."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.urls import reverse

from masterdata.pins import pin_matches
from server.catalog.models import Company
from server.guests.choices import PERMISSIONS, ROLE_PRESETS
from server.guests.models import Badge, Cashier, CashierBadge


@pytest.fixture
def marie(house):
    cashier = Cashier(company=house.store.company, code="marie", name="Marie", permissions=["sell", "refund"])
    cashier.set_pin("4826")
    cashier.full_clean()
    cashier.save()
    return cashier


def test_a_pin_is_kept_only_as_a_hash(marie):
    kept = Cashier.objects.get()
    assert kept.pin_hash.startswith("$argon2id$")
    assert "4826" not in str(vars(kept)) + str(list(Cashier.history.values()))
    assert pin_matches(kept.pin_hash, "4826")
    assert not pin_matches(kept.pin_hash, "4827")
    assert not pin_matches(Cashier(code="nobody").pin_hash, "")


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "１２３４", " 1234"])
def test_a_pin_has_four_to_eight_digits(marie, pin):
    with pytest.raises(ValidationError, match="4 to 8 digits") as problem:
        marie.set_pin(pin)
    assert list(problem.value.message_dict) == ["pin"]
    assert pin_matches(marie.pin_hash, "4826")


def test_permissions_are_those_of_the_house(marie):
    marie.permissions = ["sell", "fly"]
    with pytest.raises(ValidationError, match="fly"):
        marie.full_clean()
    known = {code for code, _label in PERMISSIONS}
    assert set(ROLE_PRESETS["cashier"]) < set(ROLE_PRESETS["supervisor"]) == known


def test_a_cashier_of_another_company_s_store_is_refused(marie, house):
    marie.company = Company.objects.create(code="other", name="Other")
    marie.store = house.store
    with pytest.raises(ValidationError) as problem:
        marie.full_clean()
    assert list(problem.value.message_dict) == ["store"]


def test_a_badge_signs_in_or_pays_and_never_both(marie, house):
    with pytest.raises(ValidationError, match="badge of a guest"):
        CashierBadge(cashier=marie, number="04:a2:3f").full_clean()
    CashierBadge.objects.create(cashier=marie, number="CAFE01")
    with pytest.raises(ValidationError, match="badge of a cashier"):
        Badge(guest=house.ben, number="ca-fe-01").full_clean()


def test_the_back_office_takes_a_pin_and_never_shows_one(marie, client):
    client.force_login(User.objects.create_superuser("boss"))
    address = reverse("admin:guests_cashier_change", args=[marie.pk])
    fields = {
        "name": "Marie",
        "code": "marie",
        "company": marie.company.pk,
        "store": "",
        "language": "fr",
        "permissions": ["sell"],
        "badges-TOTAL_FORMS": "0",
        "badges-INITIAL_FORMS": "0",
    }
    bad = client.post(address, fields | {"new_pin": "12"}).content.decode()
    assert "A PIN has 4 to 8 digits." in bad
    assert client.post(address, fields | {"new_pin": ""}).status_code == 302
    assert pin_matches(Cashier.objects.get().pin_hash, "4826")

    assert client.post(address, fields | {"new_pin": "99887766"}).status_code == 302
    marie = Cashier.objects.get()
    assert (pin_matches(marie.pin_hash, "99887766"), marie.language, marie.permissions) == (True, "fr", ["sell"])
    page = client.get(address).content.decode()
    assert "99887766" not in page
    assert "argon2" not in page
