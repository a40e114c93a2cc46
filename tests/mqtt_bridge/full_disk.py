"""Runs on a small disk of its own and prints, as JSON, what a bridge does while that disk is full and when there is room."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from journal.keys import sign_document
from masterdata import catalogue_file
from masterdata.accounts_file import AccountsReader
from masterdata.revision import encode
from mqtt_bridge import wire
from mqtt_bridge.local_socket import Alarm
from tests.masterdata.lunch import lunch
from tests.masterdata.test_accounts import document, guest
from tests.mqtt_bridge.broker import Broker
from tests.mqtt_bridge.conftest import House
from tests.mqtt_bridge.head_office import HeadOffice
from tests.mqtt_bridge.terminal import BADGE_KEY, Till
from tests.mqtt_bridge.test_downlink import Canteen
from tests.mqtt_bridge.web import Web
from tests.waiting import wait_until

GUESTS = 3000


def free_bytes(folder: Path) -> int:
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT, 0o600)
    os.posix_fallocate(descriptor, 0, free_bytes(folder))
    os.close(descriptor)
    return filler


def sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("pragma integrity_check").fetchone() == ("ok",)


def everybody(canteen: Canteen, version: int) -> dict[str, Any]:
    people = [guest(f"g{number}", name=f"Guest {number} of version {version}") for number in range(GUESTS)]
    return sign_document(canteen.head_office.ack_key, wire.ACCOUNTS_CONTEXT, document(version, *people))


def scene(folder: Path, elsewhere: Path) -> dict[str, Any]:
    broker = Broker(elsewhere / "broker")
    till = Till(folder / "terminal")
    house = House(broker, HeadOffice(broker.port, till.key.public), till)
    seen: dict[str, Any] = {}
    with Web() as web, closing(till):
        canteen = Canteen(house, web)
        canteen.publish(encode(lunch(1)), 1)
        wait_until(lambda: canteen.current() == 1, "revision 1 is current")
        house.head_office.stop()
        last = till.sell(60, note="x" * 500)
        filler = fill(folder)
        seen["free"] = free_bytes(folder)

        house.head_office.start()
        house.head_office.accounts = everybody(canteen, 5)
        canteen.publish(encode(lunch(2, soup_minor=270)), 2)
        wait_until(
            lambda: [a for a in till.news(Alarm) if "full" in a.text or "No space" in a.text], "somebody is told", 60
        )
        seen["stops selling"] = any(alarm.stops for alarm in till.news(Alarm))
        seen["catalogue while full"] = canteen.current()
        seen["catalogue is there"] = catalogue_file.current(canteen.folder) is not None
        seen["guests while full"] = AccountsReader(till.folder / "accounts.sqlite", BADGE_KEY).mark()[1]
        filler.unlink()

        wait_until(lambda: house.head_office.upto() == last, "everything is delivered", 60)
        wait_until(house.delivered, "and acknowledged", 60)
        wait_until(lambda: canteen.current() == 2, "revision 2 is current", 60)
        reader = AccountsReader(till.folder / "accounts.sqlite", BADGE_KEY)
        wait_until(lambda: reader.guest("g7") is not None, "the guests are there", 60)
        till.stop_bridge()
        seen["sound"] = [sound(till.folder / name) for name in ("bridge.sqlite", "accounts.sqlite")]
        seen["left behind"] = sorted(path.name for path in canteen.folder.iterdir() if path.name.startswith("."))
        house.head_office.stop()
    broker.stop()
    return seen


if __name__ == "__main__":
    print(json.dumps(scene(Path(sys.argv[1]), Path(sys.argv[2]))))
