"""What head office signed arrives on the terminal; what it did not sign changes nothing, and somebody is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from journal.keys import SigningKey, sign_document
from masterdata import catalogue_file
from masterdata.accounts_file import AccountsReader
from masterdata.board_file import BoardReader, board_path
from masterdata.revision import CONTEXT, encode, make_manifest
from mqtt_bridge import wire
from mqtt_bridge.local_socket import Accounts, Alarm, Board, Revision
from tests.masterdata.lunch import lunch
from tests.masterdata.test_accounts import document, guest
from tests.masterdata.test_board_file import board
from tests.masterdata.test_revision import line_of
from tests.mqtt_bridge.conftest import House
from tests.mqtt_bridge.terminal import BADGE_KEY, enrolment
from tests.mqtt_bridge.web import Web
from tests.waiting import wait_until

WHEN = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)


class Canteen:
    """A house whose head office has a web address, with everything started."""

    def __init__(self, house: House, web: Web) -> None:
        self.house, self.web, self.till, self.head_office = house, web, house.till, house.head_office
        self.folder: Path = house.till.folder / "catalogues"
        house.broker.start()
        house.head_office.start()
        keys = house.head_office.ack_key, house.head_office.revision_key
        house.till.start_bridge(enrolment(house.broker.port, *keys, url=web.url))
        wait_until(house.delivered, "the opening entry is delivered")

    def publish(self, xml: bytes, revision: int, key: SigningKey | None = None, **changes: Any) -> dict[str, Any]:
        path = f"/replication/north/{revision}.xml"
        self.web.pages[path] = xml
        manifest = make_manifest("north", revision, xml, path, WHEN) | changes
        signed = sign_document(key or self.head_office.revision_key, CONTEXT, manifest)
        self.head_office.send("revision", signed, retain=True)
        return signed

    def current(self) -> int | None:
        return catalogue_file.current_revision(self.folder)

    def alarms(self) -> str:
        return " | ".join(alarm.text for alarm in self.till.news(Alarm))

    def accounts(self) -> AccountsReader:
        return AccountsReader(self.till.folder / "accounts.sqlite", BADGE_KEY)

    def send_accounts(self, fields: dict[str, Any], key: SigningKey | None = None) -> None:
        signed = sign_document(key or self.head_office.ack_key, wire.ACCOUNTS_CONTEXT, fields)
        self.head_office.send("accounts", signed)


@pytest.fixture
def canteen(house: House) -> Iterator[Canteen]:
    with Web() as web:
        yield Canteen(house, web)
        house.till.stop_bridge()


def test_a_published_revision_becomes_the_current_catalogue(canteen: Canteen) -> None:
    canteen.publish(encode(lunch(1)), 1)
    wait_until(lambda: canteen.till.news(Revision), "the terminal hears of revision 1")
    canteen.publish(encode(lunch(2, soup_minor=270)), 2)
    wait_until(lambda: len(canteen.till.news(Revision)) == 2, "the terminal hears of revision 2")

    path = catalogue_file.current(canteen.folder)
    assert path is not None
    assert catalogue_file.load(path) == lunch(2, soup_minor=270)
    assert canteen.till.news(Revision)[-1] == Revision(2)


def test_a_revision_published_while_the_terminal_was_off_is_found(canteen: Canteen) -> None:
    canteen.till.stop_bridge()
    canteen.publish(encode(lunch(3)), 3)
    keys = canteen.head_office.ack_key, canteen.head_office.revision_key

    canteen.till.start_bridge(enrolment(canteen.house.broker.port, *keys, url=canteen.web.url))

    wait_until(lambda: canteen.current() == 3, "revision 3 is current")


def test_what_is_current_is_not_downloaded_again(canteen: Canteen) -> None:
    canteen.publish(encode(lunch(1)), 1)
    wait_until(lambda: canteen.current() == 1, "revision 1 is current")
    canteen.publish(encode(lunch(1)), 1)
    canteen.publish(encode(lunch(2)), 2)
    wait_until(lambda: canteen.current() == 2, "revision 2 is current")

    assert canteen.web.asked == ["/replication/north/1.xml", "/replication/north/2.xml"]


def test_a_revision_that_is_not_there_yet_is_tried_again(canteen: Canteen) -> None:
    xml = encode(lunch(1))
    canteen.publish(xml, 1)
    del canteen.web.pages["/replication/north/1.xml"]
    wait_until(lambda: "404" in canteen.alarms(), "the terminal hears of it")

    canteen.web.pages["/replication/north/1.xml"] = xml

    wait_until(lambda: canteen.current() == 1, "revision 1 is current")


def refused(canteen: Canteen, reason: str) -> None:
    """Revision 1 stays, the reason is told, and no file of the refused one is left."""
    wait_until(lambda: reason in canteen.alarms(), f"the terminal hears {reason!r}")
    assert canteen.current() == 1
    assert sorted(path.name for path in canteen.folder.iterdir()) == ["catalogue-1.sqlite", "current"]


@pytest.fixture
def stocked(canteen: Canteen) -> Canteen:
    canteen.publish(encode(lunch(1)), 1)
    wait_until(lambda: canteen.current() == 1, "revision 1 is current")
    return canteen


def test_a_revision_signed_by_somebody_else_changes_nothing(stocked: Canteen) -> None:
    stocked.publish(encode(lunch(2)), 2, key=SigningKey.generate())
    refused(stocked, "signature is not of head office's revision key")


def test_the_key_for_acknowledgements_does_not_sign_revisions(stocked: Canteen) -> None:
    stocked.publish(encode(lunch(2)), 2, key=stocked.head_office.ack_key)
    refused(stocked, "signature is not of head office's revision key")


def test_other_bytes_than_announced_change_nothing(stocked: Canteen) -> None:
    stocked.publish(encode(lunch(2)), 2, sha256=hashlib.sha256(b"other").hexdigest())
    refused(stocked, "sha256 is not")


def test_a_revision_that_is_no_revision_changes_nothing(stocked: Canteen) -> None:
    xml = encode(lunch(2)).replace(b"<diet>", b"<mood>").replace(b"</diet>", b"</mood>")
    stocked.publish(xml, 2)
    refused(stocked, f"line {line_of(xml, b'<mood>')}: Element 'mood'")


def test_a_revision_of_another_store_changes_nothing(stocked: Canteen) -> None:
    stocked.publish(encode(lunch(2, store="south")), 2, store="south")
    refused(stocked, "store is south, ours is north")
    stocked.publish(encode(lunch(3, store="south")), 3)
    refused(stocked, "it is revision 3 of store south")


def test_an_older_revision_changes_nothing(canteen: Canteen) -> None:
    canteen.publish(encode(lunch(2)), 2)
    wait_until(lambda: canteen.current() == 2, "revision 2 is current")
    canteen.publish(encode(lunch(1)), 1)
    wait_until(lambda: "revision 1 is older than 2" in canteen.alarms(), "the terminal hears of it")
    assert canteen.current() == 2


def test_a_revision_published_twice_with_other_content_is_told(stocked: Canteen) -> None:
    stocked.publish(encode(lunch(1, soup_minor=1)), 1)
    refused(stocked, "revision 1 was published with another sha256 before")


def test_accounts_arrive_and_follow(canteen: Canteen) -> None:
    canteen.send_accounts(document(1, guest("g-1", balance_minor=700)))
    canteen.send_accounts(document(2, guest("g-1", balance_minor=300), base=1))

    wait_until(lambda: canteen.till.news(Accounts)[-1:] == [Accounts(2)], "the terminal hears of version 2")

    row = canteen.accounts().guest("g-1")
    assert row is not None
    assert row.balance_minor == 300


def test_a_missed_delta_is_made_up_for_by_asking_for_everything(canteen: Canteen) -> None:
    canteen.send_accounts(document(1, guest("g-1", balance_minor=700)))
    wait_until(lambda: canteen.accounts().version == 1, "version 1 is there")
    everything = document(3, guest("g-1", balance_minor=500))
    canteen.head_office.accounts = sign_document(canteen.head_office.ack_key, wire.ACCOUNTS_CONTEXT, everything)

    canteen.send_accounts(document(3, guest("g-1", balance_minor=500), base=2))

    wait_until(lambda: canteen.accounts().version == 3, "version 3 is there")
    assert canteen.head_office.asked[-1].accounts_version == 0


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (document(2, guest("g-1", balance_minor=10**6), terminal="kiosk-2"), "terminal is 'kiosk-2'"),
        (document(2, guest("g-1", balance_minor=10**6), epoch=7), "epoch is 7, ours is 1"),
    ],
)
def test_accounts_for_somebody_else_change_nothing(canteen: Canteen, fields: dict[str, Any], reason: str) -> None:
    canteen.send_accounts(document(1, guest("g-1", balance_minor=700)))
    canteen.send_accounts(fields)

    wait_until(lambda: reason in canteen.alarms(), "the terminal hears of it")

    assert canteen.accounts().version == 1


def test_accounts_signed_by_somebody_else_change_nothing(canteen: Canteen) -> None:
    canteen.send_accounts(document(1, guest("g-1", balance_minor=700)))
    later = document(2, guest("g-1", balance_minor=10**6), as_of=(WHEN + timedelta(days=9)).isoformat())
    canteen.send_accounts(later, key=canteen.head_office.revision_key)

    wait_until(lambda: "accounts refused" in canteen.alarms(), "the terminal hears of it")

    assert canteen.accounts().version == 1


def send_board(canteen: Canteen, fields: dict[str, Any], key: SigningKey | None = None) -> None:
    signer = key or canteen.head_office.ack_key
    canteen.head_office.send("board", sign_document(signer, wire.BOARD_CONTEXT, fields))


def held_board(canteen: Canteen) -> int | None:
    found = BoardReader(board_path(canteen.till.folder)).read()
    return found.version if found else None


def test_a_board_arrives_and_the_terminal_hears_of_it(canteen: Canteen) -> None:
    for version in (1, 2):
        send_board(canteen, board(version))

    wait_until(lambda: canteen.till.news(Board)[-1:] == [Board(2)], "the terminal hears of board 2")

    assert held_board(canteen) == 2


def test_an_older_board_is_passed_over(canteen: Canteen) -> None:
    for version in (3, 2, 4):
        send_board(canteen, board(version))

    wait_until(lambda: held_board(canteen) == 4, "board 4 is there")

    assert canteen.till.news(Board) == [Board(3), Board(4)]
    assert canteen.alarms() == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"terminal": "kiosk-2"}, "terminal is 'kiosk-2'"),
        ({"epoch": 7}, "epoch is 7, ours is 1"),
        ({"orders": [{"number": 1}]}, "board: Object missing required field"),
    ],
)
def test_a_board_for_somebody_else_or_of_another_form_changes_nothing(
    canteen: Canteen, changes: dict[str, Any], reason: str
) -> None:
    send_board(canteen, board(1))
    send_board(canteen, board(2, **changes))

    wait_until(lambda: reason in canteen.alarms(), "the terminal hears of it")

    assert held_board(canteen) == 1


def test_a_board_signed_for_something_else_changes_nothing(canteen: Canteen) -> None:
    canteen.head_office.send("board", sign_document(canteen.head_office.ack_key, wire.ACCOUNTS_CONTEXT, board(1)))

    wait_until(lambda: "board refused" in canteen.alarms(), "the terminal hears of it")

    assert held_board(canteen) is None
