"""Several spools and one PostgreSQL, each a process of its own: who takes over, and what becomes of the sales meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from journal.keys import SigningKey
from journal.store import Journal
from mqtt_bridge import wire
from mqtt_bridge.bridge import Bridge
from mqtt_bridge.local_socket import Entry as Doorbell
from mqtt_bridge.local_socket import LocalSocket
from tests.docs.documents import ROOT
from tests.mqtt_bridge.broker import Broker
from tests.mqtt_bridge.terminal import DAY, IMPATIENT, NOW
from tests.waiting import wait_until

OFFICE = [sys.executable, "-m", "appliance.cli", "head-office"]
DEADLINE_S = 90.0
SOUP_MINOR = 450
AT_WORK = "FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock'"
HOUSE = """
from datetime import date
from server.catalog.models import Company, GuestCategory, Store
from server.guests.models import Guest
company = Company.objects.create(code="house", name="House")
Store.objects.create(company=company, code="hall", name="Hall")
staff = GuestCategory.objects.create(code="staff", name={"en": "Staff"})
Guest.objects.create(pk="anna", company=company, name="Anna Example", category=staff)
"""
ENROL = """
import json, os
import msgspec
from server.catalog.models import Store
from server.core.keys import load_keys
from server.fleet.enrolment import enrol
from server.fleet.models import Terminal
wanted = json.loads(os.environ["WANTED"])
Terminal.objects.update_or_create(code=wanted["terminal"], defaults={"store": Store.objects.get(), "shard": wanted["shard"]})
print(msgspec.json.encode(enrol(wanted, load_keys())).decode())
"""


def ticket(terminal: str, number: int) -> dict[str, Any]:
    """A sale of soup from Anna's account, of schema 1."""
    return {
        "schema": 1, "terminal": terminal, "store": "hall", "number": number, "time_utc": "2026-11-21T11:28:00.000000Z",
        "business_day": DAY.isoformat(), "currency": "EUR", "catalogue_revision": 1, "service": "eat_in", "language": "en",
        "guest_id": "anna", "guest_category_id": "staff",
        "lines": [{
            "article_id": "soup", "plu": 7, "name": "Soup", "quantity": 1, "weight_g": None, "unit": "piece",
            "unit_minor": SOUP_MINOR, "base_minor": 0, "options": [], "amount_minor": SOUP_MINOR, "tax_class_id": "food", "rate_bp": 1900,
        }],
        "taxes": [{"rate_bp": 1900, "gross_minor": 450, "net_minor": 378, "tax_minor": 72}],
        "tenders": [{"kind": "account", "amount_minor": SOUP_MINOR, "guest_id": "anna"}],
        "total_minor": SOUP_MINOR, "rounding_minor": 0, "change_minor": 0, "pickup_number": number,
    }  # fmt: skip


class Till:
    """A terminal without a screen, and its bridge."""

    def __init__(self, folder: Path, enrolment: wire.Enrolment, key: SigningKey) -> None:
        folder.mkdir()
        self.enrolment, self._folder, self.sold = enrolment, folder, 0
        path = folder / "journal.sqlite"
        Journal.create(path, enrolment.terminal, enrolment.epoch, key)
        self.journal = Journal.open(path, key, business_day=DAY, now_utc=NOW, software="test", reserve_bytes=65536)
        self.public_key = key.public.to_base64()
        self._socket = LocalSocket.for_terminal(folder)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start_bridge(self) -> None:
        self._stop.clear()
        bridge = Bridge(self.enrolment, self._folder, timing=IMPATIENT)
        self._thread = threading.Thread(target=bridge.run, args=(self._stop,))
        self._thread.start()

    def stop_bridge(self) -> None:
        if self._thread:
            self._stop.set()
            self._thread.join(20)
            self._thread = None

    def sell(self, count: int) -> None:
        for _ in range(count):
            self.sold += 1
            payload = ticket(self.enrolment.terminal, self.sold)
            entry = self.journal.append("ticket", payload, now_utc=NOW, business_day=DAY)
            self._socket.send(Doorbell(entry.seq))

    def close(self) -> None:
        self.stop_bridge()
        self._socket.close()
        self.journal.close()


@dataclass
class Office:
    """Head office: its database, the environment of its commands, and the spools that run."""

    url: str
    environment: dict[str, str]
    folder: Path
    spools: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *words: str, **more: str) -> str:
        done = subprocess.run(
            [*OFFICE, *words], env={**self.environment, **more}, capture_output=True, text=True, timeout=DEADLINE_S
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def enrol(self, terminal: str, shard: str, public_key: str) -> wire.Enrolment:
        wanted = {"terminal": terminal, "shard": shard, "public_key": public_key}
        said = self.run("shell", "-v", "0", "-c", ENROL, WANTED=json.dumps(wanted))
        return msgspec.json.decode(said, type=wire.Enrolment)

    def spool(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        """Start a spool; what it says goes to the file `name`."""
        with (self.folder / name).open("wb") as log:
            self.spools.append(subprocess.Popen([*OFFICE, "spool", *words], env=self.environment, stderr=log))
        return self.spools[-1]

    def says(self, name: str, what: str, times: int = 1) -> None:
        log = self.folder / name
        wait_until(lambda: log.read_text().count(what) >= times, f"spool {name} says {what!r}", DEADLINE_S)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def has_all(self, till: Till) -> bool:
        mine = f"(SELECT id FROM fleet_terminal WHERE code = '{till.enrolment.terminal}')"
        return self.rows(f"SELECT upto FROM fleet_enrolment WHERE terminal_id = {mine}") == [(till.journal.head.seq,)]


@pytest.fixture
def office(cluster_url: str, tmp_path: Path) -> Iterator[Office]:
    broker = Broker(tmp_path / "broker")
    broker.start()
    environment = {
        **os.environ,
        "DATABASE_URL": cluster_url,
        "REFECTORY_DATA": str(tmp_path / "office"),
        "REFECTORY_BROKER": f"127.0.0.1:{broker.port}",
        "PYTHONPATH": str(ROOT),
    }
    office = Office(cluster_url, environment, tmp_path)
    office.run("migrate", "--verbosity", "0")
    office.run("init_keys")
    office.run("shell", "-v", "0", "-c", HOUSE)
    yield office
    for spool in office.spools:
        spool.kill()
        spool.wait()
    broker.stop()


@pytest.fixture
def open_till(office: Office, tmp_path: Path) -> Iterator[Callable[[str, str], Till]]:
    tills: list[Till] = []

    def make(terminal: str, shard: str) -> Till:
        key = SigningKey.generate()
        tills.append(Till(tmp_path / terminal, office.enrol(terminal, shard, key.public.to_base64()), key))
        tills[-1].start_bridge()
        return tills[-1]

    yield make
    for till in tills:
        till.close()


def check_books(office: Office, *tills: Till) -> None:
    """Every sale is there once, and Anna's account is what they make."""
    for till in tills:
        wait_until(lambda till=till: office.has_all(till), f"all of {till.enrolment.terminal} arrives", DEADLINE_S)
    sold = sum(till.sold for till in tills)
    assert office.rows("SELECT count(*), count(DISTINCT (terminal_id, number)) FROM sales_ticket") == [(sold, sold)]
    assert office.rows("SELECT balance_minor FROM guests_guest") == [(-SOUP_MINOR * sold,)]
    assert office.rows("SELECT sum(amount_minor) FROM guests_ledgerentry") == [(-SOUP_MINOR * sold,)]
    assert office.rows("SELECT count(*) FROM spool_quarantine") == [(0,)]
    assert office.rows("SELECT count(*) FROM fleet_enrolment WHERE alarm <> ''") == [(0,)]


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_standby_takes_over_by_itself_and_no_sale_is_lost_or_doubled(
    office: Office, open_till: Callable[[str, str], Till]
) -> None:
    first = office.spool("a1", "--shard", "a")
    office.says("a1", "connected to broker")
    office.spool("a2", "--shard", "a")
    office.spool("b1", "--shard", "b")
    office.says("b1", "connected to broker")
    office.says("a2", "standing by")
    office.spool("all")
    office.says("all", "standing by")
    in_a, in_b = open_till("till-a", "a"), open_till("till-b", "b")
    in_a.sell(40)
    in_b.sell(40)
    wait_until(lambda: office.has_all(in_a), "the first spool takes in", DEADLINE_S)

    in_a.sell(60)
    first.kill()
    in_a.sell(60)
    in_b.sell(60)
    office.says("a2", "connected to broker")
    check_books(office, in_a, in_b)

    # The database ends the connection that holds the lock, while its spool lives on.
    office.spool("a3", "--shard", "a")
    office.says("a3", "standing by")
    in_a.sell(60)
    holders = f"SELECT pid {AT_WORK}"
    for (pid,) in office.rows(holders):
        office.rows(f"SELECT pg_terminate_backend({pid})")
    in_a.sell(60)
    office.says("a2", "the database fails")
    office.says("b1", "the database fails")
    check_books(office, in_a, in_b)
    counted = f"SELECT count(*), count(DISTINCT objid) {AT_WORK}"
    wait_until(lambda: office.rows(counted) == [(2, 2)], "one spool a shard is at work", DEADLINE_S)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_terminal_moves_to_another_shard(office: Office, open_till: Callable[[str, str], Till]) -> None:
    old = office.spool("a1", "--shard", "a")
    office.spool("b1", "--shard", "b")
    office.says("a1", "connected to broker")
    office.says("b1", "connected to broker")
    till = open_till("till-a", "a")
    till.sell(10)
    office.rows("UPDATE fleet_terminal SET shard = 'b' WHERE code = 'till-a' RETURNING 1")

    till.sell(10)
    check_books(office, till)

    till.stop_bridge()
    moved = office.enrol("till-a", "b", till.public_key)
    assert (moved.shard, moved.epoch) == ("b", till.enrolment.epoch)
    till.enrolment = moved
    till.start_bridge()
    till.sell(10)
    check_books(office, till)
    online = "SELECT online FROM fleet_terminal"
    wait_until(lambda: office.rows(online) == [(True,)], "it is seen in its new shard", DEADLINE_S)
    old.kill()
    office.spool("a2", "--shard", "a")
    office.says("a2", "connected to broker")
    till.sell(10)
    check_books(office, till)
    assert office.rows(online) == [(True,)]
