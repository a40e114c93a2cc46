"""The guests of the demonstration. Nobody here exists; numbers and balances are the same on every machine."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from server.catalog.models import GuestCategory, Payer, Store
from server.core.demo.portraits import portrait
from server.guests.ledger import post
from server.guests.models import Badge, Guest, LedgerEntry
from server.guests.photos import set_photo

NUMBER_OF_GUESTS = 300

_GIVEN_NAMES = (
    "Alma Bilal Chiara Dario Elif Fabian Greta Hassan Ines Jakub Kaja Leander Mira Nils Oda Paolo Quentin Rania Selma Timur "
    "Ulrike Valentin Wanda Xenia Yannis Zora Aylin Bruno Clara Dmitri Emil Farida Gabor Helene Ivo Jette Kolja Lucía Matteo Noor"
)
_FAMILY_NAMES = (
    "Ahrend Bachmeier Celik Dorn Eberle Fontana Gruber Hollmann Ibarra Jansen Kowal Lindqvist Marchetti Nowotny Okoye Petersen "
    "Quast Reuter Santoro Thielen Ulmer Vasquez Wagenknecht Yildiz Zeller Brandis Conrad Dupont Engelhart Feuerbach Gessner "
    "Haverkamp Ilic Jacobi Kallas Lorenzen Moreau Neander Ossowski Pfeil"
)


@dataclass(frozen=True)
class Person:
    """Somebody of the demonstration; `remark` explains a badge that is worth trying, else it is empty.

    `lent` badges are valid for two weeks from the first day on; `lost_badge` is one that `badge` replaces.
    """

    name: str
    category: str
    badge: str
    balance_minor: int
    credit_limit_minor: int = 0
    blocked: bool = False
    badge_blocked: bool = False
    badge_valid_to: date | None = None
    remark: str = ""
    payer: str = ""
    lent: bool = False
    lost_badge: str = ""

    @property
    def has_portrait(self) -> bool:
        """Whoever has a payer, or a badge worth trying, has a photo."""
        return bool(self.payer or self.remark)

    @property
    def guest_id(self) -> str:
        """The same 32 hexadecimal digits on every machine."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"refectory:demo:{self.badge}").hex


WELL_KNOWN = (
    Person("Anna Keller", "student", "04A1B2C3", 2340, remark="student"),
    Person("Tomás Rivero", "employee", "04B3D5E7", 6175, 1000, remark="employee"),
    Person("Jonas Petry", "student", "04C0FFEE", 80, remark="student, hardly any money"),
    Person("Miriam Adler", "student", "04D00D1E", 1890, badge_blocked=True, remark="badge blocked"),
    Person("Olivier Blanc", "employee", "04E5A6B7", 3510, badge_valid_to=date(2025, 12, 31), remark="badge expired"),
    Person("Paula Stern", "student", "04F1E2D3", 1200, blocked=True, remark="account blocked"),
    Person("Thomas Berger", "employee", "04A7B8C9", 1820, remark="Werk Nord pays a share of lunch", payer="werk-nord"),
    Person(
        "Sabine Wolf",
        "employee",
        "04B1C2D3E4F580",
        4210,
        remark="cost centre pays a share, badge of 7 bytes",
        payer="stadtarchiv",
    ),
    Person("Lena Sommer", "student", "04E1E2E3", 1540, remark="badge lent for two weeks", lent=True),
    Person(
        "Rolf Brandt",
        "employee",
        "04D5E6F8",
        2975,
        1000,
        remark="new badge",
        payer="werk-nord",
        lost_badge="04D5E6F7",
    ),
)
UNKNOWN_BADGE = "04FFFFFF"


def people() -> Iterator[Person]:
    """All guests: the well-known ones and as many others as it takes."""
    yield from WELL_KNOWN
    given, family = _GIVEN_NAMES.split(), _FAMILY_NAMES.split()
    for number in range(NUMBER_OF_GUESTS - len(WELL_KNOWN)):
        noise = hashlib.sha256(f"guest {number}".encode()).digest()
        employee = noise[0] < 77
        # Stepping through the family names while the given names go round gives every guest a name of their own.
        name = f"{given[number % len(given)]} {family[(number // len(given) * 7 + number) % len(family)]}"
        balance_minor = int.from_bytes(noise[1:3], "big") % 7000
        badge = f"05{number:04X}{noise[3]:02X}"
        payer = ("werk-nord", "", "stadtarchiv", "werk-nord", "")[noise[4] % 5] if noise[0] < 55 else ""
        category, limit_minor = ("employee", 1000) if employee else ("student", 0)
        yield Person(name, category, badge, balance_minor, limit_minor, payer=payer)


def ensure_people(store: Store, today: date) -> int:
    """Add the guests that are missing, each with badges and an opening balance; returns how many were added."""
    categories = {category.code: category for category in GuestCategory.objects.all()}
    payers = {payer.code: payer for payer in Payer.objects.all()}
    known = set(Guest.objects.values_list("pk", flat=True))
    opening: list[LedgerEntry] = []
    for person in people():
        if person.guest_id in known:
            continue
        guest = Guest(
            id=person.guest_id,
            company=store.company,
            store=store,
            name=person.name,
            category=categories[person.category],
            payer=payers.get(person.payer),
            credit_limit_minor=person.credit_limit_minor,
            blocked=person.blocked,
        )
        guest.save(force_insert=True)
        _give_badges(guest, person, today)
        if person.has_portrait:
            set_photo(guest, portrait(person.name))
        opening.append(
            LedgerEntry(
                guest=guest, amount_minor=person.balance_minor, kind=LedgerEntry.Kind.TOP_UP, note="Opening balance"
            )
        )
    post(opening)
    return len(opening)


def _give_badges(guest: Guest, person: Person, today: date) -> None:
    if person.lost_badge:
        lost = Badge(guest=guest, number=person.lost_badge)
        lost.save(force_insert=True)
        lost.replace_with(person.badge)
        return
    badge = Badge(guest=guest, number=person.badge, blocked=person.badge_blocked, valid_to=person.badge_valid_to)
    if person.lent:
        badge.temporary, badge.valid_from, badge.valid_to = True, today, today + timedelta(days=13)
    badge.save(force_insert=True)
