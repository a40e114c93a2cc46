"""A terminal's disk is copied and both copies run; a terminal's disk is replaced: nothing is lost, nothing counts twice."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bench.house import RunningHouse
from tests.journeys.office import Office
from tests.journeys.screen import Screen
from tests.journeys.selling import SellingHouse, allow, head, robot, spent, tickets
from tests.waiting import wait_until
from workbench.house import STORE, Options
from workbench.station import KIOSK, Station, refectory

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@contextmanager
def selling(folder: Path) -> Iterator[RunningHouse]:
    running = RunningHouse(SellingHouse(Options(folder)))
    try:
        running.do(running.house.start())
        yield running
    finally:
        running.close()


def sell(folder: Path, count: int) -> None:
    allow(folder, count)
    wait_until(lambda: len(tickets(folder / "journal.sqlite")) >= count, f"{count} meals are sold", 120)


def mark(office: Office, epoch: int = 1) -> tuple[int, str]:
    rows = office.rows("SELECT upto, head_hash FROM fleet_enrolment WHERE epoch = ?", epoch)
    return rows[0] if rows else (0, "")


def arrive(office: Office, journal: Path, epoch: int = 1) -> None:
    wait_until(lambda: mark(office, epoch) == head(journal), "everything arrives", 120)


def stop(running: RunningHouse, station: Station) -> None:
    running.do(station.terminal.stop())
    running.do(station.bridge.stop())


def start(running: RunningHouse, station: Station) -> None:
    running.do(station.bridge.start())
    running.do(station.terminal.start())


def answering(path: Path) -> Path:
    """The screen's socket, once somebody listens there."""

    def accepts() -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(path)) == 0

    wait_until(accepts, "the screen is up", 90)
    return path


def log_of(station: Station) -> str:
    return station.bridge.log_path.read_text()


def copy_of(running: RunningHouse, folder: Path) -> Station:
    """Another machine with a copy of the first kiosk's disk."""
    house = running.house
    station = Station(KIOSK, folder, folder / "logs")
    shutil.copytree(house.kiosk.folder, station.folder, ignore=shutil.ignore_patterns("*.sock"), dirs_exist_ok=True)
    station.configure("offscreen")
    robot(station)
    return station


def enrol_again(running: RunningHouse, station: Station, *words: str) -> int:
    """What a technician does; returns the new epoch."""
    line = [*refectory("enrol-request", "--config", str(station.configuration)), *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    request = station.folder / "enrolment-request.json"
    request.write_text(done.stdout)
    out = station.folder / "enrolment.json"
    broker, web = running.house.relays
    extra = {"REFECTORY_BROKER": f"127.0.0.1:{broker.port}", "REFECTORY_URL": f"http://127.0.0.1:{web.port}"}
    line = ["enrol", "--request", str(request), "--store", STORE, "--out", str(out)]
    running.do(running.house.office(*line, extra=extra))
    return int(json.loads(out.read_text())["epoch"])


def begin_again(running: RunningHouse, station: Station) -> None:
    """Enrol it with a new key; it is up again and sells nothing yet."""
    assert enrol_again(running, station, "--new-key") == 2
    allow(station.folder, 0)
    start(running, station)


def after_five_meals(running: RunningHouse) -> tuple[Office, Station, dict[str, int]]:
    """The books, the kiosk and the balances from before, when head office knows of the first meals."""
    office, kiosk = running.house.books(), running.house.kiosk
    before = office.balances()
    sell(kiosk.folder, 5)
    arrive(office, kiosk.folder / "journal.sqlite")
    return office, kiosk, before


def count_once(office: Office, before: dict[str, int], sold: list) -> None:
    after = office.balances()
    assert {g: before[g] - after[g] for g in before if before[g] != after[g]} == dict(spent(sold))
    assert office.ledger_sums() == after


def test_of_two_copies_the_second_to_speak_is_stopped_and_its_branch_is_kept(tmp_path: Path) -> None:
    with selling(tmp_path / "house") as running:
        office, first = running.house.books(), running.house.kiosk
        before = office.balances()
        sell(first.folder, 10)
        arrive(office, first.folder / "journal.sqlite")
        stop(running, first)
        copy = copy_of(running, tmp_path / "elsewhere")
        start(running, first)
        sell(first.folder, 15)
        arrive(office, first.folder / "journal.sqlite")

        running.do(copy.terminal.start())
        sell(copy.folder, 14)
        running.do(copy.bridge.start())
        try:
            wait_until(lambda: "its journal was copied" in log_of(copy), "the copy is stopped", 120)
            branch = tickets(copy.folder / "journal.sqlite")[10:]
            wait_until(
                lambda: (
                    {entry.hash for entry in branch}
                    <= {row[0] for row in office.rows("SELECT hash FROM spool_quarantine")}
                ),
                "head office keeps the branch",
                120,
            )
            assert "two branches" in office.one("SELECT alarm FROM fleet_enrolment")
            wait_until(lambda: "its key is in use twice" in log_of(first), "the first hears of it", 120)
            sell(first.folder, 25)
            arrive(office, first.folder / "journal.sqlite")
        finally:
            stop(running, copy)
            copy.close()
        assert "its journal was copied" not in log_of(first)
        sold = tickets(first.folder / "journal.sqlite")
        assert len(sold) == 25
        count_once(office, before, sold)


def test_an_old_copy_put_back_is_noticed_without_a_line_and_enrolled_again(tmp_path: Path) -> None:
    with selling(tmp_path / "house") as running:
        office, kiosk = running.house.books(), running.house.kiosk
        before = office.balances()
        journal = kiosk.folder / "journal.sqlite"
        sell(kiosk.folder, 5)
        stop(running, kiosk)
        shutil.copy(journal, tmp_path / "old.sqlite")
        assert len(tickets(journal)) == 5
        start(running, kiosk)
        sell(kiosk.folder, 12)
        arrive(office, journal)
        sold = tickets(journal)
        stop(running, kiosk)
        for suffix in ("", "-wal", "-shm"):
            journal.with_name(journal.name + suffix).unlink(missing_ok=True)
        shutil.copy(tmp_path / "old.sqlite", journal)

        kiosk.terminal.command = refectory("terminal", "--config", str(kiosk.configuration))
        running.do(kiosk.terminal.start())
        with closing(Screen(answering(kiosk.screen_socket), 60)) as screen:
            screen.see("The records of this terminal are an old copy")
            screen.see("the terminal has to be enrolled again")
        assert "an old copy was put back. Enrol the terminal again" in kiosk.terminal.log_path.read_text()
        running.do(kiosk.terminal.stop())
        robot(kiosk)

        begin_again(running, kiosk)
        wait_until(journal.exists, "a new journal begins", 60)
        sell(kiosk.folder, 6)
        arrive(office, journal, epoch=2)
        assert tickets(journal)[0].seq < 10
        assert list((kiosk.folder / "old").glob("journal-1-*.sqlite"))
        count_once(office, before, sold + tickets(journal))


def test_what_an_old_journal_had_not_sent_is_in_an_archive_that_head_office_takes_in(tmp_path: Path) -> None:
    with selling(tmp_path / "house") as running:
        office, kiosk, before = after_five_meals(running)
        journal = kiosk.folder / "journal.sqlite"
        running.do(kiosk.bridge.stop())
        sell(kiosk.folder, 9)
        running.do(kiosk.terminal.stop())
        sold, last = tickets(journal), head(journal)

        begin_again(running, kiosk)
        (archive,) = wait_until(lambda: list((kiosk.folder / "old").glob("*.refectory")), "an archive", 60)
        printed = running.do(running.house.office("import_archive", str(archive)))
        assert "0 in quarantine" in printed
        sell(kiosk.folder, 3)
        arrive(office, journal, epoch=2)
        assert mark(office)[1] == last.hash
        count_once(office, before, sold + tickets(journal))
        running.do(kiosk.terminal.stop())


def test_a_new_disk_is_a_new_enrolment_and_old_tickets_stay(tmp_path: Path) -> None:
    with selling(tmp_path / "house") as running:
        office, kiosk, before = after_five_meals(running)
        journal = kiosk.folder / "journal.sqlite"
        sold = tickets(journal)
        stop(running, kiosk)
        kept = {name: (kiosk.folder / name).read_bytes() for name in ("allowed", "badges")}
        shutil.rmtree(kiosk.folder)

        kiosk.configure("offscreen")
        assert enrol_again(running, kiosk) == 2
        for name, content in kept.items():
            (kiosk.folder / name).write_bytes(content)
        allow(kiosk.folder, 0)
        running.do(kiosk.bridge.start())
        wait_until((kiosk.folder / "catalogues" / "current").exists, "the menu", 60)
        wait_until((kiosk.folder / "accounts.sqlite").exists, "the guests", 60)
        running.do(kiosk.terminal.start())
        wait_until(journal.exists, "a new journal begins", 60)
        sell(kiosk.folder, 4)
        arrive(office, journal, epoch=2)
        count_once(office, before, sold + tickets(journal))
        assert office.one("SELECT COUNT(*) FROM spool_quarantine") == 0
