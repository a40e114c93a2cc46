"""Kill -9 of terminal, bridge, broker and spool, five times each, while 500 meals are sold: nothing missing, nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.house import RunningHouse
from journal.entry import Entry
from journal.reader import JournalReader
from tests.journeys.office import Office
from tests.waiting import wait_until
from workbench.house import House, Options
from workbench.processes import Child
from workbench.station import Station

SALES = 500
VICTIMS = ("terminal", "bridge", "broker", "spool")
KILLS_EACH = 5


class RobotHouse(House):
    """The whole house, with the robot in the place of the screen."""

    async def _start_station(self, station: Station) -> None:
        folder = station.folder
        allowed, badges = folder / "allowed", folder / "badges"
        await station.bridge.start()
        await self._until(station.bridge, (folder / "catalogues" / "current").exists)
        await self._until(station.bridge, (folder / "accounts.sqlite").exists)
        _allow(folder, 0)
        badges.write_text("\n".join(_rich_badges(Office(self.office_folder))))
        robot = Path(__file__).with_name("robot.py")
        station.terminal.command = [sys.executable, str(robot), str(station.configuration), str(allowed), str(badges)]
        await station.terminal.start()


def _allow(folder: Path, sales: int) -> None:
    """Let the robot sell until the journal holds `sales` tickets."""
    (folder / "allowed.new").write_text(str(sales))
    (folder / "allowed.new").replace(folder / "allowed")


def _rich_badges(office: Office) -> list[str]:
    rows = office.rows(
        "SELECT b.number FROM guests_badge b JOIN guests_guest g ON g.id = b.guest_id"
        " WHERE NOT b.blocked AND NOT g.blocked AND b.valid_to IS NULL AND g.balance_minor > 3000 ORDER BY b.number"
    )
    return [number for (number,) in rows]


def _entries(journal: Path) -> Iterator[Entry]:
    with JournalReader(journal) as reader:
        after = 0
        while entries := reader.entries(after):
            yield from entries
            after = entries[-1].seq


def _head(journal: Path) -> int:
    with JournalReader(journal) as reader:
        return reader.head().seq


def _sell_and_kill(house: House, journal: Path) -> None:
    """Let the robot sell; at a random sale of each stretch kill the next victim and see it come back."""
    choose = random.Random(20261121)
    victims = [name for name in VICTIMS for _ in range(KILLS_EACH)]
    choose.shuffle(victims)
    stretch = SALES // len(victims)
    for number, victim in enumerate(victims, 1):
        child = _child(house, victim)
        starts, wanted = child.starts, _head(journal) + choose.randrange(1, stretch)
        _allow(house.kiosk.folder, number * stretch)
        wait_until(lambda wanted=wanted: _head(journal) >= wanted, "the robot sells")
        os.kill(wait_until(lambda child=child: child.pid, f"{victim} runs"), signal.SIGKILL)
        wait_until(lambda child=child, starts=starts: child.starts > starts and child.running, f"{victim} comes back")


@pytest.mark.long
@pytest.mark.timeout(400)
def test_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    running = RunningHouse(RobotHouse(Options(tmp_path)))
    house, journal = running.house, running.house.kiosk.folder / "journal.sqlite"
    try:
        running.do(house.start())
        office = Office(house.office_folder)
        before = office.balances()
        wait_until(journal.exists, "the robot opens its journal")
        _sell_and_kill(house, journal)
        wait_until(
            lambda: len(_sold_lines(house)) >= SALES - KILLS_EACH and _tickets(journal) >= SALES, "all is sold", 120
        )
        wait_until(
            lambda: office.one("SELECT MAX(upto) FROM fleet_enrolment") == _head(journal), "all has arrived", 120
        )
        assert {name: _child(house, name).starts for name in VICTIMS} == dict.fromkeys(VICTIMS, 1 + KILLS_EACH)
    finally:
        running.close()

    tickets = [entry for entry in _entries(journal) if entry.kind == "ticket"]
    assert len(tickets) == SALES
    assert [entry.payload["number"] for entry in tickets] == list(range(1, SALES + 1))
    assert office.tickets() == [(e.seq, e.payload["number"], e.payload["total_minor"]) for e in tickets]
    assert office.one("SELECT COUNT(*) FROM spool_quarantine") == 0
    assert {int(line.split()[1]) for line in _sold_lines(house)} <= {e.payload["pickup_number"] for e in tickets}

    spent: Counter[str] = Counter()
    for entry in tickets:
        spent[entry.payload["guest_id"]] += sum(tender["amount_minor"] for tender in entry.payload["tenders"])
    after = office.balances()
    assert {guest: before[guest] - after[guest] for guest in before if before[guest] != after[guest]} == dict(spent)
    assert office.ledger_sums() == after
    _verify(house.kiosk.folder)


def _child(house: House, name: str) -> Child:
    return {"terminal": house.kiosk.terminal, "bridge": house.kiosk.bridge, **house.children}[name]


def _tickets(journal: Path) -> int:
    return sum(entry.kind == "ticket" for entry in _entries(journal))


def _sold_lines(house: House) -> list[str]:
    return [line for line in house.kiosk.terminal.log_path.read_text().splitlines() if line.startswith("SOLD")]


def _verify(folder: Path) -> None:
    """`refectory journal verify` with nothing but the file and the public key."""
    refectory = [sys.executable, "-m", "appliance.cli", "journal"]
    key = subprocess.run(
        [*refectory, "show-key", str(folder / "journal.key")], check=True, capture_output=True, text=True
    )
    public = folder / "public.key"
    public.write_text(key.stdout)
    verified = subprocess.run(
        [*refectory, "verify", str(folder / "journal.sqlite"), "--public-key", str(public)],
        capture_output=True,
        text=True,
    )
    assert verified.returncode == 0, verified.stderr + verified.stdout
