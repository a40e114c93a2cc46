"""Head office's database is lost and comes back from a backup of an hour ago: terminals send what it lacks, by themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.house import RunningHouse
from journal.entry import Head
from masterdata.accounts_file import AccountsReader
from tests.journeys.selling import SellingHouse, allow, head, spent, tickets
from tests.waiting import wait_until
from workbench.house import Options

NEW_PRICE = (
    "from server.catalog.models import Price; p = Price.objects.order_by('pk').first(); p.amount_minor += {}; p.save()"
)


class Story:
    """A house that sells, and what is known of both ends of it."""

    def __init__(self, running: RunningHouse) -> None:
        self.running, self.house = running, running.house
        self.folder = self.house.kiosk.folder
        self.journal = self.folder / "journal.sqlite"
        self.books = self.house.books()

    def office(self, *words: str) -> str:
        return str(self.running.do(self.house.office(*words)))

    def sell(self, count: int) -> None:
        """Have the robot go on until there are `count` tickets."""
        allow(self.folder, count)
        wait_until(lambda: len(tickets(self.journal)) >= count, f"{count} meals are sold", 120)

    def mark(self) -> Head:
        seq, digest = self.books.rows("SELECT upto, head_hash FROM fleet_enrolment")[0]
        return Head(seq, digest)

    def horizon(self) -> int:
        return int(self.books.one("SELECT backed_up FROM fleet_enrolment"))

    def arrive(self) -> None:
        wait_until(lambda: self.mark() == head(self.journal), "everything arrives", 120)

    def revision(self) -> int:
        return int((self.folder / "catalogues" / "current").read_text())

    def replica(self) -> tuple[int, int]:
        """(epoch, upto) of the balances the terminal sells by."""
        return AccountsReader(self.folder / "accounts.sqlite", b"k" * 32).mark()

    def change_price(self, by_minor: int) -> None:
        before = self.revision()
        self.office("shell", "--no-imports", "-c", NEW_PRICE.format(by_minor))
        wait_until(lambda: self.revision() > before, "the new price reaches the terminal", 60)

    def put_back(self, backup: Path) -> str:
        for name in ("spool", "web"):
            self.running.do(self.house.children[name].stop())
        printed = self.office("restore", "--from", str(backup), "--replace")
        self.office("migrate", "--no-input")
        for name in ("web", "spool"):
            self.running.do(self.house.children[name].start())
        return printed


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_restored_head_office_is_sent_what_it_lacks(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("cluster_url") if engine == "postgresql" else ""
    running = RunningHouse(SellingHouse(Options(tmp_path / "house"), url))
    try:
        running.do(running.house.start())
        story = Story(running)
        before = story.books.balances()
        story.sell(20)
        story.arrive()
        backup = Path(story.office("backup", "--to", str(tmp_path / "backups")).split(": ")[0])
        held = {
            row["terminal"]: row["upto"] for row in json.loads((backup / "manifest.json").read_text())["enrolments"]
        }
        assert story.horizon() == held["kiosk-1"] > 20
        story.change_price(10)
        story.sell(45)
        story.arrive()
        lost_revision, full_mark = story.revision(), story.mark()

        printed = story.put_back(backup)
        assert f"{held['kiosk-1']} entries" in printed
        assert story.horizon() <= held["kiosk-1"]
        story.sell(55)
        story.arrive()

        assert story.mark().seq > full_mark.seq
        sold = tickets(story.journal)
        assert len(sold) == 55
        assert story.books.tickets() == [(e.seq, e.payload["number"], e.payload["total_minor"]) for e in sold]
        assert story.books.one("SELECT COUNT(*) FROM spool_quarantine") == 0
        after = story.books.balances()
        assert {g: before[g] - after[g] for g in before if before[g] != after[g]} == dict(spent(sold))
        assert story.books.ledger_sums() == after
        wait_until(
            lambda: story.books.one("SELECT COUNT(*) FROM guests_hold WHERE state = 'open'") == 0,
            "no hold is left",
            180,
        )

        wait_until(lambda: story.revision() > lost_revision, "the prices of the backup reach the terminal", 60)
        story.change_price(20)
        wait_until(lambda: story.replica()[1] == head(story.journal).seq, "the balances follow", 60)
        story.office("backup", "--to", str(tmp_path / "backups"))
        assert story.horizon() == story.mark().seq
        assert "everything agrees" in story.office("check_sums")
    finally:
        running.close()
