"""A line that never comes back: archive, import, proof and verification, each by the command a technician types."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from journal.keys import SigningKey
from journal.store import Journal
from mqtt_bridge.wire import load_enrolment
from tests.journeys.office import Office
from tests.waiting import wait_until

pytestmark = pytest.mark.timeout(300)

STORE = """
from server.catalog.models import Company, Store
Store.objects.create(company=Company.objects.create(code="house", name="House"), code="hall", name="Hall")
"""
DAY = date(2026, 11, 20)
TERMINAL = '[terminal]\nid = "till-1"\nrole = "till"\ndata_dir = "terminal"\n[transfer]\nmode = "by_hand"\n'


class Far:
    """Head office and a terminal on two machines without a line, and a technician with a stick."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.terminal, self.stick = folder, folder / "terminal", folder / "stick"
        self.stick.mkdir()
        self.config = folder / "terminal.toml"
        self.config.write_text(TERMINAL)
        self.environment = {
            **os.environ,
            "REFECTORY_DATA": str(folder / "office"),
            "REFECTORY_BROKER": "127.0.0.1:9",
            "PYTHONUNBUFFERED": "1",
        }
        self.environment.pop("DATABASE_URL", None)
        self._bridge: subprocess.Popen[bytes] | None = None
        for arguments in (["init_keys"], ["migrate", "-v0"], ["shell", "-v0", "-c", STORE]):
            self.does("head-office", *arguments)
        request = folder / "request.json"
        request.write_text(self.does("enrol-request", "--config", self.config))
        enrolment = self.terminal / "enrolment.json"
        self.does("head-office", "enrol", "--request", request, "--store", "hall", "--role", "till", "--out", enrolment)
        self.key = SigningKey.load(self.terminal / "journal.key")
        path = self.terminal / "journal.sqlite"
        Journal.create(path, "till-1", 1, self.key)
        self.journal = Journal.open(
            path, self.key, business_day=DAY, now_utc=datetime.now(UTC), software="test", reserve_bytes=65536
        )

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "appliance.cli", *map(str, arguments)]
        return subprocess.run(
            words,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=Path(__file__).parents[2],
        )

    def does(self, *arguments: object) -> str:
        """What a command that succeeds says."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sell(self, count: int) -> None:
        for _ in range(count):
            self.journal.append("open", {"run_id": "test"}, {}, now_utc=datetime.now(UTC), business_day=DAY)

    def start_bridge(self) -> None:
        words = [sys.executable, "-m", "appliance.cli", "bridge", "--config", str(self.config)]
        self._bridge = subprocess.Popen(words, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
        wait_until((self.terminal / "sockets/bridge.sock").exists, "the bridge works")

    def kill_bridge(self) -> None:
        if self._bridge:
            self._bridge.send_signal(signal.SIGKILL)
            self._bridge.wait(20)
            (self.terminal / "sockets/bridge.sock").unlink(missing_ok=True)
            self._bridge = None

    def carry(self) -> str:
        """Write, import, accept; returns what the terminal says in the end."""
        self.does("archive", "write", "--config", self.config, "--to", self.stick)
        self.does("head-office", "import_archive", *sorted(self.stick.glob("*.refectory")))
        newest = max(self.stick.glob("*.proof.json"), key=lambda path: path.name[-24:])
        return self.does("archive", "accept", "--config", self.config, newest)

    def verify(self) -> subprocess.CompletedProcess[str]:
        terminal, office = self.folder / "terminal.pub", self.folder / "office.pub"
        terminal.write_text(self.does("journal", "show-key", self.terminal / "journal.key"))
        office.write_text(load_enrolment(self.terminal / "enrolment.json").ack_public_key)
        proof = self.folder / "proof.json"
        self.does("proof", "--config", self.config, "--out", proof)
        return self.run(
            *("verify", "--journal", self.terminal / "journal.sqlite", "--proof", proof),
            *("--terminal-key", terminal, "--head-office-key", office),
        )


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Far]:
    made = Far(tmp_path)
    yield made
    made.kill_bridge()
    made.journal.close()


def test_sales_reach_head_office_on_a_stick_and_the_proof_comes_back(far: Far) -> None:
    far.sell(120)
    far.start_bridge()
    assert far.carry() == "head office has everything up to entry 121 of 121; complete up to entry 121\n"
    done = far.verify()
    assert done.returncode == 0, done.stderr
    assert "complete up to 121 of 121, signed by head-office-" in done.stdout

    far.kill_bridge()
    far.sell(30)
    assert far.verify().returncode == 3
    assert "the bridge takes it over when it runs" in far.carry()
    far.start_bridge()
    wait_until(lambda: far.verify().returncode == 0, "the bridge took the proof")

    office = Office(far.folder / "office")
    assert office.one("SELECT COUNT(*) FROM spool_journalentry") == 151
    assert office.rows("SELECT new, known, finished FROM spool_archiveimport ORDER BY id")[0] == (121, 0, 1)
