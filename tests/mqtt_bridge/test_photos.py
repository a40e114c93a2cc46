"""Photos of guests come to the terminal and go with the guest, and nothing else waits for them."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from mqtt_bridge.fetch_photos import LARGEST_PHOTO_BYTES, PhotoOrder, PhotoOutcome, fetch
from mqtt_bridge.local_socket import Accounts
from tests.masterdata.test_accounts import document, guest
from tests.mqtt_bridge.conftest import House
from tests.mqtt_bridge.terminal import enrolment
from tests.mqtt_bridge.test_downlink import Canteen
from tests.mqtt_bridge.web import Web
from tests.waiting import wait_until

ADA, BEN, CLEO = "a" * 32, "b" * 32, "c" * 32


def portrait(shade: int = 128) -> bytes:
    content = io.BytesIO()
    Image.new("L", (24, 24), shade).save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def canteen(house: House) -> Iterator[Canteen]:
    with Web() as web:
        yield Canteen(house, web)
        house.till.stop_bridge()


def folder(canteen: Canteen) -> Path:
    return canteen.till.folder / "photos"


def photos(canteen: Canteen) -> set[str]:
    return {path.name for path in folder(canteen).glob("*")}


def hang_up(canteen: Canteen, *keys: str) -> None:
    """Head office has these photos."""
    for key in keys:
        canteen.web.pages[f"/photos/{key}"] = portrait(int(key[0], 16) * 10)


def test_photos_of_the_guests_arrive_and_only_their_folder_can_be_looked_into(canteen: Canteen) -> None:
    hang_up(canteen, ADA, BEN)

    canteen.send_accounts(document(1, guest("g-1", photo=ADA), guest("g-2", photo=BEN), guest("g-3")))

    wait_until(lambda: photos(canteen) == {f"{ADA}.jpg", f"{BEN}.jpg"}, "both photos are here")
    assert (folder(canteen) / f"{ADA}.jpg").read_bytes() == portrait(100)
    assert stat.S_IMODE(folder(canteen).stat().st_mode) == 0o700


def test_a_photo_goes_with_its_guest_or_when_it_is_replaced(canteen: Canteen) -> None:
    hang_up(canteen, ADA, BEN, CLEO)
    canteen.send_accounts(document(1, guest("g-1", photo=ADA), guest("g-2", photo=BEN)))
    wait_until(lambda: len(photos(canteen)) == 2, "both photos are here")

    canteen.send_accounts(document(2, {"id": "g-1", "removed": True}, guest("g-2", photo=CLEO), base=1))

    wait_until(lambda: photos(canteen) == {f"{CLEO}.jpg"}, "only the new photo is here")


def test_a_photo_used_by_another_guest_stays(canteen: Canteen) -> None:
    hang_up(canteen, ADA, BEN)
    canteen.send_accounts(document(1, guest("g-1", photo=ADA), guest("g-2", photo=ADA), guest("g-3", photo=BEN)))
    wait_until(lambda: len(photos(canteen)) == 2, "both photos are here")

    gone = [{"id": guest_id, "removed": True} for guest_id in ("g-1", "g-3")]
    canteen.send_accounts(document(2, *gone, base=1))

    wait_until(lambda: f"{BEN}.jpg" not in photos(canteen), "the other one goes")
    assert photos(canteen) == {f"{ADA}.jpg"}


@pytest.mark.parametrize("wrong", [b"<html>log in first</html>", b"", b"\xff\xd8\xff" + b"x" * LARGEST_PHOTO_BYTES])
def test_what_is_no_photo_is_not_kept_and_keeps_no_other_from_coming(canteen: Canteen, wrong: bytes) -> None:
    canteen.web.pages[f"/photos/{ADA}"] = wrong
    hang_up(canteen, CLEO)

    canteen.send_accounts(document(1, *(guest(f"g-{key[0]}", photo=key) for key in (ADA, BEN, CLEO))))

    wait_until(lambda: canteen.web.asked.count(f"/photos/{BEN}") >= 2, "the missing one is asked for again")
    assert photos(canteen) == {f"{CLEO}.jpg"}
    assert canteen.web.asked.count(f"/photos/{CLEO}") == 1

    hang_up(canteen, ADA, BEN)
    wait_until(lambda: len(photos(canteen)) == 3, "they come when head office has them")


def test_accounts_and_the_journal_go_on_while_head_office_gives_no_photo(canteen: Canteen) -> None:
    canteen.till.stop_bridge()
    asked = len(canteen.head_office.asked)
    keys = canteen.head_office.ack_key, canteen.head_office.revision_key
    canteen.till.start_bridge(enrolment(canteen.house.broker.port, *keys))
    wait_until(lambda: len(canteen.head_office.asked) > asked, "the terminal is connected")

    canteen.send_accounts(document(1, guest("g-1", photo=ADA)))
    canteen.send_accounts(document(2, guest("g-1", photo=ADA, balance_minor=1), base=1))
    wait_until(lambda: canteen.till.news(Accounts)[-1:] == [Accounts(2)], "the accounts arrive")
    canteen.till.sell(20)

    wait_until(canteen.house.delivered, "the sales are delivered")
    assert canteen.alarms() == ""


def test_after_a_restart_photos_are_still_here_and_leftovers_are_not(canteen: Canteen) -> None:
    hang_up(canteen, ADA, BEN)
    canteen.send_accounts(document(1, guest("g-1", photo=ADA)))
    wait_until(lambda: photos(canteen) == {f"{ADA}.jpg"}, "the photo is here")
    canteen.till.stop_bridge()
    (folder(canteen) / f"{BEN}.jpg").write_bytes(portrait())
    (folder(canteen) / f".{BEN}.jpg.cut").write_bytes(portrait()[:20])

    keys = canteen.head_office.ack_key, canteen.head_office.revision_key
    canteen.till.start_bridge(enrolment(canteen.house.broker.port, *keys, url=canteen.web.url))

    wait_until(lambda: photos(canteen) == {f"{ADA}.jpg"}, "the leftovers are gone")
    assert canteen.web.asked.count(f"/photos/{ADA}") == 1


def test_no_message_names_a_photo(canteen: Canteen, caplog: pytest.LogCaptureFixture) -> None:
    canteen.send_accounts(document(1, guest("g-1", photo=ADA)))
    wait_until(lambda: "photos: " in caplog.text, "it is told that a photo is missing")

    assert ADA not in caplog.text + canteen.alarms()


def test_a_folder_that_cannot_be_written_is_told_without_naming_a_photo(tmp_path: Path) -> None:
    with Web() as web:
        web.pages["/photos/secret"] = b"\xff\xd8\xff picture"
        order = PhotoOrder(url=web.url, ca_certificate="", directory=str(tmp_path / "away"), keys=["secret"])
        assert fetch(order) == PhotoOutcome(error="No such file or directory")
