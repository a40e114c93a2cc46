"""A badge finds its guest in what head office last sent, and a balance never comes without the mark it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from masterdata.accounts_file import AccountsError, AccountsGap, AccountsReader, AccountsReplica, initials
from masterdata.accounts_schema import migrations
from masterdata.badges import badge_hash, normalise, short_badge_hash

KEY = b"k" * 32
START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def guest(guest_id: str, badge: str = "", balance_minor: int = 1000, **changes: Any) -> dict[str, Any]:
    hashes = {"hash": badge_hash(KEY, badge), "short_hash": short_badge_hash(KEY, badge)} if badge else {}
    badges = [hashes | {"blocked": False, "valid_to": None}] if badge else []
    return {
        "id": guest_id,
        "name": "Ada Lovelace",
        "category": "staff",
        "balance_minor": balance_minor,
        "credit_limit_minor": 500,
        "blocked": False,
        "badges": badges,
        "removed": False,
    } | changes


def document(version: int, *guests: dict[str, Any], base: int | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "v": 2,
        "terminal": "kiosk-1",
        "server": "main",
        "full": base is None,
        "base_version": base or 0,
        "version": version,
        "epoch": 1,
        "upto": version * 10,
        "as_of": (START + timedelta(seconds=version)).isoformat(),
        "guests": list(guests),
        "cashiers": [],
        "signature": "checked by the bridge",
    } | changes


class Store:
    def __init__(self, folder: Path) -> None:
        self.replica = AccountsReplica(folder / "accounts.sqlite")
        self.reader = AccountsReader(folder / "accounts.sqlite", KEY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.replica.close()


def test_a_badge_finds_its_guest_however_the_reader_spells_it(store: Store) -> None:
    store.replica.apply(document(3, guest("g-1", "04:a2:3f:11"), guest("g-2", "0815")))

    row = store.reader.guest_by_badge("04A23F11", TODAY)

    assert row is not None
    assert (row.guest_id, row.display_name, row.initials, row.balance_minor) == ("g-1", "Ada Lovelace", "AL", 1000)
    assert (row.epoch, row.upto) == store.reader.mark() == (1, 30)
    assert store.reader.as_of == START + timedelta(seconds=3)
    assert store.reader.guest_by_badge("4711", TODAY) is None
    assert store.reader.guest_by_badge("--", TODAY) is None


def test_before_the_first_document_nothing_is_known_and_nothing_fails(tmp_path: Path) -> None:
    reader = AccountsReader(tmp_path / "accounts.sqlite", KEY)

    assert (reader.as_of, reader.mark(), reader.version, reader.guest("g-1")) == (None, (0, 0), 0, None)


def test_what_is_held_for_others_comes_with_the_balance_and_is_nothing_if_unsaid(store: Store) -> None:
    store.replica.apply(document(1, guest("g-1", held_minor=450), guest("g-2")))

    rows = [store.reader.guest(guest_id, TODAY) for guest_id in ("g-1", "g-2")]

    assert [row and (row.balance_minor, row.held_minor) for row in rows] == [(1000, 450), (1000, 0)]


def test_badges_that_do_not_count_are_told_apart(store: Store) -> None:
    badges = [
        {"hash": badge_hash(KEY, "1"), "blocked": True},
        {"hash": badge_hash(KEY, "2"), "valid_to": "2026-11-20"},
        {"hash": badge_hash(KEY, "3"), "valid_from": "2026-11-21", "valid_to": "2026-11-21"},
        {"hash": badge_hash(KEY, "5"), "valid_from": "2026-11-22"},
        {"hash": badge_hash(KEY, "6"), "replaced": True},
    ]
    store.replica.apply(document(1, guest("g-1", badges=badges), guest("g-2", "4", blocked=True)))

    def found(number: str) -> str:
        row = store.reader.guest_by_badge(number, TODAY)
        assert row is not None
        said = ("blocked", "badge_blocked", "badge_expired", "badge_not_yet_valid", "badge_replaced")
        return " ".join(name for name in said if getattr(row, name))

    assert [found(number) for number in "123456"] == [
        "badge_blocked",
        "badge_expired",
        "",
        "blocked",
        "badge_not_yet_valid",
        "badge_replaced",
    ]


def test_a_delta_changes_only_whom_it_names(store: Store) -> None:
    store.replica.apply(document(1, guest("g-1", "1"), guest("g-2", "2"), guest("g-3", "3")))

    store.replica.apply(document(2, guest("g-1", "9", 250), {"id": "g-2", "removed": True}, base=1))

    moved = store.reader.guest_by_badge("9", TODAY)
    kept = store.reader.guest_by_badge("3", TODAY)
    assert moved is not None
    assert kept is not None
    assert (moved.guest_id, moved.balance_minor, kept.guest_id) == ("g-1", 250, "g-3")
    assert store.reader.guest("g-2") is None
    assert store.reader.guest_by_badge("1", TODAY) is None


def test_a_badge_handed_on_belongs_to_the_new_guest(store: Store) -> None:
    store.replica.apply(document(1, guest("g-1", "1"), guest("g-2")))

    store.replica.apply(document(2, guest("g-2", "1"), base=1))

    row = store.reader.guest_by_badge("1", TODAY)
    assert row is not None
    assert row.guest_id == "g-2"


@pytest.mark.parametrize(
    "late",
    [
        document(5, guest("g-1", "1", 9999), base=4),
        document(1, guest("g-1", "1", 9999)),
        document(2, guest("g-1", "1", 9999), as_of=START.isoformat(), upto=19),
    ],
)
def test_what_does_not_continue_the_replica_changes_nothing(store: Store, late: dict[str, Any]) -> None:
    store.replica.apply(document(2, guest("g-1", "1", 700)))

    with pytest.raises(AccountsGap):
        store.replica.apply(late)

    row = store.reader.guest("g-1")
    assert row is not None
    assert (row.balance_minor, store.reader.version) == (700, 2)


def test_a_restored_head_office_starts_again_with_a_lower_version(store: Store) -> None:
    store.replica.apply(document(20, guest("g-1", "1", 700)))

    store.replica.apply(document(4, guest("g-1", "1", 900), as_of=(START + timedelta(hours=1)).isoformat()))

    assert store.reader.version == 4


@pytest.mark.parametrize("base", [None, 2])
def test_a_head_office_whose_clock_was_set_back_is_followed(store: Store, base: int | None) -> None:
    store.replica.apply(document(2, guest("g-1", "1", 700), as_of=(START + timedelta(days=365)).isoformat()))

    store.replica.apply(document(3, guest("g-1", "1", 300, blocked=True), base=base))

    row = store.reader.guest("g-1")
    assert row is not None
    assert (row.balance_minor, row.blocked, store.reader.as_of) == (300, True, START + timedelta(seconds=3))


def test_the_same_document_twice_is_no_trouble(store: Store) -> None:
    store.replica.apply(document(1, guest("g-1", "1")))
    delta = document(2, guest("g-1", "1", 300), base=1)

    assert store.replica.apply(delta) == store.replica.apply(delta) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"version": -1}, "version"),
        ({"as_of": "2026-11-21T08:00:00"}, "as_of"),
        ({"guests": [guest("g 1")]}, r"guests\[0\].*id"),
        ({"guests": [guest("g-1", balance_minor=1.5)]}, "balance_minor"),
        ({"guests": [guest("g-1", badges=[{"hash": "x"}])]}, "hash"),
        ({"guests": [guest("g-1", photo="../../etc/passwd")]}, "photo"),
        ({"guests": [guest("g-1", meals=[{"day": "2026-11-21", "meal": "lunch", "count": -1}])]}, "count"),
        ({"cashiers": [{"id": "marie", "name": "Marie", "pin_hash": "4711"}]}, "pin_hash"),
        ({"v": 1}, "v"),
    ],
)
def test_a_wrong_field_is_named(store: Store, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(AccountsError, match=field):
        store.replica.apply(document(1, guest("g-1")) | changes)

    assert store.reader.as_of is None


def test_a_badge_number_is_not_in_the_file(store: Store, tmp_path: Path) -> None:
    store.replica.apply(document(1, guest("g-1", "PLAINBADGE77")))
    store.replica.close()

    assert all(b"PLAINBADGE77" not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_guest_comes_with_payer_photo_and_the_meals_of_the_day_asked_for(store: Store) -> None:
    meals = [
        {"day": "2026-11-20", "meal": "lunch", "count": 1, "at": "2026-11-20T11:00:00Z", "terminal": "kiosk-2"},
        {"day": "2026-11-21", "meal": "lunch", "count": 2, "at": "2026-11-21T10:58:12Z", "terminal": "till-1"},
        {"day": "2026-11-21", "meal": "breakfast", "count": 1, "at": None, "terminal": ""},
    ]
    store.replica.apply(document(1, guest("g-1", "1", payer="plant", photo="a" * 32, meals=meals)))

    row = store.reader.guest_by_badge("1", TODAY)

    assert row is not None
    assert (row.payer_id, row.photo) == ("plant", "a" * 32)
    assert [(meal.meal, meal.count, meal.terminal) for meal in row.meals] == [
        ("lunch", 2, "till-1"),
        ("breakfast", 1, ""),
    ]
    assert row.meals[0].at == datetime(2026, 11, 21, 10, 58, 12, tzinfo=UTC)
    assert store.replica.photos() == {"a" * 32}


NAMES = ("Jürg Meyer", "Ada King-Noël", "Adam Ångström", "Søren Strauß", "Anna Müller", "Müller, Berta", "Li 100%_")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ad", ["Ada King-Noël", "Adam Ångström"]),
        ("jurg", ["Jürg Meyer"]),
        ("JUERG m", ["Jürg Meyer"]),
        ("muller", ["Anna Müller", "Müller, Berta"]),
        ("mueller an", ["Anna Müller"]),
        ("noel ada", ["Ada King-Noël"]),
        ("angs", ["Adam Ångström"]),
        ("strauss", ["Søren Strauß"]),
        ("soren", ["Søren Strauß"]),
        ("üller", []),
        ("ing", []),
        ("%", []),
        ("_", []),
        (" ", []),
        ("100", ["Li 100%_"]),
    ],
)
def test_a_name_is_found_by_the_beginnings_of_its_words(store: Store, typed: str, found: list[str]) -> None:
    store.replica.apply(document(1, *(guest(f"g-{number}", name=name) for number, name in enumerate(NAMES))))

    assert [row.display_name for row in store.reader.search(typed, 10, TODAY)] == found


def test_a_search_gives_no_more_than_asked_for(store: Store) -> None:
    store.replica.apply(document(1, *(guest(f"g-{number:03}", name=f"Anna {number:03}") for number in range(50))))

    assert [row.guest_id for row in store.reader.search("anna", 3, TODAY)] == ["g-000", "g-001", "g-002"]


def test_cashiers_are_replaced_as_a_whole_with_every_document(store: Store) -> None:
    marie = {
        "id": "marie",
        "name": "Marie",
        "language": "fr",
        "pin_hash": "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
        "badges": [badge_hash(KEY, "77")],
        "permissions": ["sell", "void"],
        "blocked": False,
    }
    jonas = {"id": "jonas", "name": "Jonas"}
    store.replica.apply(document(1, guest("g-1"), cashiers=[marie, jonas]))

    assert [row.name for row in store.reader.cashiers()] == ["Jonas", "Marie"]
    found = store.reader.cashier_by_badge("77")
    assert found is not None
    assert (found.cashier_id, found.language, found.permissions) == ("marie", "fr", {"sell", "void"})
    assert "argon2" not in repr(found)
    assert store.reader.guest_by_badge("77", TODAY) is None

    store.replica.apply(document(2, base=1, cashiers=[jonas]))
    assert [row.name for row in store.reader.cashiers()] == ["Jonas"]
    assert store.reader.cashier_by_badge("77") is None


def test_a_file_of_an_earlier_version_is_asked_for_anew_and_pays_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "accounts.sqlite"
    earlier = Database(path)
    migrations.apply(earlier, stop_before="m003_payers_and_cashiers")
    earlier.table("guest").insert(
        {
            "guest_id": "g-1",
            "display_name": "Ada Lovelace",
            "initials": "AL",
            "guest_category_id": "staff",
            "balance_minor": 700,
            "credit_limit_minor": 0,
            "blocked": 0,
        }
    )
    earlier.table("badge").insert({"hash": badge_hash(KEY, "1"), "guest_id": "g-1", "blocked": 0, "valid_to": None})
    as_of_us = int(START.timestamp()) * 1_000_000
    held = {"id": 1, "server": "main", "version": 8, "epoch": 1, "upto": 80, "as_of": START.isoformat()}
    earlier.table("replica").insert(held | {"as_of_us": as_of_us})
    earlier.close()

    with AccountsReplica(path) as replica:
        reader = AccountsReader(path, KEY)
        row = reader.guest_by_badge("1", TODAY)
        assert row is not None
        assert (row.balance_minor, row.upto, row.payer_id, row.meals, row.badge_replaced) == (700, 80, None, (), False)
        assert (replica.version, reader.cashiers()) == (0, [])

        with pytest.raises(AccountsGap):
            replica.apply(document(9, guest("g-1", "1", payer="plant"), base=8))
        replica.apply(document(9, guest("g-1", "1", payer="plant")))
        moved = reader.guest_by_badge("1", TODAY)
        assert moved is not None
        assert (moved.payer_id, replica.version) == ("plant", 9)


@given(st.text())
def test_normalising_twice_is_normalising_once(number: str) -> None:
    try:
        once = normalise(number)
    except ValueError:
        assert not any(character.isascii() and character.isalnum() for character in number)
    else:
        assert normalise(once) == once
        assert normalise(f" {once} ") == once


def test_a_short_badge_key_is_refused() -> None:
    with pytest.raises(ValueError, match="badge key: 4 bytes"):
        badge_hash(b"weak", "0815")


@pytest.mark.parametrize(
    ("name", "expected"), [("Ada", "A"), ("ada byron lovelace", "AL"), ("", ""), ("- Émile", "É"), ("Li (guest)", "L")]
)
def test_initials_are_what_a_screen_may_show(name: str, expected: str) -> None:
    assert initials(name) == expected
