"""A till put together from its configuration, on real drivers: drawer, customer display, two printers, over the wire."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance import config
from appliance.flows import intents
from appliance.flows.clock import SystemClock
from appliance.presenters import views
from appliance.presenters.views_till import SignInScreen, TillScreen
from appliance.roles import Flow
from appliance.terminal_main import build
from drivers.escpos_printer.sim import EscposPrinterSimulator
from drivers.serial_display.sim import SerialDisplaySimulator
from drivers.serial_reader.sim import SerialReaderSimulator
from hal.bus import EventBus
from mqtt_bridge.wire import Broker, Enrolment, save_enrolment
from tests.appliance.canteen import BADGE_KEY
from tests.appliance.till_canteen import MARIE, MENU_CATALOGUE, Counter

TOML = """
[terminal]
id = "till-1"
role = "till"
data_dir = "."

[devices.badge]
contract = "badge_reader"
driver = "serial_reader"
port = "{badge}"

[devices.printer]
contract = "receipt_printer"
driver = "escpos_printer"
port = "tcp:127.0.0.1:{printer}"

[devices.kitchen]
contract = "receipt_printer"
role = "kitchen"
driver = "escpos_printer"
port = "tcp:127.0.0.1:{kitchen}"

[devices.drawer]
contract = "cash_drawer"
driver = "printer_drawer"
port = "device:printer"

[devices.display]
contract = "customer_display"
driver = "serial_display"
port = "{display}"
"""


@dataclass
class Terminal:
    """A running till and its emulated devices."""

    flow: Flow
    bus: EventBus
    badge: SerialReaderSimulator
    printer: EscposPrinterSimulator
    kitchen: EscposPrinterSimulator
    display: SerialDisplaySimulator

    def until(self, what: str, seen: Callable[[views.View], bool], timeout_s: float = 20.0) -> None:
        """Feed the flow as the screens do until things are as wanted."""
        deadline_s = time.monotonic() + timeout_s
        while True:
            for event in self.bus.drain():
                self.flow.handle(event)
            self.flow.tick()
            if seen(self.flow.view()):
                return
            assert time.monotonic() < deadline_s, f"waited {timeout_s:g} s for {what}; last: {self.flow.view()}"
            self.bus.wait(0.05)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with ExitStack() as stack:
        badge = stack.enter_context(SerialReaderSimulator())
        printer = stack.enter_context(EscposPrinterSimulator())
        kitchen = stack.enter_context(EscposPrinterSimulator())
        display = stack.enter_context(SerialDisplaySimulator())
        counter = Counter(tmp_path, stack)
        counter.publish(replace(MENU_CATALOGUE, published_at=datetime.now(UTC).replace(microsecond=0)))
        counter.send_guests()
        counter.key.save(tmp_path / "journal.key")
        public = base64.b64encode(b"p" * 32).decode()
        enrolment = Enrolment(
            terminal="till-1",
            store="park",
            epoch=1,
            shard="s1",
            server="main",
            ack_public_key=public,
            revision_public_key=public,
            badge_key=base64.b64encode(BADGE_KEY).decode(),
            broker=Broker(host="127.0.0.1", port=1883),
            head_office_url="http://127.0.0.1:8000",
        )
        save_enrolment(tmp_path / "enrolment.json", enrolment)
        path = tmp_path / "terminal.toml"
        ports = {"badge": badge.port, "printer": printer.port, "kitchen": kitchen.port, "display": display.port}
        path.write_text(TOML.format(**ports))
        bus = EventBus()
        flow = build(config.load(path), SystemClock(), bus, stack)
        yield Terminal(flow, bus, badge, printer, kitchen, display)


def test_a_cash_sale_goes_all_the_way(terminal: Terminal) -> None:
    terminal.until("the till to ask who is there", lambda view: isinstance(view.screen, SignInScreen))
    terminal.badge.present(MARIE)
    terminal.until("Marie at the till", lambda view: isinstance(view.screen, TillScreen))
    for touch in (
        intents.Typed("50"),
        intents.PadDone(),
        intents.QuickAdd("omelette"),
    ):
        terminal.flow.handle(touch)
    terminal.until("the item on the display", lambda _view: "Omelette" in " ".join(terminal.display.lines))
    terminal.flow.handle(intents.CashGiven(500))

    terminal.until("the drawer", lambda _view: terminal.printer.drawer_kicks == 1)
    terminal.until("the change on the display", lambda _view: "0.50" in " ".join(terminal.display.lines))
    terminal.until("the kitchen's slip", lambda _view: len(terminal.kitchen.slips) == 1)
    assert "Omelette" in terminal.kitchen.slips[0].text
    assert terminal.printer.slips == []
    terminal.flow.handle(intents.LastSlip())
    terminal.until("the slip", lambda _view: len(terminal.printer.slips) == 1)
    assert "Served by Marie" in terminal.printer.slips[0].text


def test_a_printer_without_paper_is_a_strip_and_the_lane_goes_on(terminal: Terminal) -> None:
    terminal.badge.present(MARIE)
    terminal.until("Marie at the till", lambda view: isinstance(view.screen, TillScreen))
    terminal.printer.set_paper("out")

    def told(view: views.View) -> bool:
        screen = view.screen
        return isinstance(screen, TillScreen) and any("no paper" in strip.text for strip in screen.ticket.strips)

    terminal.until("the strip", told)
    for touch in (intents.Typed("50"), intents.PadDone(), intents.QuickAdd("water"), intents.CashGiven(None)):
        terminal.flow.handle(touch)
    screen = terminal.flow.view().screen
    assert isinstance(screen, TillScreen)
    assert screen.paid is not None
