"""A whole terminal without a screen: the real composition on a folder, with a printer at the wire and a clock that is turned."""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from appliance import config
from appliance.flows.intents import Intent
from appliance.flows.kiosk import KioskFlow
from appliance.flows.pass_through import PassThroughFlow
from appliance.flows.till.flow import TillFlow
from appliance.flows.watch import LOOK_EVERY_S
from appliance.presenters.views import View
from appliance.roles import Flow
from appliance.store.authoriser import AuthorisationAnswered
from appliance.terminal_main import build
from drivers.escpos_printer.sim import EscposPrinterSimulator
from hal.bus import EventBus
from hal.events import BadgePresented, BarcodeScanned, HealthChanged, PrintDone
from hal.health import READY, Health
from mqtt_bridge.local_files import ENROLMENT_FILE, JOURNAL_KEY_FILE
from mqtt_bridge.local_socket import Link, Mark, Proof, Report
from tools.demonstration import NOW, receive
from tools.stand_in import StandIn

ROLES = {
    "kiosk-1": ("kiosk", ""),
    "till-1": ("till", ""),
    "pickup-1": ("pickup", "guests"),
    "kitchen-1": ("pickup", "kitchen"),
    "pass-1": ("pass_through", ""),
}
PATIENCE_S = 20.0

_TOML = """\
[terminal]
id = "{name}"
role = "{role}"
data_dir = "."
language = "{language}"
pickup_start = 137
reserve_mb = {reserve_mb}

[pickup]
view = "{view}"

[devices.badge]
contract = "badge_reader"
driver = "serial_reader"
port = "serial:/nowhere?baud=9600"

[devices.scanner]
contract = "barcode_scanner"
driver = "serial_reader"
port = "serial:/nowhere?baud=9600"

[devices.printer]
contract = "receipt_printer"
driver = "escpos_printer"
port = "tcp:127.0.0.1:{port}"
"""


class TurnedClock:
    """Both clocks, turned by hand, so that every picture shows the same minute."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def now_utc(self) -> datetime:
        return self.now

    def monotonic_s(self) -> float:
        return self.now.timestamp()


class Terminal:
    """The terminal `name` of `ROLES` in the empty `folder`, filled from what head office sent to `sent`.

    Use as a context manager. Without `menu` nothing has arrived yet. With `disk_full` the disk has less room than the
    terminal insists on. Badges and codes are handed to the flow; only the printer is at the wire.
    """

    def __init__(
        self,
        sent: Path,
        folder: Path,
        name: str = "kiosk-1",
        *,
        language: str = "en",
        menu: bool = True,
        disk_full: bool = False,
    ) -> None:
        self.clock = TurnedClock(NOW)
        self.language = language
        self._sent, self._folder, self._name = sent, folder, name
        self._menu, self._disk_full = menu, disk_full
        self._stack = ExitStack()
        self._bus: EventBus[Any] = EventBus()
        self._role, self._view = ROLES[name]
        self._mode = ""

    def __enter__(self) -> Terminal:
        self._folder.mkdir(parents=True)
        own = self._sent / self._name
        if self._menu:
            receive(self._sent, own, self._folder, self.language)
        for file in (JOURNAL_KEY_FILE, ENROLMENT_FILE):
            shutil.copyfile(own / file, self._folder / file)
            (self._folder / file).chmod(0o600)
        printer = self._stack.enter_context(closing(EscposPrinterSimulator()))
        self.head_office = self._stack.enter_context(closing(StandIn(self._folder)))
        self.head_office.believed(self._folder / ENROLMENT_FILE)
        configuration = self._folder / "terminal.toml"
        reserve_mb = 10**9 if self._disk_full else 16
        configuration.write_text(
            _TOML.format(
                name=self._name,
                language=self.language,
                role=self._role,
                view=self._view or "guests",
                port=printer.port,
                reserve_mb=reserve_mb,
            )
        )
        self.flow: Flow = build(config.load(configuration), self.clock, self._bus, self._stack)
        for device in ("badge", "scanner", "printer"):
            self.health(device, READY)
        self.connect()
        self.acknowledge()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def view(self) -> View:
        """What the terminal shows now."""
        return self.flow.view()

    def connect(self, connected: bool = True) -> None:
        """The line to head office comes or goes, and the terminal has noticed."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.head_office.send(Link(connected))
            self.pass_s(0)
            if self._sells_connected() == connected:
                return
            if time.monotonic() > deadline:
                raise TimeoutError("the terminal does not follow the line")
            time.sleep(0.005)

    def _sells_connected(self) -> bool:
        """What the terminal has told its bridge last."""
        for news in self.head_office.drain():
            if isinstance(news, Report):
                self._mode = news.mode
        return self._mode == "connected"

    def acknowledge(self) -> None:
        """Head office has everything so far."""
        from journal.reader import JournalReader

        with JournalReader(self._folder / "journal.sqlite") as reader:
            entries = reader.entries(0)
            head = reader.head()
        self.head_office.send(Mark(epoch=entries[0].epoch, upto=head.seq, unsent=0, skew_s=0))
        self.head_office.send(Proof("Head office", 4711, self.clock.now.isoformat(), "immediate"))
        self.pass_s(LOOK_EVERY_S)

    def touch(self, *intents: Intent) -> None:
        for intent in intents:
            self.flow.handle(intent)
            self.settle()

    def send(self, intent: Intent) -> None:
        """Touch, and look before head office has answered."""
        self.flow.handle(intent)

    def settle(self) -> None:
        """Let head office's answer come, if one is waited for."""
        deadline = time.monotonic() + PATIENCE_S
        while _is_asking(self.flow):
            if time.monotonic() > deadline:
                raise TimeoutError("no answer has come")
            self._bus.wait(0.1)
            for event in self._bus.drain():
                if isinstance(event, AuthorisationAnswered):
                    self.flow.handle(event)

    def type(self, text: str) -> None:
        """Type on the keys of the screen."""
        from appliance.flows.intents import Typed

        for letter in text:
            self.flow.handle(Typed(letter))

    def badge(self, number: str) -> None:
        """Present a badge; one that lay on the reader a moment ago counts again."""
        self.pass_s(4)
        self.flow.handle(BadgePresented("badge", number, self.clock.monotonic_s()))
        self.settle()

    def scan(self, code: str) -> None:
        self.flow.handle(BarcodeScanned("scanner", code, self.clock.monotonic_s()))

    def printed(self) -> None:
        """Wait until the slip of the last sale is out."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for event in self._bus.drain():
                if isinstance(event, PrintDone):
                    self.flow.handle(event)
                    return
            time.sleep(0.02)
        raise TimeoutError("the slip did not come out of the printer")

    def health(self, device: str, health: Health) -> None:
        self.flow.handle(HealthChanged(device, health))

    def pass_s(self, seconds: float) -> None:
        """Time passes, and the flow notices."""
        self.clock.now += timedelta(seconds=seconds)
        self.flow.tick()
        self._sells_connected()


def _is_asking(flow: Flow) -> bool:
    return isinstance(flow, KioskFlow | TillFlow | PassThroughFlow) and flow.is_asking
