"""A scratch head office to deliver to, and terminals with journals full of sales; every part a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from journal.chain import build
from journal.database import Identity, insert_entry
from journal.entry import Entry
from journal.keys import SigningKey
from journal.store import create_file
from mqtt_bridge import wire

ENGINES = ("postgresql", "sqlite")
GUESTS = 300
DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 11, 28, tzinfo=UTC)
_OFFICE = [sys.executable, "-m", "appliance.cli", "head-office"]
_SEED = f"""
from server.catalog.models import Company, GuestCategory, Store
from server.guests.models import Guest
company = Company.objects.create(code="house", name="House")
Store.objects.create(company=company, code="hall", name="Hall")
student = GuestCategory.objects.create(code="student", name={{"en": "Student"}})
Guest.objects.bulk_create(
    Guest(pk=f"{{number:032x}}", company=company, name=f"Guest {{number}}", category=student) for number in range({GUESTS})
)
"""
_ENROL = """
import json, os
import msgspec
from server.core.keys import load_keys
from server.fleet.enrolment import enrol
for request in json.loads(os.environ["REQUESTS"]):
    print(msgspec.json.encode(enrol(request, load_keys())).decode())
"""


def ticket(terminal: str, number: int) -> dict[str, Any]:
    """A lunch of three lines from a guest's account, about 1.6 kB."""
    names = [("m1", "Käsespätzle mit Röstzwiebeln", 450), ("s3", "Blattsalat", 120), ("d7", "Apfelschorle 0,5 l", 180)]
    lines = [
        {
            "kind": "article", "article_id": article, "plu": 1000 + index, "name": name, "quantity": 1, "weight_g": None,
            "unit": "piece", "unit_minor": amount_minor, "base_minor": 0, "options": [], "adjustments": [], "menu": None,
            "amount_minor": amount_minor, "tax_class_id": "food", "rate_bp": 700,
        }
        for index, (article, name, amount_minor) in enumerate(names)
    ]  # fmt: skip
    guest = f"{number % GUESTS:032x}"
    return {
        "schema": 3, "kind": "sale", "terminal": terminal, "store": "hall", "number": number, "reverses": None,
        "reverses_day": None, "time_utc": NOW.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "business_day": DAY.isoformat(),
        "currency": "EUR", "catalogue_revision": 17, "service": "eat_in", "meal_id": None, "language": "de",
        "cashier_id": None, "shift": None, "training": False, "guest_id": guest, "guest_category_id": "student",
        "payer_id": None, "lines": lines, "menus": [], "charges": [], "share_reason": "", "meals_used": 0,
        "taxes": [{"rate_bp": 700, "gross_minor": 750, "net_minor": 701, "tax_minor": 49}],
        "tenders": [{"kind": "account", "amount_minor": 750, "guest_id": guest}],
        "total_minor": 750, "rounding_minor": 0, "change_minor": 0, "pickup_number": number % 100, "authorisation": None,
    }  # fmt: skip


def fill_journal(path: Path, terminal: str, key: SigningKey, entries: int) -> None:
    """A journal of that many entries, an "open" and tickets, in one transaction: how it is written is not measured here."""

    def fill(connection: sqlite3.Connection) -> None:
        last: Entry | None = None
        for number in range(entries):
            kind, payload = ("ticket", ticket(terminal, number)) if last else ("open", {"run_id": "bench"})
            last, content = build(
                last, terminal=terminal, epoch=1, key=key, kind=kind, time_utc=NOW, business_day=DAY, payload=payload
            )
            insert_entry(connection, last, content, {f"account:{number % GUESTS:032x}": -750} if number else {})

    create_file(path, Identity(terminal, 1, key.public), fill)


class Office:
    """Head office on one engine: its database, a broker, and whatever runs beside them."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.engine, self._folder = engine, folder
        self._port = _free_port()
        self._stops: list[Callable[[], object]] = []
        self._url = ""
        self._environment: dict[str, str] = {}

    def start(self) -> None:
        """Make the database and start the broker."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if self.engine == "postgresql":
            self._url = self._start_cluster()
        self._environment = {
            **os.environ,
            "DATABASE_URL": self._url,
            "REFECTORY_DATA": str(self._folder),
            "REFECTORY_BROKER": f"127.0.0.1:{self._port}",
        }
        for words in (["migrate", "-v", "0"], ["init_keys"], ["shell", "-v", "0", "-c", _SEED]):
            self._run(*words)
        configuration = self._folder / "mosquitto.conf"
        configuration.write_text(
            f"listener {self._port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n"
        )
        broker = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        if not broker:
            raise SystemExit("mosquitto is missing: apt-get install mosquitto")
        self._keep([broker, "-c", str(configuration)], "broker")
        wait_until(lambda: _listens(self._port), "the broker listens")

    def close(self) -> None:
        """Stop everything that was started."""
        for stop in reversed(self._stops):
            stop()
        self._stops.clear()

    def open_terminal(
        self, terminal: str, entries: int, fill: Callable[[Path, str, SigningKey, int], None] = fill_journal
    ) -> Path:
        """Enrol a terminal with a full journal; returns its data folder."""
        folder = self._folder / terminal
        folder.mkdir()
        key = SigningKey.generate()
        key.save(folder / "journal.key")
        fill(folder / "journal.sqlite", terminal, key, entries)
        request = {"terminal": terminal, "public_key": key.public.to_base64()}
        said = self._run("shell", "-v", "0", "-c", _ENROL, REQUESTS=json.dumps([request]))
        wire.save_enrolment(folder / "enrolment.json", msgspec.json.decode(said, type=wire.Enrolment))
        return folder

    @contextmanager
    def spool(self, *words: str) -> Iterator[int]:
        """Run a spool for a while; yields its process id."""
        log = self._folder / "spool.log"
        log.unlink(missing_ok=True)
        process = self._keep([*_OFFICE, "spool", *words], "spool")
        wait_until(lambda: "connected to broker" in log.read_text(), "the spool is connected")
        yield process.pid
        self._stops.pop()()

    @contextmanager
    def bridge(self, data_dir: Path, per_message: int = wire.MAX_ENTRIES) -> Iterator[int]:
        """Run a terminal's bridge for a while; yields its process id."""
        process = self._keep([sys.executable, "-m", "bench.delivery_bridge", str(data_dir), str(per_message)], "bridge")
        yield process.pid
        self._stops.pop()()

    def take_in(self, data_dir: Path, per_message: int = wire.MAX_ENTRIES) -> float:
        """Hand the terminal's entries to head office's database directly; returns entries a second."""
        command = [sys.executable, "-m", "bench.delivery_ingest", str(data_dir), str(per_message)]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        return float(done.stdout)

    def upto(self, terminal: str) -> int:
        """How far head office holds the terminal's journal."""
        query = "SELECT upto FROM fleet_enrolment JOIN fleet_terminal t ON t.id = terminal_id WHERE code = "
        if self.engine == "sqlite":
            with closing(sqlite3.connect(self._folder / "head-office.sqlite3")) as database:
                return int(database.execute(f"{query}?", [terminal]).fetchone()[0])
        import psycopg

        with psycopg.connect(self._url) as connection:
            row = connection.execute(f"{query}%s", [terminal]).fetchone()
        return int(row[0]) if row else 0

    def drain(self, data_dir: Path, head: int, per_message: int = wire.MAX_ENTRIES) -> float:
        """Deliver the terminal's journal through broker and spool; returns entries a second, from the first that arrives."""
        with self.bridge(data_dir, per_message):
            wait_until(lambda: self.upto(data_dir.name) > 0, "the first entry arrives")
            began_s, first = time.perf_counter(), self.upto(data_dir.name)
            wait_until(lambda: self.upto(data_dir.name) >= head, "the last entry arrives", 3600)
            return (head - first) / (time.perf_counter() - began_s)

    def _run(self, *words: str, **more: str) -> str:
        done = subprocess.run(
            [*_OFFICE, *words], env={**self._environment, **more}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        return done.stdout

    def _keep(self, command: list[str], name: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

        def stop() -> None:
            process.terminate()
            process.wait(30)

        self._stops.append(stop)
        return process

    def _start_cluster(self) -> str:
        """A PostgreSQL of its own, as safe as it is installed; on a Unix socket only."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not found:
            raise SystemExit("PostgreSQL is missing: apt-get install postgresql")
        folder = Path(tempfile.mkdtemp(prefix="refectory-pg-"))
        self._stops.append(lambda: shutil.rmtree(folder, ignore_errors=True))
        as_owner: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]

        def run(name: str, *words: str) -> None:
            command = [*as_owner, str(found[-1] / name), "-D", str(folder / "data"), *words]
            subprocess.run(command, cwd="/", check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

        run("initdb", "-U", "refectory", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        run("pg_ctl", "-l", str(folder / "log"), "-w", "-o", f"-k {folder} -c listen_addresses=", "start")
        self._stops.append(lambda: run("pg_ctl", "-m", "fast", "-w", "stop"))
        return f"postgresql://refectory@/postgres?host={folder}"


@contextmanager
def running_office(engine: str) -> Iterator[Office]:
    """A head office that is up, in a temporary folder; everything it made is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="refectory-bench-"))
    office = Office(folder, engine)
    try:
        office.start()
        yield office
    finally:
        office.close()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(condition: Callable[[], bool], what: str, longest_s: float = 120) -> None:
    """Wait, looking 20 times a second. Exits saying what did not happen."""
    end_s = time.monotonic() + longest_s
    while not condition():
        if time.monotonic() > end_s:
            raise SystemExit(f"waited {longest_s:.0f} s in vain: {what}")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
