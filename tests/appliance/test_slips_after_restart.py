"""A slip that could not be printed before the terminal went down comes out when it is up again: whole, and only once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance import config
from appliance.flows.intents import ConfirmPayment, Finish, Pay, QuickAdd
from appliance.flows.kiosk import KioskFlow
from appliance.presenters.views import DoneScreen
from appliance.terminal_main import build
from drivers.escpos_printer.sim import EscposPrinterSimulator
from hal.bus import EventBus
from hal.events import BadgePresented
from journal.store import JournalReader
from sales.catalogue import Catalogue
from tests.appliance.asking import settle
from tests.appliance.canteen import ANNA, CATALOGUE, Canteen, TurnedClock
from tests.appliance.test_devices import enrol
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
TOML = """
[terminal]
id = "kiosk-1"
data_dir = "."

[devices.printer]
contract = "receipt_printer"
driver = "escpos_printer"
port = "tcp:127.0.0.1:{port}"
timeout_s = 0.5
print_timeout_s = 1.5
"""
PATIENCE_S = 30


@pytest.fixture
def printer() -> Iterator[EscposPrinterSimulator]:
    with EscposPrinterSimulator() as simulator:
        yield simulator


A_GREETING = 200
"""More bytes than a printer without paper is told when it is greeted, and less than the rest of a slip."""


@pytest.fixture
def folder(bare: Canteen, printer: EscposPrinterSimulator) -> Path:
    bare.send_guests()
    enrol(bare)
    (bare.folder / "terminal.toml").write_text(TOML.format(port=printer.port))
    return bare.folder


def menu(published_at: datetime) -> Catalogue:
    """Nothing but spaghetti, so that a robot need not choose."""
    return replace(
        CATALOGUE,
        published_at=published_at,
        articles=tuple(article for article in CATALOGUE.articles if article.id == "spaghetti"),
        prices=tuple(price for price in CATALOGUE.prices if price.article_id == "spaghetti"),
    )


class Process:
    """A terminal in a process of its own; sells until the journal holds as many tickets as it is allowed."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._allowed = folder / "allowed"
        (folder / "badges").write_text(ANNA)
        self.allow(0)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.robot", "terminal.toml", "allowed", "badges"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        stack.callback(self.end, signal.SIGKILL)

    def allow(self, sales: int) -> None:
        new = self._allowed.with_name("allowed.new")
        new.write_text(str(sales))
        new.replace(self._allowed)

    def sold(self) -> str:
        """What the next diner saw."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def end(self, number: int) -> None:
        self._process.send_signal(number)
        self._process.communicate(timeout=PATIENCE_S)


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[], Process]]:
    with ExitStack() as stack:
        Canteen(folder, stack).publish(menu(datetime.now(UTC).replace(microsecond=0)))
        yield lambda: Process(folder, stack)


def proof(folder: Path, number: int) -> str:
    """What the slip of that ticket must carry in its code."""
    with JournalReader(folder / "journal.sqlite") as reader:
        tickets = [entry for entry in reader.entries(0) if entry.kind == "ticket"]
    return tickets[number - 1].hash[:12]


def test_killed_while_the_paper_is_out_the_slip_comes_whole_and_once_after_the_restart(
    folder: Path, printer: EscposPrinterSimulator, start: Callable[[], Process]
) -> None:
    printer.set_paper("out")
    terminal = start()
    terminal.allow(1)
    assert terminal.sold() == f"SOLD 101 {ANNA}\n"
    terminal.end(signal.SIGKILL)
    terminal = start()
    printer.set_paper("ok")
    wait_until(lambda: printer.slips, "the slip")
    (slip,) = printer.slips
    assert slip.text.count("PRINTED AGAIN") == 1
    assert "Spaghetti with lentil bolognese" in slip.text
    (code,) = slip.codes
    assert code.endswith(proof(folder, 1))
    terminal.allow(2)
    assert terminal.sold() == f"SOLD 102 {ANNA}\n"
    wait_until(lambda: len(printer.slips) == 2, "the next slip")
    assert "PRINTED AGAIN" not in printer.slips[1].text


def test_killed_in_the_middle_of_a_slip_the_whole_one_is_apart_from_the_torn(
    folder: Path, printer: EscposPrinterSimulator, start: Callable[[], Process]
) -> None:
    terminal = start()
    wait_until(lambda: (folder / "slips.sqlite").exists(), "the terminal")
    printer.paper_out_after_bytes(200)
    terminal.allow(1)
    assert terminal.sold()
    wait_until(lambda: printer.paper == "out", "the end of the paper")
    terminal.end(signal.SIGKILL)
    start()
    wait_until(lambda: printer.waiting_bytes < A_GREETING, "the rest of the slip is taken out of the printer")
    printer.set_paper("ok")
    wait_until(lambda: printer.slips, "the slip")
    (slip,) = printer.slips
    assert slip.text.startswith("PRINTED AGAIN")
    assert slip.codes[0].endswith(proof(folder, 1))
    assert [torn.codes for torn in printer.torn] == [[]]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_is_on_paper_is_not_printed_again(
    printer: EscposPrinterSimulator, start: Callable[[], Process], folder: Path, number: int
) -> None:
    terminal = start()
    terminal.allow(2)
    assert terminal.sold()
    wait_until(lambda: len(printer.slips) == 2, "both slips")
    wait_until(lambda: owed(folder) == [], "the printer's word")
    terminal.end(number)
    terminal = start()
    terminal.allow(3)
    assert terminal.sold()
    wait_until(lambda: len(printer.slips) == 3, "the third slip")
    assert [slip.text.count("PRINTED AGAIN") for slip in printer.slips] == [0, 0, 0]
    assert [code.split(":")[2] for slip in printer.slips for code in slip.codes] == ["1", "2", "3"]


def owed(folder: Path) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(f"file:{folder / 'slips.sqlite'}?mode=ro", uri=True)) as connection:
        return connection.execute("select seq, paper from owed").fetchall()


@dataclass
class Run:
    """One run of a terminal, with a clock that is turned by hand."""

    flow: KioskFlow
    bus: EventBus

    def eat(self) -> None:
        self.flow.handle(BadgePresented("badge", ANNA, 0.0))
        for touch in (QuickAdd("spaghetti"), Pay(), ConfirmPayment()):
            self.flow.handle(touch)
        settle(self.flow, self.bus)
        assert isinstance(self.flow.view().screen, DoneScreen)
        self.flow.handle(Finish())

    def until(self, question: Callable[[], object], what: str) -> None:
        def answered() -> object:
            for event in self.bus.drain():
                self.flow.handle(event)
            return question()

        wait_until(answered, what)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def run(folder: Path, bare: Canteen, clock: TurnedClock) -> Callable[[ExitStack], Run]:
    bare.publish(menu(CATALOGUE.published_at))

    def begin(stack: ExitStack) -> Run:
        bus = EventBus()
        return Run(build(config.load(folder / "terminal.toml"), clock, bus, stack), bus)

    return begin


def numbers(printer: EscposPrinterSimulator) -> list[tuple[str, bool]]:
    """Ticket number and whether it says that it is printed again, of every slip."""
    return [(slip.codes[0].split(":")[2], "PRINTED AGAIN" in slip.text) for slip in printer.slips]


@pytest.mark.parametrize(
    ("away_s", "expected"), [(3599, [("1", True), ("2", True), ("3", False)]), (3601, [("3", False)])]
)
def test_slips_are_printed_again_for_an_hour(
    run: Callable[[ExitStack], Run],
    printer: EscposPrinterSimulator,
    clock: TurnedClock,
    away_s: int,
    expected: list[tuple[str, bool]],
) -> None:
    printer.set_paper("out")
    with ExitStack() as stack:
        terminal = run(stack)
        terminal.eat()
        terminal.eat()
    clock.pass_s(away_s)
    with ExitStack() as stack:
        terminal = run(stack)
        terminal.eat()
        printer.set_paper("ok")
        terminal.until(lambda: len(printer.slips) == len(expected), "the slips")
    assert numbers(printer) == expected


def test_after_an_hour_without_paper_the_oldest_slips_are_dropped(
    run: Callable[[ExitStack], Run], printer: EscposPrinterSimulator, clock: TurnedClock
) -> None:
    printer.set_paper("out")
    with ExitStack() as stack:
        terminal = run(stack)
        terminal.eat()
        clock.pass_s(3601)
        terminal.eat()
        printer.set_paper("ok")
        terminal.until(lambda: printer.slips, "the slip")
    assert numbers(printer) == [("2", False)]


@pytest.mark.parametrize("damage", [b"not a database", None])
def test_without_its_notes_the_terminal_sells_and_prints_what_comes(
    run: Callable[[ExitStack], Run], printer: EscposPrinterSimulator, folder: Path, damage: bytes | None
) -> None:
    printer.set_paper("out")
    with ExitStack() as stack:
        run(stack).eat()
    for path in folder.glob("slips.sqlite*"):
        path.unlink()
    if damage is not None:
        (folder / "slips.sqlite").write_bytes(damage)
    printer.set_paper("ok")
    for expected in (["2"], ["2", "3"]):
        with ExitStack() as stack:
            terminal = run(stack)
            terminal.eat()
            terminal.until(lambda expected=expected: len(printer.slips) == len(expected), "the slip")
        assert numbers(printer) == [(number, False) for number in expected]
