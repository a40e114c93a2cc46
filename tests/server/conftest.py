"""A small house at head office, and terminals that sell in it: real keys, real journal entries, real tickets."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from journal.chain import link
from journal.entry import Entry
from journal.keys import SigningKey, sign_document
from mqtt_bridge import wire
from sales.authorisation import Authorisation, AuthorisationOutcome
from sales.basket import Basket
from sales.catalogue import Catalogue
from sales.funding import Diner
from sales.tender import Tender, TenderKind
from sales.ticket import make_ticket, to_payload
from server.catalog import models as catalog
from server.core.keys import HeadOfficeKeys, create_keys, load_keys
from server.fleet.enrolment import enrol
from server.fleet.models import Enrolment, Terminal
from server.guests.ledger import post
from server.guests.models import Badge, Guest, LedgerEntry
from server.replication.catalogue import build_catalogue

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 11, 28, 3, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """SQLite is tested as it is used: a file with a write-ahead log, not memory."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        with tempfile.TemporaryDirectory() as folder:
            database["TEST"]["NAME"] = str(Path(folder) / f"test-{os.getpid()}.sqlite3")
            yield
    else:
        yield


@dataclass
class House:
    """What the tests need to know of the house."""

    store: catalog.Store
    other_store: catalog.Store
    soup: catalog.Article
    anna: Guest
    ben: Guest


@pytest.fixture
def house(db: None) -> House:
    company = catalog.Company.objects.create(code="house", name="House")
    store = catalog.Store.objects.create(company=company, code="hall", name="Hall")
    other_store = catalog.Store.objects.create(company=company, code="cafe", name="Café")
    staff = catalog.GuestCategory.objects.create(code="staff", name={"en": "Staff", "de": "Personal"})
    catalog.GuestCategory.objects.create(code="guest", name={"en": "Visitor"})
    food = catalog.TaxClass.objects.create(code="food", name={"en": "Food"})
    catalog.TaxRate.objects.create(tax_class=food, valid_from=date(2020, 1, 1), eat_in_bp=1900, take_away_bp=700)
    mains = catalog.Category.objects.create(code="mains", name={"en": "Mains"})
    soup = catalog.Article.objects.create(
        code="soup", plu=7, name={"en": "Soup", "fr": "Soupe"}, category=mains, tax_class=food
    )
    catalog.Price.objects.create(article=soup, amount_minor=450, valid_from=date(2026, 1, 1))
    people = [
        Guest.objects.create(company=company, name=name, category=staff, credit_limit_minor=1000)
        for name in ("Anna Example", "Ben Example")
    ]
    Badge.objects.create(guest=people[0], number="04A23F")
    post([LedgerEntry(guest=people[0], amount_minor=2000, kind=LedgerEntry.Kind.TOP_UP)])
    for person in people:
        person.refresh_from_db()
    return House(store, other_store, soup, *people)


@pytest.fixture
def keys(tmp_path: Path) -> HeadOfficeKeys:
    create_keys(tmp_path / "keys")
    return load_keys(tmp_path / "keys")


@dataclass
class Till:
    """A terminal that writes journal entries; `entries` is its journal from the first entry on."""

    code: str
    epoch: int
    key: SigningKey
    house: House
    entries: list[Entry] = field(default_factory=list)
    number: int = 0

    def write(self, kind: str, payload: dict[str, Any], key: SigningKey | None = None) -> Entry:
        """Append an entry, signed by `key` instead of the terminal's own when given."""
        entry = self.sign(kind, payload, key)
        self.entries.append(entry)
        return entry

    def sign(self, kind: str, payload: dict[str, Any], key: SigningKey | None = None) -> Entry:
        """Make the next entry without appending it."""
        return link(
            self.entries[-1] if self.entries else None,
            terminal=self.code,
            epoch=self.epoch,
            key=key or self.key,
            kind=kind,
            time_utc=NOON,
            business_day=TODAY,
            payload=payload,
        )

    def request(self, guest: Guest | None, amount_minor: int = 450, **changes: Any) -> dict[str, Any]:
        """A signed request for an authorisation; without a guest only whether head office answers."""
        asked = wire.Authorise(
            terminal=self.code,
            epoch=self.epoch,
            request=secrets.token_hex(16),
            kind="hold" if guest else "probe",
            guest=guest.pk if guest else "",
            amount_minor=amount_minor if guest else 0,
            day=TODAY,
        )
        return sign_document(self.key, wire.AUTHORISE_CONTEXT, wire.unsigned(asked) | changes)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What it sells by: the house as it was at the first sale."""
        return build_catalogue(self.house.store, 1, NOON, TODAY)

    def ticket(self, guest: Guest, quantity: int = 1, request: str = "") -> dict[str, Any]:
        """The payload of a sale of soup, paid from the guest's account, authorised by `request` if given."""
        basket = Basket(self.catalogue, Diner("staff"), TODAY)
        basket.add("soup", quantity)
        self.number += 1
        return to_payload(
            make_ticket(
                basket,
                terminal=self.code,
                number=self.number,
                time_utc=NOON,
                business_day=TODAY,
                language="en",
                guest_id=guest.pk,
                tenders=(Tender(TenderKind.ACCOUNT, basket.total_minor, guest.pk),),
                pickup_number=self.number,
                authorisation=Authorisation(request, AuthorisationOutcome.GRANTED) if request else None,
            )
        )

    def sell(self, guest: Guest, quantity: int = 1, request: str = "") -> Entry:
        """Append a sale of soup, paid from the guest's account."""
        return self.write("ticket", self.ticket(guest, quantity, request))

    def documents(self, first: int = 1, last: int | None = None) -> list[dict[str, Any]]:
        """Entries `first` to `last` as they go onto the wire."""
        return [entry.to_json_dict() for entry in self.entries[first - 1 : last]]

    @property
    def enrolment(self) -> Enrolment:
        """What head office knows of this journal now."""
        return Enrolment.objects.select_related("terminal__store").get(terminal__code=self.code, epoch=self.epoch)


@pytest.fixture
def make_till(house: House, keys: HeadOfficeKeys) -> Callable[[str], Till]:
    def make(code: str) -> Till:
        key = SigningKey.generate()
        enrolment = enrol({"terminal": code, "public_key": key.public.to_base64()}, keys, house.store.code)
        till = Till(code, enrolment.epoch, key, house)
        till.write("open", {"run_id": "test"})
        return till

    return make


@pytest.fixture
def till(make_till: Callable[[str], Till]) -> Till:
    return make_till("kiosk-1")


@pytest.fixture
def balance() -> Callable[[Guest], int]:
    """A guest's cached balance in minor units, and the proof that it is the sum of the ledger."""

    def read(guest: Guest) -> int:
        guest.refresh_from_db()
        assert guest.balance_minor == sum(entry.amount_minor for entry in guest.ledger.all())
        return guest.balance_minor

    return read


@pytest.fixture
def terminal_row() -> Callable[[str], Terminal]:
    return lambda code: Terminal.objects.get(code=code)
