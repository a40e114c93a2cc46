"""The bridge stays small after all its parts have worked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from journal.keys import sign_document
from masterdata import catalogue_file
from masterdata.accounts_file import AccountsReader
from masterdata.revision import CONTEXT, encode, make_manifest
from mqtt_bridge import wire
from tests.masterdata.lunch import lunch
from tests.masterdata.test_accounts import document, guest
from tests.mqtt_bridge.conftest import House
from tests.mqtt_bridge.terminal import BADGE_KEY, enrolment
from tests.mqtt_bridge.test_downlink import WHEN
from tests.mqtt_bridge.web import Web
from tests.waiting import wait_until

LIMIT_KB = 60_000
RUN = """
import sys, threading
from pathlib import Path
from mqtt_bridge import wire
from mqtt_bridge.bridge import Bridge
Bridge(wire.load_enrolment(Path(sys.argv[1]) / "enrolment.json"), Path(sys.argv[1])).run(threading.Event())
"""


def test_the_bridge_stays_below_60_mb(house: House) -> None:
    house.broker.start()
    house.head_office.start()
    house.till.sell(500, note="x" * 1000)
    folder = house.till.folder
    key = house.head_office.ack_key
    accounts = document(1, *(guest(f"g-{number}", str(number)) for number in range(300)))
    house.head_office.accounts = sign_document(key, wire.ACCOUNTS_CONTEXT, accounts)
    with Web() as web:
        wire.save_enrolment(
            folder / "enrolment.json", enrolment(house.broker.port, key, house.head_office.revision_key, url=web.url)
        )
        xml = encode(lunch(1))
        web.pages["/replication/north/1.xml"] = xml
        manifest = make_manifest("north", 1, xml, "/replication/north/1.xml", WHEN)
        house.head_office.send(
            "revision", sign_document(house.head_office.revision_key, CONTEXT, manifest), retain=True
        )
        with subprocess.Popen([sys.executable, "-c", RUN, str(folder)]) as bridge:
            try:
                wait_until(house.delivered, "everything is delivered")
                wait_until(lambda: catalogue_file.current(folder / "catalogues"), "the catalogue is there")
                wait_until(
                    lambda: AccountsReader(folder / "accounts.sqlite", BADGE_KEY).version == 1, "accounts are there"
                )
                resident_kb = resident(bridge.pid)
            finally:
                bridge.kill()
    wait_until(lambda: not house.head_office.states[-1].online, "the broker tells that the killed bridge is gone")
    print(f"bridge: {resident_kb / 1000:.1f} MB resident")
    assert resident_kb <= LIMIT_KB


def resident(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])
