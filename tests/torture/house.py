"""The whole house under torture: starts it, lets it sell, does to it what the schedule says, and mends it in the end."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.torture.clocks import Clock
from tests.torture.disks import SmallDisk
from tests.torture.head_office import HeadOffice, refectory
from tests.torture.proxy import Line, Loop, Network, Rates, total
from tests.torture.schedule import Deed, Sizes, Step
from tests.torture.services import Service, run, wait_for

PAUSE = "pause"
SMALL_DISK_BYTES = 96_000_000
RESERVE_MB = 8
STALLED_S = 12.0
PROGRESS_EVERY_S = 5.0
DRAIN_PATIENCE_S = 240.0

MOST_BEHIND = 2500
"""Selling pauses while head office lacks so many entries: on a machine that is short of time."""

TERMINAL_RATES = Rates(lost=10, gone=2, unacknowledged=2, doubled=25, late=20, swapped=25, torn=3)
SPOOL_RATES = Rates(lost=4, doubled=15, late=10, swapped=15, torn=1)
"""What is not acknowledged stays in MQTT's window until the connection ends. The spool cannot see that its broker's window to it is
full, so its line loses nothing without an acknowledgement."""

_TOML = """\
[terminal]
id = "{name}"
role = "till"
data_dir = "{folder}"
reserve_mb = {reserve_mb}
"""


@dataclass(frozen=True)
class Plan:
    """What one run is: `every_s` is the time from one guest to the next at one till."""

    seed: int
    sizes: Sizes
    steps: tuple[Step, ...]
    every_s: float
    postgresql: bool


@dataclass
class TopUp:
    """Money put onto an account at head office. `known`: it was told to be done, and no backup was put back since."""

    guest: str
    amount_minor: int
    known: bool


@dataclass
class Lost:
    """What a backup that was put back did not know: by guest, in minor units."""

    spent_minor: Counter[str] = field(default_factory=Counter)
    topped_up_minor: Counter[str] = field(default_factory=Counter)


class Till:
    """One terminal: its folder, its lines, its two processes and what was witnessed of it."""

    def __init__(self, name: str, folder: Path, logs: Path, house: House) -> None:
        self.name = name
        self.folder = folder / name
        self.disk = SmallDisk(self.folder, SMALL_DISK_BYTES) if name in house.plan.sizes.small_disks else None
        self.folder.mkdir(exist_ok=True)
        seed = house.plan.seed
        self.line = Line(house.loop, name, seed, ("127.0.0.1", house.office.broker_port), Rates())
        self.web_line = Line(house.loop, f"{name}-web", seed, ("127.0.0.1", house.office.web_port))
        self.configuration = folder / f"{name}.toml"
        self.configuration.write_text(_TOML.format(name=name, folder=self.folder, reserve_mb=RESERVE_MB))
        self.witness = folder / f"{name}.witness"
        self.clocks = {kind: Clock(folder / f"{name}-{kind}.clock") for kind in ("terminal", "bridge")}
        config = ["--config", str(self.configuration)]
        self.bridge = Service(
            f"{name} bridge",
            refectory("bridge", *config),
            logs / f"{name}-bridge.log",
            self.clocks["bridge"].environment,
        )
        words = ["--people", str(folder.parent / "people.json"), "--witness", str(self.witness), "--seed", str(seed)]
        words += [
            "--pause",
            str(folder.parent / PAUSE),
            "--upto",
            str(house.plan.sizes.sales_each),
            "--every",
            str(house.plan.every_s),
        ]
        self.terminal = Service(
            f"{name} terminal",
            [house.python, "-m", "tests.torture.cashier", *config, *words],
            logs / f"{name}-terminal.log",
            self.clocks["terminal"].environment,
        )
        self._read_bytes = 0
        self._head = 0
        self.tickets = 0

    def request(self, logs: Path) -> tuple[str, tuple[str, int, int]]:
        """Make its key; returns the file of its request to be enrolled, and the answer's file and the ports for it."""
        request = self.configuration.with_suffix(".request")
        request.write_text(run(refectory("enrol-request", "--config", str(self.configuration)), logs / "setup.log"))
        return str(request), (str(self.folder / "enrolment.json"), self.line.port, self.web_line.port)

    def has_its_data(self) -> bool:
        """Whether menu and accounts have arrived."""
        return all((self.folder / name).exists() for name in ("catalogues/current", "accounts.sqlite"))

    def look(self) -> None:
        """Keep both processes up, and see what the witness has seen."""
        self.bridge.look()
        self.terminal.look()
        with suppress(FileNotFoundError), self.witness.open("rb") as file:
            file.seek(self._read_bytes)
            new = file.read()
            whole = new[: new.rfind(b"\n") + 1]
            self._read_bytes += len(whole)
            for line in whole.splitlines():
                self.tickets = max(self.tickets, json.loads(line).get("ticket", 0))

    def seen(self) -> list[dict[str, Any]]:
        """Everything the witness has seen."""
        return [json.loads(line) for line in self.witness.read_text().splitlines()] if self.witness.exists() else []

    def journal(self, columns: str = "seq, kind, payload", after: int = 0) -> list[tuple[Any, ...]]:
        """Rows of the journal, read without our own code."""
        question = f"select {columns} from entry where seq > ? order by seq"
        return ask(self.folder / "journal.sqlite", question, after)

    @property
    def head(self) -> int:
        """The number of the journal's last entry, as of the last time it could be read."""
        with suppress(sqlite3.Error):
            self._head = ask(self.folder / "journal.sqlite", "select coalesce(max(seq), 0) from entry")[0][0]
        return self._head

    def close(self) -> None:
        """End everything; what is on a small disk is copied beside it."""
        self.terminal.stop()
        self.bridge.stop()
        self.line.close()
        self.web_line.close()
        if self.disk is not None:
            self.disk.free()
            shutil.copytree(
                self.folder, self.folder.with_suffix(".kept"), ignore=shutil.ignore_patterns("*.ballast", "sockets")
            )
            self.disk.close()


class House:
    """Head office and its terminals. `say` gets what is worth telling."""

    def __init__(self, plan: Plan, folder: Path, python: str, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.folder = folder
        self.python = python
        self.say = say
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True)
        self.loop = Loop()
        self.spool_clock = Clock(folder / "spool.clock")
        self.office = HeadOffice(
            folder / "head-office", self.logs, postgresql=plan.postgresql, clock=self.spool_clock.environment
        )
        self.spool_line = Line(self.loop, "spool", plan.seed, ("127.0.0.1", self.office.broker_port), Rates())
        (folder / "terminals").mkdir()
        self.tills = [Till(name, folder / "terminals", self.logs, self) for name in plan.sizes.names]
        self.done: Counter[str] = Counter()
        self.remarks: list[str] = []
        self.top_ups: dict[str, TopUp] = {}
        self.losses: list[Lost] = []
        self.opening: dict[str, int] = {}
        self._backup: subprocess.Popen[bytes] | None = None
        self._people: dict[str, Any] = {}

    @property
    def services(self) -> list[Service]:
        """All processes that come back."""
        return [*self.office.services, *(s for till in self.tills for s in (till.bridge, till.terminal))]

    @property
    def lines(self) -> list[Line]:
        """All lines that know of packets."""
        return [self.spool_line, *(till.line for till in self.tills)]

    @property
    def tickets(self) -> int:
        """Tickets witnessed so far."""
        return sum(till.tickets for till in self.tills)

    def start(self) -> None:
        """Bring all of it up in peace."""
        self.office.found()
        self._people = json.loads((self.folder / "people.json").read_text())
        self.office.must("enrol", dict(till.request(self.logs) for till in self.tills))
        self.opening = dict(self.office.rows("SELECT id, balance_minor FROM guests_guest"))
        self.office.open(self.spool_line.port)
        for till in self.tills:
            till.bridge.start()
        for till in self.tills:
            wait_for(till.has_its_data, f"{till.name} has its data", [till.bridge])
        for till in self.tills:
            till.terminal.start()

    def run(self) -> None:
        """Sell until everything is sold and everything scheduled is done."""
        for till in self.tills:
            till.line.rates = TERMINAL_RATES
        self.spool_line.rates = SPOOL_RATES
        steps = list(self.plan.steps)
        sold, sold_at_s, say_at_s, began_s = -1, time.monotonic(), 0.0, time.monotonic()
        while steps or self.tickets < self.plan.sizes.sales:
            self.look()
            now_s = time.monotonic()
            if self.tickets != sold:
                sold, sold_at_s = self.tickets, now_s
            while steps and steps[0].at <= sold:
                self.do(steps.pop(0))
            if steps and now_s - sold_at_s > STALLED_S:
                self.done["steps taken early because nothing was sold"] += 1
                self.do(steps.pop(0))
                sold_at_s = now_s - STALLED_S / 2
            elif not steps and now_s - sold_at_s > DRAIN_PATIENCE_S:
                raise TimeoutError(f"nothing is sold any more: {self._progress()}")
            if now_s >= say_at_s:
                say_at_s = now_s + PROGRESS_EVERY_S
                self.say(f"{now_s - began_s:6.0f} s  {self._progress()}")
                self._pause(sum(self._behind()) > MOST_BEHIND)
            time.sleep(0.03)
        self._pause(False)

    def look(self) -> None:
        """Keep everything up that should be."""
        for service in self.office.services:
            service.look()
        for till in self.tills:
            till.look()
        if self._backup is not None and self._backup.poll() is not None:
            self.done["backups" if self._backup.returncode == 0 else "backups that were cut off"] += 1
            self._backup = None

    def heal(self) -> None:
        """Mend everything that is broken."""
        for line in self.lines:
            line.rates = Rates()
        for till in self.tills:
            self._set_network(till.name, Network.UP)
            if till.disk is not None:
                till.disk.free()
            for clock in till.clocks.values():
                clock.set(0)
        self._set_network("spool", Network.UP)
        self.spool_clock.set(0)

    def drain(self) -> None:
        """Wait until head office has every entry and every terminal knows it. Raises TimeoutError."""
        progress, moved_at_s, say_at_s = "", time.monotonic(), 0.0
        while not self._drained():
            self.look()
            now_s = time.monotonic()
            if self._progress() != progress:
                progress, moved_at_s = self._progress(), now_s
            if now_s - moved_at_s > DRAIN_PATIENCE_S:
                raise TimeoutError(f"it does not come to rest: {progress}\n{self._what_head_office_knows()}")
            if now_s >= say_at_s:
                say_at_s = now_s + PROGRESS_EVERY_S
                self.say(f"   drain  {progress}")
            time.sleep(0.25)

    def faults(self) -> Counter[str]:
        """What was done to the house, by kind."""
        return self.done + Counter({f"wire: {name}": n for name, n in total(iter(self.lines)).items()})

    def close(self) -> None:
        """End everything."""
        if self._backup is not None:
            self._backup.kill()
            self._backup.wait()
        for till in self.tills:
            till.close()
        self.office.close()
        self.spool_line.close()
        self.loop.close()

    def marks(self) -> dict[str, int]:
        """How far head office has every terminal's journal; empty while it cannot be asked."""
        rows = self.office.rows_in_time(
            "SELECT t.code, e.upto FROM fleet_enrolment e JOIN fleet_terminal t ON t.id = e.terminal_id"
        )
        return dict(rows or ())

    def _drained(self) -> bool:
        marks = self.marks()
        for till in self.tills:
            head = till.head
            if marks.get(till.name) != head or _own_mark(till) != head or not till.terminal.running:
                return False
        return self.office.rows_in_time("SELECT COUNT(*) FROM guests_hold WHERE state = 'open'") == [(0,)]

    def _pause(self, wanted: bool) -> None:
        pause = self.folder / PAUSE
        if wanted and not pause.exists():
            self.done["pauses in selling, head office being far behind"] += 1
            pause.touch()
        elif not wanted:
            pause.unlink(missing_ok=True)

    def _behind(self) -> list[int]:
        marks = self.marks()
        return [max(0, till.head - marks.get(till.name, 0)) for till in self.tills]

    def _what_head_office_knows(self) -> str:
        terminals = self.office.rows_in_time(
            "SELECT t.code, t.online, e.head_seq, e.upto, e.need, e.alarm FROM fleet_enrolment e"
            " JOIN fleet_terminal t ON t.id = e.terminal_id ORDER BY t.code"
        )
        holds = self.office.rows_in_time(
            "SELECT t.code, h.request, h.amount_minor, h.created_at, h.expires_at FROM guests_hold h"
            " JOIN fleet_terminal t ON t.id = h.terminal_id WHERE h.state = 'open'"
        )
        own = [(till.name, till.head, _own_mark(till), till.terminal.running) for till in self.tills]
        return f"terminals (online, head, upto, need, alarm): {terminals}\nopen holds: {holds}\nthemselves: {own}"

    def _progress(self) -> str:
        behind = "+".join(map(str, self._behind()))
        kills = sum(number for what, number in self.done.items() if what.startswith("kill"))
        wire = sum(number for what, number in self.faults().items() if what.startswith("wire"))
        return f"{self.tickets} tickets, {behind} entries not at head office, {kills} kills, {wire} wire faults"

    def do(self, step: Step) -> None:
        """Do what the schedule says."""
        match step.deed:
            case Deed.KILL:
                service = next(service for service in self.services if service.name == step.target)
                if service.kill():
                    self.done[f"kill: {step.target.split()[-1]}"] += 1
                else:
                    self.done["kills of what was down already"] += 1
            case Deed.CRASH_BACKEND:
                if self.office.cluster is not None and self.office.cluster.crash_backend():
                    self.done["kill: a session of postgresql"] += 1
            case Deed.NETWORK:
                self._set_network(step.target, Network[step.value])
                if step.value != Network.UP.name:
                    self.done[f"wire: network {Network[step.value].value}"] += 1
            case Deed.FILL_DISK | Deed.FREE_DISK:
                disk = next(till.disk for till in self.tills if till.name == step.target)
                if disk is not None and step.deed is Deed.FILL_DISK:
                    disk.fill()
                    self.done["disk full"] += 1
                elif disk is not None:
                    disk.free()
            case Deed.CLOCK:
                self._clock(step.target).set(int(step.value))
                self.done["clock set by a day, or back"] += 1
            case Deed.BACK_UP:
                if self._backup is None:
                    self._backup = self.office.command_beside("backup", "--to", str(self.office.backups))
            case Deed.RESTORE:
                self._restore()
            case Deed.TOP_UP:
                self._top_up(int(step.value))
            case Deed.DEARER:
                problem = self.office.assistant.do("dearer", int(step.value))
                self.done["prices changed" if not problem else "changes that failed at head office"] += 1

    def _set_network(self, target: str, network: Network) -> None:
        if target == "spool":
            self.spool_line.set_network(network)
            return
        till = next(till for till in self.tills if till.name == target)
        till.line.set_network(network)
        till.web_line.set_network(network)

    def _clock(self, target: str) -> Clock:
        if target == "spool":
            return self.spool_clock
        name, kind = target.split()
        return next(till.clocks[kind] for till in self.tills if till.name == name)

    def _top_up(self, amount_minor: int) -> None:
        """Give a guest whom everybody attacks some money."""
        hot = [self._people["guest_of"][number] for number in self._people["hot"]]
        guest = hot[len(self.top_ups) % len(hot)]
        note = f"torture {len(self.top_ups)}"
        problem = self.office.assistant.do("top_up", guest, amount_minor, note)
        self.top_ups[note] = TopUp(guest, amount_minor, known=not problem)
        self.done["top-ups at head office" if not problem else "changes that failed at head office"] += 1

    def _restore(self) -> None:
        """Put the newest backup back."""
        if self._backup is not None:
            self._backup.wait()
            self.look()
        backups = sorted(self.office.backups.glob("head-office-*"))
        spool = self.office.spool
        if not backups or spool is None:
            return
        if self.office.cluster is not None:
            wait_for(lambda: self.office.rows_in_time("SELECT 1") is not None, "PostgreSQL is up", self.office.services)
        spool.stop()
        self.office.web.stop()
        self.office.assistant.close()
        before = self._ledger_notes()
        self.office.command("restore", "--from", str(backups[-1]), "--replace")
        self._note_losses(before)
        self.office.web.start()
        spool.start()
        self.done["head office restored from a backup"] += 1

    def _ledger_notes(self) -> set[str]:
        rows = self.office.rows("SELECT note FROM guests_ledgerentry WHERE note LIKE 'torture %'")
        return {note for (note,) in rows}

    def _note_losses(self, before: set[str]) -> None:
        lost = Lost()
        for note in before - self._ledger_notes():
            top_up = self.top_ups[note]
            top_up.known = False
            lost.topped_up_minor[top_up.guest] += top_up.amount_minor
        marks = self.marks()
        for till in self.tills:
            for _seq, kind, payload in till.journal(after=marks.get(till.name, 0)):
                for guest, amount_minor in movements(kind, payload).items():
                    lost.spent_minor[guest] += max(0, -amount_minor)
        self.losses.append(lost)


def movements(kind: str, payload: str | bytes) -> Counter[str]:
    """What one journal entry does to accounts, in minor units by guest; read without our own code."""
    found: Counter[str] = Counter()
    if kind == "ticket":
        for tender in json.loads(payload)["tenders"]:
            if tender["kind"] == "account":
                found[tender["guest_id"]] -= tender["amount_minor"]
    elif kind == "account":
        moved = json.loads(payload)
        sign = 1 if moved["kind"] == "top_up" else -1
        found[moved["guest_id"]] += sign * moved["amount_minor"]
    return found


def ask(file: Path, question: str, *values: object) -> list[tuple[Any, ...]]:
    """What a terminal's SQLite file answers. Raises sqlite3.Error."""
    if not file.exists():
        raise sqlite3.OperationalError(f"{file} is not there")
    with closing(sqlite3.connect(file, timeout=20)) as own:
        own.execute("pragma query_only = on")
        return own.execute(question, values).fetchall()


def _own_mark(till: Till) -> int:
    """How far the terminal's bridge believes to be done."""
    return sum(row[0] for row in ask(till.folder / "bridge.sqlite", "select upto from mark"))
