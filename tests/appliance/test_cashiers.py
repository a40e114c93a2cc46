"""Cashiers sign in with a badge or a PIN; guessing PINs takes longer and longer, also with the power switched off and on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.store.cashiers import Cashiers, PinRefused
from appliance.store.pin_tries import PinTries
from masterdata.accounts_file import AccountsReader, AccountsReplica
from masterdata.badges import badge_hash
from masterdata.pins import hash_pin, pin_matches
from tests.appliance.canteen import BADGE_KEY, NOON, TurnedClock

MARIE_PIN, JONAS_PIN = "4711", "081512"
MARIE_BADGE, JONAS_BADGE, SHARED_BADGE = "04C0FFEE", "04BEEF01", "04112233"


def cashier(cashier_id: str, name: str, pin: str = "", *badges: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": cashier_id,
        "name": name,
        "language": "fr",
        "pin_hash": hash_pin(pin) if pin else "",
        "badges": [badge_hash(BADGE_KEY, number) for number in badges],
        "permissions": ["sell", "void"],
        "blocked": False,
        **changes,
    }


@pytest.fixture(scope="module")
def marie() -> dict[str, Any]:
    return cashier("marie", "Marie Petit", MARIE_PIN, MARIE_BADGE, SHARED_BADGE)


@pytest.fixture(scope="module")
def jonas() -> dict[str, Any]:
    return cashier("jonas", "Jonas Adler", JONAS_PIN, JONAS_BADGE, SHARED_BADGE)


class Till:
    """The files of a till; `start` is a start of its process."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock, self.version = folder, TurnedClock(), 0
        self.tries = PinTries(folder / "sign_in.sqlite")
        self.cashiers = self._cashiers()

    def _cashiers(self) -> Cashiers:
        return Cashiers(AccountsReader(self.folder / "accounts.sqlite", BADGE_KEY), self.tries, self.clock.now_utc)

    def restart(self) -> None:
        self.tries.close()
        self.tries = PinTries(self.folder / "sign_in.sqlite")
        self.cashiers = self._cashiers()

    def send(self, *cashiers: dict[str, Any]) -> None:
        self.version += 1
        document = {
            "v": 2,
            "terminal": "till-1",
            "server": "main",
            "full": self.version == 1,
            "base_version": self.version - 1,
            "version": self.version,
            "epoch": 1,
            "upto": 0,
            "as_of": (NOON + timedelta(seconds=self.version)).isoformat(),
            "guests": [],
            "cashiers": list(cashiers),
        }
        with AccountsReplica(self.folder / "accounts.sqlite") as replica:
            replica.apply(document)

    def refused_for_s(self, cashier_id: str, pin: str) -> int:
        with pytest.raises(PinRefused) as refused:
            self.cashiers.verify_pin(cashier_id, pin)
        return refused.value.wait_s


@pytest.fixture
def till(tmp_path: Path, marie: dict[str, Any], jonas: dict[str, Any]) -> Iterator[Till]:
    made = Till(tmp_path)
    made.send(marie, jonas)
    yield made
    made.tries.close()


def test_a_badge_or_a_pin_says_who_is_there_and_what_they_may_do(till: Till) -> None:
    by_badge = till.cashiers.by_badge("04:c0:ff:ee")
    assert by_badge is not None
    assert (by_badge.cashier_id, by_badge.name, by_badge.language) == ("marie", "Marie Petit", "fr")
    assert by_badge.permissions == {"sell", "void"}
    assert till.cashiers.verify_pin("marie", MARIE_PIN) == by_badge
    assert [one.name for one in till.cashiers.all()] == ["Jonas Adler", "Marie Petit"]


@pytest.mark.parametrize(
    ("cashier_id", "pin"), [("marie", JONAS_PIN), ("marie", ""), ("marie", "4711 "), ("nobody", MARIE_PIN)]
)
def test_another_pin_is_refused(till: Till, cashier_id: str, pin: str) -> None:
    assert till.refused_for_s(cashier_id, pin) == 0


def test_a_badge_that_is_no_cashiers_or_two_cashiers_says_nobody(till: Till) -> None:
    assert [till.cashiers.by_badge(number) for number in ("04FFFFFF", SHARED_BADGE, "--")] == [None, None, None]


def test_whoever_is_blocked_or_taken_off_the_list_is_refused_at_once(
    till: Till, marie: dict[str, Any], jonas: dict[str, Any]
) -> None:
    till.send({**marie, "blocked": True})

    assert till.cashiers.by_badge(MARIE_BADGE) is None
    assert till.cashiers.by_badge(JONAS_BADGE) is None
    assert till.cashiers.all() == ()
    assert till.refused_for_s("marie", MARIE_PIN) == till.refused_for_s("jonas", JONAS_PIN) == 0


def test_without_a_pin_at_head_office_only_the_badge_counts(till: Till, marie: dict[str, Any]) -> None:
    till.send({**marie, "pin_hash": ""})

    for pin in ("", "none", MARIE_PIN):
        till.refused_for_s("marie", pin)
    assert till.cashiers.by_badge(MARIE_BADGE) is not None


def test_five_wrong_pins_cost_half_a_minute_and_each_further_one_twice_as_long(till: Till) -> None:
    assert [till.refused_for_s("marie", "0000") for _ in range(5)] == [0, 0, 0, 0, 30]
    assert till.refused_for_s("marie", MARIE_PIN) == 30
    till.clock.pass_s(29.5)
    assert till.refused_for_s("marie", MARIE_PIN) == 1
    till.clock.pass_s(0.5)
    assert till.refused_for_s("marie", "0000") == 60
    till.clock.pass_s(60)
    assert till.cashiers.verify_pin("marie", MARIE_PIN).name == "Marie Petit"
    assert till.refused_for_s("marie", "0000") == 0


def test_a_colleague_is_not_kept_out_by_somebody_elses_wrong_pins(till: Till) -> None:
    for _ in range(6):
        till.refused_for_s("marie", "0000")

    assert till.cashiers.verify_pin("jonas", JONAS_PIN).name == "Jonas Adler"


def test_switching_the_till_off_and_on_saves_no_waiting(till: Till) -> None:
    for _ in range(5):
        till.restart()
        till.refused_for_s("marie", "0000")

    till.restart()

    assert till.refused_for_s("marie", MARIE_PIN) == 30


def test_a_clock_set_back_makes_nobody_wait_until_then(till: Till) -> None:
    for _ in range(5):
        till.refused_for_s("marie", "0000")
    till.clock.pass_s(-365 * 86400.0)

    assert till.refused_for_s("marie", MARIE_PIN) == 30
    till.clock.pass_s(30)
    assert till.cashiers.verify_pin("marie", MARIE_PIN).name == "Marie Petit"


@pytest.mark.parametrize("damage", [b"no database" * 200, b""])
def test_a_damaged_count_begins_again_and_still_counts(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "sign_in.sqlite"
    path.write_bytes(damage)
    for _ in range(5):
        with closing(PinTries(path)) as tries:
            tries.count("marie", NOON)

    with closing(PinTries(path)) as tries:
        assert tries.wait_s("marie", NOON) == 30


def test_without_a_list_nobody_signs_in_and_nothing_fails(tmp_path: Path) -> None:
    till = Till(tmp_path)
    with closing(till.tries):
        assert (till.cashiers.all(), till.cashiers.by_badge(MARIE_BADGE)) == ((), None)
        assert till.refused_for_s("marie", MARIE_PIN) == 0


def test_no_pin_is_in_a_file_a_log_or_an_error(till: Till, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(PinRefused) as refused:
        till.cashiers.verify_pin("marie", "97531864")
    till.cashiers.verify_pin("jonas", JONAS_PIN)

    said = caplog.text + repr(refused.value) + repr(till.cashiers.all())
    assert not any(pin in said for pin in ("97531864", JONAS_PIN, "argon2"))
    for path in till.folder.iterdir():
        assert not any(pin.encode() in path.read_bytes() for pin in ("97531864", JONAS_PIN))


@pytest.mark.parametrize("pin", ["123", "1" * 9, "12a4", "١٢٣٤", ""])
def test_a_pin_that_is_none_is_not_hashed(pin: str) -> None:
    with pytest.raises(ValueError, match="4 to 8 digits"):
        hash_pin(pin)


def test_the_same_pin_has_another_hash_every_time() -> None:
    first, second = hash_pin("4711"), hash_pin("4711")

    assert first != second
    assert first.startswith("$argon2id$")
    found = [pin_matches(encoded, "4711") for encoded in (first, second, "", "$argon2id$damaged")]
    assert found == [True, True, False, False]
