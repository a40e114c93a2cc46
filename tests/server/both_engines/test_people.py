"""What terminals hear of guests and cashiers: payer, photo, meals used, PINs."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from journal.keys import SigningKey
from masterdata.accounts_file import AccountsReader, AccountsReplica
from sales.kinds import TicketKind
from sales.tender import Tender, TenderKind
from server.catalog.models import Payer
from server.fleet.enrolment import enrol
from server.fleet.models import Enrolment, Terminal
from server.guests.models import Cashier, CashierBadge
from server.guests.photos import set_photo
from server.guests.replica import accounts_document
from server.spool.intake import take_in
from tests.server.lunch import Lane, furnish, lane_of


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.REFECTORY_DATA = tmp_path


class Ear:
    """The accounts of one terminal, brought up to date before every question."""

    def __init__(self, code, keys, path):
        self._enrolment, self._keys, self._path = Enrolment.objects.get(terminal__code=code), keys, path
        self._replica = AccountsReplica(path)

    @property
    def reader(self) -> AccountsReader:
        self.changes()
        return AccountsReader(self._path, self._keys.badge)

    def changes(self) -> list[str]:
        """The names of the guests in the next document."""
        document = accounts_document(self._enrolment.pk, self._replica.version, self._keys)
        self._replica.apply(document)
        return [guest["name"] for guest in document["guests"]]

    def close(self):
        self._replica.close()


@pytest.fixture
def guests(house):
    return furnish(house.store)


@pytest.fixture
def lane(house, guests, keys) -> Lane:
    """A till that sells today."""
    key = SigningKey.generate()
    request = {"terminal": "till-1", "public_key": key.public.to_base64()}
    enrolment = enrol(request, keys, house.store.code, role=Terminal.Role.TILL)
    lane = lane_of("till-1", enrolment.epoch, key, house.store)
    lane.day, lane.now = house.store.today(), datetime.now(UTC).replace(microsecond=0)
    return lane


@pytest.fixture
def ear(lane, keys, tmp_path):
    ear = Ear(lane.code, keys, tmp_path / "accounts.sqlite")
    yield ear
    ear.close()


@pytest.fixture
def marie(house):
    cashier = Cashier(
        company=house.store.company, code="marie", name="Marie", language="fr", permissions=["sell", "void"]
    )
    cashier.set_pin("4826")
    cashier.save()
    CashierBadge.objects.create(cashier=cashier, number="CAFE01")
    return cashier


def arrive(lane: Lane) -> None:
    take_in(lane.code, lane.epoch, lane.documents(Enrolment.objects.get(terminal__code=lane.code).upto + 1))


def test_a_guest_s_payer_and_photo_are_known_and_follow_their_changes(ear, guests):
    guest = guests[0]
    assert (ear.reader.guest(guest.pk).payer_id, ear.reader.guest(guest.pk).photo) == ("works", "")

    picture = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(picture, "PNG")
    key = set_photo(guest, picture.getvalue())
    guest.payer = Payer.objects.get(code="centre")
    guest.save()

    assert ear.changes() == [guest.name]
    assert (ear.reader.guest(guest.pk).payer_id, ear.reader.guest(guest.pk).photo) == ("centre", key)


def test_a_payer_with_a_new_code_reaches_terminals(ear, guests):
    ear.changes()
    payer = Payer.objects.get(code="works")
    payer.code = "plant"
    payer.save()
    assert ear.reader.guest(guests[0].pk).payer_id == "plant"


def test_a_meal_used_is_known_with_time_and_till_and_a_void_gives_it_back(ear, lane, guests):
    guest = guests[0]
    ear.changes()
    sold = lane.sell(lane.basket(guest, "stew"), Tender(TenderKind.CASH, 2000))
    arrive(lane)

    assert ear.changes() == [guest.name]
    (used,) = ear.reader.guest(guest.pk).meals
    assert (used.day, used.meal, used.count) == (lane.day, "lunch", 1)
    assert (used.at, used.terminal) == (sold.time_utc, "till-1")
    assert ear.reader.guest(guests[1].pk).meals == ()

    lane.take_back(sold, TicketKind.VOID)
    arrive(lane)
    assert ear.reader.guest(guest.pk).meals == ()


def test_a_till_knows_its_cashiers_at_once_and_nobody_s_pin(ear, marie, keys):
    (known,) = ear.reader.cashiers()
    assert (known.cashier_id, known.name, known.language) == ("marie", "Marie", "fr")
    assert set(known.permissions) == {"sell", "void"}
    assert ear.reader.cashier_by_badge("ca:fe:01").cashier_id == "marie"
    document = accounts_document(Enrolment.objects.get().pk, None, keys)
    assert document["cashiers"][0]["pin_hash"].startswith("$argon2id$")
    assert "4826" not in str(document)

    marie.blocked = True
    marie.save()
    assert ear.reader.cashiers()[0].blocked
    marie.badges.get().delete()
    assert ear.reader.cashier_by_badge("CAFE01") is None
    marie.delete()
    assert list(ear.reader.cashiers()) == []


@pytest.mark.parametrize("way", ["blocked badge", "other store", "no till"])
def test_a_cashier_is_known_only_where_needed(ear, marie, house, way):
    if way == "blocked badge":
        CashierBadge.objects.get().delete()
        CashierBadge.objects.create(cashier=marie, number="CAFE01", blocked=True)
    elif way == "other store":
        marie.store = house.other_store
        marie.save()
    else:
        Terminal.objects.update(role=Terminal.Role.KIOSK)
    assert ear.reader.cashier_by_badge("CAFE01") is None


def test_a_seven_byte_badge_is_found_by_a_reader_that_gives_four(ear, guests):
    guests[2].badges.create(number="04B1C2D3E4F580")
    assert ear.reader.guest_by_badge("04B1C2D3").guest_id == guests[2].pk
