"""`refectory terminal`: puts the terminal's process together and runs it, in the role of its configuration.

The only writer of the journal. It opens the files, starts the devices and hands the flow to the screens; SIGTERM and
SIGINT end it between two ticks, so never within a sale.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from contextlib import ExitStack, closing
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

from appliance import config
from appliance.badge_numbers import BadgeBus, badge_formats
from appliance.devices import KITCHEN, add_devices, slip_layout
from appliance.devices import printer as printer_in_role
from appliance.enrolled import enrolment_of
from appliance.flows.clock import Clock, SystemClock
from appliance.flows.out_of_order import OutOfOrderFlow
from appliance.i18n import Translators
from appliance.presenters.closing import old_copy
from appliance.roles import ROLES, Flow, Parts
from appliance.store.accounts import Accounts
from appliance.store.board import Board
from appliance.store.business_day import business_day
from appliance.store.cashiers import cashier_names
from appliance.store.catalogues import CatalogueShelf
from appliance.store.head_office import HeadOfficeLink
from appliance.store.old_journals import set_aside
from appliance.store.papers import Papers
from appliance.store.proof import acknowledged_heads
from appliance.store.pruning import Pruner
from appliance.store.slip_book import SlipBook
from appliance.store.slips import SlipDesk
from appliance.store.terminal_store import TerminalStore
from appliance.store.till_ledger import Z_REPORT
from hal.bus import EventBus
from hal.supervisor import Supervisor
from journal.chain import ChainError
from journal.errors import JournalError, RolledBack
from journal.keys import KeyFileError, SigningKey
from journal.reader import JournalReader
from journal.store import Journal
from masterdata.accounts_file import AccountsReader
from masterdata.board_file import BoardReader, board_path
from mqtt_bridge.local_files import ACCOUNTS_FILE, ENROLMENT_FILE, JOURNAL_FILE, JOURNAL_KEY_FILE
from mqtt_bridge.local_socket import LocalSocket
from mqtt_bridge.wire import Enrolment, WireError

SLIPS_FILE = "slips.sqlite"


class CannotStart(Exception):
    """The terminal cannot start; the message says why and what to do."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "terminal",
        help="run the terminal: screen, devices and journal",
        description=(
            "Run the kiosk or till of one configuration until its window is closed or the process gets SIGTERM or SIGINT. It "
            "needs enrolment.json from head office in its data folder, sells with or without `refectory bridge`, and is "
            "the only one to write its journal: a second one is refused."
        ),
        epilog="Devices that are absent are waited for. What happens is logged on the error stream.",
    )
    parser.add_argument(
        "--config", required=True, type=Path, metavar="FILE", help="the terminal's configuration (TOML)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the terminal; returns 0 when it was told to stop, 1 after a message when it cannot start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        loaded = config.load(arguments.config)
        with ExitStack() as stack:
            _run(loaded, SystemClock(), stack)
    except (config.ConfigError, CannotStart, KeyFileError, WireError, JournalError, ChainError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _run(loaded: config.Config, clock: Clock, stack: ExitStack) -> None:
    bus: EventBus[Any] = EventBus()
    stopper = Stopper(_flow(loaded, clock, bus, stack))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stopper.ask)

    from appliance.ui.app import run as show

    try:
        show(stopper, loaded, bus)
    except StopAsked:
        logging.getLogger(__name__).info("stopped as asked")


def _flow(loaded: config.Config, clock: Clock, bus: EventBus[Any], stack: ExitStack) -> Flow:
    try:
        return build(loaded, clock, bus, stack)
    except RolledBack as error:
        logging.getLogger(__name__).error("%s", error)
        return OutOfOrderFlow(Translators()(loaded.terminal.language), old_copy, loaded.terminal.id)


def build(loaded: config.Config, clock: Clock, bus: EventBus[Any], stack: ExitStack) -> Flow:
    """Open the files and start the devices of a terminal; `stack` closes them all.

    Raises `CannotStart`, `ConfigError`, `WireError`, `KeyFileError`, `ChainError` or `JournalError`, whose messages say
    what to do.
    """
    data_dir = loaded.terminal.data_dir
    enrolment = enrolment_of(loaded)
    shelf = CatalogueShelf(data_dir / "catalogues")
    shelf.adopt()
    timezone = ZoneInfo(shelf.catalogue.store.timezone if shelf.catalogue else "UTC")
    journal = stack.enter_context(open_journal(data_dir, enrolment, clock, timezone, loaded.terminal.reserve_mb))
    book = stack.enter_context(closing(SlipBook(data_dir / SLIPS_FILE, journal.epoch, journal.head.seq)))
    stack.callback(_hear_the_last, bus, book)
    supervisor = stack.enter_context(closing(Supervisor(BadgeBus(bus, badge_formats(loaded)))))
    translators = Translators()
    printer = add_devices(supervisor, loaded, translators)
    link = stack.enter_context(closing(HeadOfficeLink(LocalSocket.for_terminal(data_dir), clock.now_utc())))
    reader = AccountsReader(data_dir / ACCOUNTS_FILE, enrolment.badge_key_bytes)
    desk = SlipDesk(
        printer,
        loaded.terminal.address,
        slip_layout(loaded),
        book,
        kitchen=printer_in_role(supervisor, loaded, KITCHEN),
        kitchen_layout=slip_layout(loaded, KITCHEN),
    )
    store = TerminalStore(
        journal,
        shelf,
        Accounts(reader, journal),
        Papers(desk, enrolment.head_office_url, translators(loaded.terminal.language), cashier_names(reader)),
        link,
        Board(BoardReader(board_path(data_dir)), journal),
        pickup_start=loaded.terminal.pickup_start,
    )
    store.print_what_is_owed(translators, clock.now_utc())
    _start_pruner(stack, loaded, journal, enrolment)
    key = SigningKey.load(data_dir / JOURNAL_KEY_FILE)
    parts = Parts(loaded, enrolment, clock, stack, supervisor, translators, journal, shelf, reader, store, bus, key)
    return ROLES[loaded.terminal.role](parts)


def _hear_the_last(bus: EventBus[Any], book: SlipBook) -> None:
    """What the devices said while they were being closed: a slip that just came out is not printed again."""
    for event in bus.drain():
        book.heard(event)


def open_journal(data_dir: Path, enrolment: Enrolment, clock: Clock, timezone: ZoneInfo, reserve_mb: int) -> Journal:
    """Take the terminal's journal for writing; the first start after an enrolment makes it.

    A journal of an earlier enrolment is put aside. The journal must hold what head office has signed for, which shows an old
    copy without asking anybody. Raises `CannotStart` when the key is missing or the journal is of another enrolment, else as
    `Journal.open`.
    """
    key_path, path = data_dir / JOURNAL_KEY_FILE, data_dir / JOURNAL_FILE
    if not key_path.exists():
        raise CannotStart(f"{key_path} is missing; make it with `refectory enrol-request` and enrol the terminal")
    key = SigningKey.load(key_path)
    if path.exists() and _is_of_earlier_enrolment(path, enrolment):
        set_aside(data_dir, path, enrolment)
    if not path.exists():
        Journal.create(path, enrolment.terminal, enrolment.epoch, key)
    known = acknowledged_heads(data_dir, enrolment, enrolment.epoch)
    now = clock.now_utc()
    journal = Journal.open(
        path,
        key,
        business_day=business_day(now, timezone),
        now_utc=now,
        software=f"refectory {version('refectory')}",
        anchor=known[0] if known else None,
        reserve_bytes=reserve_mb * 1_000_000,
    )
    if (journal.terminal, journal.epoch) != (enrolment.terminal, enrolment.epoch):
        journal.close()
        raise CannotStart(
            f"{path} belongs to terminal {journal.terminal}, epoch {journal.epoch}; {data_dir / ENROLMENT_FILE} is for "
            f"{enrolment.terminal}, epoch {enrolment.epoch}. Put the enrolment.json back that belongs to it."
        )
    return journal


def _is_of_earlier_enrolment(path: Path, enrolment: Enrolment) -> bool:
    with JournalReader(path) as reader:
        return reader.identity.terminal == enrolment.terminal and reader.identity.epoch < enrolment.epoch


def _start_pruner(stack: ExitStack, loaded: config.Config, journal: Journal, enrolment: Enrolment) -> None:
    """Have old entries leave the journal while the terminal runs; a till keeps all since its last Z report."""

    def since_last_report() -> int:
        last = journal.last(Z_REPORT)
        return last.seq if last is not None else 1

    keep = timedelta(days=loaded.journal.keep_days)
    keep_from = since_last_report if loaded.terminal.role == "till" else None
    pruner = stack.enter_context(
        closing(Pruner(journal, loaded.terminal.data_dir, enrolment, keep, keep_from=keep_from))
    )
    pruner.start()


class StopAsked(Exception):
    """The process was told to stop."""


class Stopper:
    """The flow as the screens see it, with a tick that ends the process once it has been told to stop."""

    def __init__(self, flow: Flow) -> None:
        self.handle = flow.handle
        self.view = flow.view
        self.subscribe = flow.subscribe
        self._tick = flow.tick
        self._asked = False

    def ask(self, number: int, frame: FrameType | None) -> None:
        """Signal handler: stop at the next tick."""
        self._asked = True

    def tick(self) -> None:
        """Let time pass; raises `StopAsked`."""
        if self._asked:
            raise StopAsked
        self._tick()
