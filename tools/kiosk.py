"""A whole kiosk without screen and devices: the terminal's files in a folder and the flow on top, with a clock that is turned."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from appliance.flows.intents import Intent
from appliance.flows.kiosk import KioskFlow, Services, Settings
from appliance.flows.watch import LOOK_EVERY_S
from appliance.i18n import Translators
from appliance.presenters.views import View
from appliance.store.accounts import Accounts
from appliance.store.board import Board
from appliance.store.catalogues import CatalogueShelf
from appliance.store.head_office import HeadOfficeLink
from appliance.store.papers import Papers
from appliance.store.slip_book import SlipBook
from appliance.store.slips import SlipDesk
from appliance.store.terminal_store import TerminalStore
from appliance.terminal_main import JOURNAL_FILE
from hal.contracts.receipt_printer import PrintLine
from hal.events import BadgePresented, BarcodeScanned, HealthChanged, PrintDone
from hal.health import READY, Health
from journal.keys import SigningKey
from journal.space import DEFAULT_RESERVE_BYTES
from journal.store import Journal
from masterdata.accounts_file import AccountsReader
from masterdata.board_file import BoardReader, board_path
from mqtt_bridge.local_socket import Link, LocalSocket, Mark
from mqtt_bridge.wire import load_enrolment
from sales.slip import SlipLayout
from tools.demonstration import KEY_FILE, NOW, receive

DEVICES = {"badge": "badge_reader", "scanner": "barcode_scanner", "printer": "receipt_printer"}


class TurnedClock:
    """Both clocks, turned by hand, so that every picture shows the same minute."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def now_utc(self) -> datetime:
        return self.now

    def monotonic_s(self) -> float:
        return self.now.timestamp()


class Slips:
    """Takes every slip; the kiosk hears that it is printed when the scene says so."""

    def submit(
        self, lines: Sequence[PrintLine], *, marker: Sequence[PrintLine] | None = None, again: bool = False
    ) -> str:
        """Take a slip."""
        return "slip"

    def cancel(self, job_id: str) -> bool:
        """Every slip is out already."""
        return False


class Kiosk:
    """A terminal in the empty `folder`, filled from what head office sent to `sent`. Use as a context manager.

    Without `menu` nothing has arrived yet. With `disk_full` the disk has less room than the journal insists on.
    """

    def __init__(self, sent: Path, folder: Path, *, menu: bool = True, disk_full: bool = False) -> None:
        self.clock = TurnedClock(NOW)
        self.language = "en"
        self._sent, self._folder, self._menu = sent, folder, menu
        self._reserve_bytes = 2**60 if disk_full else DEFAULT_RESERVE_BYTES
        self._stack = ExitStack()

    def __enter__(self) -> Kiosk:
        self._folder.mkdir(parents=True)
        if self._menu:
            receive(self._sent, self._folder)
        shutil.copyfile(self._sent / KEY_FILE, self._folder / KEY_FILE)
        (self._folder / KEY_FILE).chmod(0o600)
        self._bridge = self._stack.enter_context(closing(LocalSocket.for_bridge(self._folder)))
        self.flow = self._compose()
        self.connect()
        for device in DEVICES:
            self.health(device, READY)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _compose(self) -> KioskFlow:
        enter, folder = self._stack.enter_context, self._folder
        enrolment = load_enrolment(self._sent / "enrolment.json")
        shelf = CatalogueShelf(folder / "catalogues")
        shelf.adopt()
        self._journal = journal = enter(closing(self._open_journal(enrolment.terminal, enrolment.epoch)))
        link = enter(closing(HeadOfficeLink(LocalSocket.for_terminal(folder), self.clock.now)))
        book = enter(closing(SlipBook(folder / "slips.sqlite", journal.epoch, journal.head.seq)))
        reader = AccountsReader(folder / "accounts.sqlite", enrolment.badge_key_bytes)
        translators = Translators()
        desk = SlipDesk(Slips(), (), SlipLayout(), book)
        store = TerminalStore(
            journal,
            shelf,
            Accounts(reader, journal),
            Papers(desk, enrolment.head_office_url, translators("en")),
            link,
            Board(BoardReader(board_path(folder)), journal),
            pickup_start=137,
        )
        return KioskFlow(Services(store, translators, Settings("en", 45, 60, 15, DEVICES)), self.clock)

    @property
    def view(self) -> View:
        """What the kiosk shows now."""
        return self.flow.view()

    def connect(self, connected: bool = True) -> None:
        """The line to head office comes or goes."""
        self._bridge.send(Link(connected))
        self.pass_s(0)

    def acknowledge(self) -> None:
        """Head office has everything so far."""
        self._bridge.send(Mark(epoch=self._journal.epoch, upto=self._journal.head.seq, unsent=0))
        self.pass_s(LOOK_EVERY_S)

    def touch(self, *intents: Intent) -> None:
        for intent in intents:
            self.flow.handle(intent)

    def badge(self, number: str) -> None:
        self.flow.handle(BadgePresented("badge", number, self.clock.monotonic_s()))

    def scan(self, code: str) -> None:
        self.flow.handle(BarcodeScanned("scanner", code, self.clock.monotonic_s()))

    def printed(self) -> None:
        """The slip of the last sale is out."""
        self.flow.handle(PrintDone("printer", "slip"))

    def health(self, device: str, health: Health) -> None:
        self.flow.handle(HealthChanged(device, health))

    def pass_s(self, seconds: float) -> None:
        """Time passes, and the flow notices."""
        self.clock.now += timedelta(seconds=seconds)
        self.flow.tick()
        self._bridge.drain()

    def _open_journal(self, terminal: str, epoch: int) -> Journal:
        key, path = SigningKey.load(self._folder / KEY_FILE), self._folder / JOURNAL_FILE
        Journal.create(path, terminal, epoch, key)
        now = self.clock.now
        return Journal.open(
            path, key, business_day=now.date(), now_utc=now, software="demonstration", reserve_bytes=self._reserve_bytes
        )
