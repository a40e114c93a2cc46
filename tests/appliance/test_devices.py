"""The whole terminal but its screen, on its real drivers: badges, codes and slips go over the wire."""

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
from appliance.flows.clock import SystemClock
from appliance.flows.intents import ConfirmPayment, Finish, Intent, OrderAsGuest, Pay, QuickAdd
from appliance.flows.kiosk import KioskFlow
from appliance.presenters import views
from appliance.presenters.views import Tone
from appliance.terminal_main import build
from drivers.escpos_printer.sim import EscposPrinterSimulator
from drivers.serial_reader.sim import SerialReaderSimulator
from hal.bus import EventBus
from journal.store import JournalReader
from mqtt_bridge.wire import Broker, Enrolment, save_enrolment
from tests.appliance.canteen import ANNA, BADGE_KEY, CATALOGUE, LOST, Canteen

TOML = """
[terminal]
id = "kiosk-1"
data_dir = "."
address = ["Parkweg 4", "70173 Stuttgart"]

[devices.badge]
contract = "badge_reader"
driver = "serial_reader"
port = "{badge}"

[devices.scanner]
contract = "barcode_scanner"
driver = "serial_reader"
port = "{scanner}"

[devices.printer]
contract = "receipt_printer"
driver = "escpos_printer"
port = "tcp:127.0.0.1:{printer}"
timeout_s = 0.5
print_timeout_s = 1.5
"""


@dataclass
class Terminal:
    """A running terminal and its emulated devices."""

    flow: KioskFlow
    bus: EventBus
    badge: SerialReaderSimulator
    scanner: SerialReaderSimulator
    printer: EscposPrinterSimulator

    def touch(self, *touches: Intent) -> None:
        for touch in touches:
            self.flow.handle(touch)

    def until(self, what: str, seen: Callable[[views.View], bool], timeout_s: float = 15.0) -> views.View:
        """Feed the flow as the screens do until its view is as wanted."""
        deadline_s = time.monotonic() + timeout_s
        while True:
            for event in self.bus.drain():
                self.flow.handle(event)
            self.flow.tick()
            view = self.flow.view()
            if seen(view):
                return view
            assert time.monotonic() < deadline_s, f"waited {timeout_s:g} s for {what}; last: {view}"
            self.bus.wait(0.05)

    def eat(self) -> None:
        self.badge.present(ANNA)
        self.until(
            "the guest's order",
            lambda view: isinstance(view.screen, views.OrderScreen) and view.screen.guest is not None,
        )
        self.touch(QuickAdd("spaghetti"), Pay(), ConfirmPayment())

    def slip_says(self, text: str) -> views.View:
        def said(view: views.View) -> bool:
            return isinstance(view.screen, views.DoneScreen) and view.screen.slip_text == text

        return self.until(text, said)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with ExitStack() as stack:
        badge = stack.enter_context(SerialReaderSimulator())
        scanner = stack.enter_context(SerialReaderSimulator())
        printer = stack.enter_context(EscposPrinterSimulator())
        canteen = Canteen(tmp_path, stack)
        canteen.publish(replace(CATALOGUE, published_at=datetime.now(UTC).replace(microsecond=0)))
        canteen.send_guests()
        enrol(canteen)
        path = tmp_path / "terminal.toml"
        path.write_text(TOML.format(badge=badge.port, scanner=scanner.port, printer=printer.port))
        bus = EventBus()
        flow = build(config.load(path), SystemClock(), bus, stack)
        yield Terminal(flow, bus, badge, scanner, printer)


def enrol(canteen: Canteen, epoch: int = 1, terminal: str = "kiosk-1") -> None:
    """Put the terminal's key and what head office gave it into its folder."""
    key_path = canteen.folder / "journal.key"
    if not key_path.exists():
        canteen.key.save(key_path)
    public = base64.b64encode(b"p" * 32).decode()
    save_enrolment(
        canteen.folder / "enrolment.json",
        Enrolment(
            terminal=terminal,
            store="park",
            epoch=epoch,
            shard="s1",
            server="main",
            ack_public_key=public,
            revision_public_key=public,
            badge_key=base64.b64encode(BADGE_KEY).decode(),
            broker=Broker(host="127.0.0.1", port=1883),
            head_office_url="http://127.0.0.1:8000",
        ),
    )


def test_a_badge_a_code_and_a_slip_go_all_the_way(terminal: Terminal, tmp_path: Path) -> None:
    terminal.scanner.present("4006381333931")
    terminal.until("the scanned bottle", lambda view: isinstance(view.screen, views.OrderScreen))
    terminal.eat()
    terminal.slip_says("Please take your slip.")
    (slip,) = terminal.printer.slips
    assert "Mensa am Park" in slip.text
    assert "Parkweg 4" in slip.text
    assert "Spaghetti with lentil bolognese" in slip.text
    with JournalReader(tmp_path / "journal.sqlite") as reader:
        (entry,) = [entry for entry in reader.entries(0) if entry.kind == "ticket"]
    assert slip.codes == [f"RF1:kiosk-1:1:{entry.business_day}:515EUR:{entry.hash[:12]}"]


def test_without_paper_the_sale_stands_and_the_slip_comes_with_the_paper(terminal: Terminal) -> None:
    terminal.printer.set_paper("out")
    terminal.until("the status line", lambda view: "Receipt printer: no paper" in view.status.text)
    terminal.eat()
    view = terminal.slip_says("The slip comes later. Please show this number.")
    assert isinstance(view.screen, views.DoneScreen)
    assert (view.screen.slip_tone, view.screen.pickup_number) == (Tone.ATTENTION, "101")
    assert terminal.printer.slips == []
    terminal.printer.set_paper("ok")
    terminal.slip_says("Please take your slip.")
    assert [slip.text.count("PRINTED AGAIN") for slip in terminal.printer.slips] == [0]


def test_paper_that_ends_within_a_slip_gives_a_whole_one_later_marked_as_such(terminal: Terminal) -> None:
    terminal.printer.paper_out_after_bytes(200)
    terminal.eat()
    terminal.until("the status line", lambda view: "Receipt printer: no paper" in view.status.text)
    terminal.slip_says("The slip comes later. Please show this number.")
    terminal.printer.set_paper("ok")
    terminal.slip_says("Please take your slip.")
    whole = terminal.printer.slips[-1]
    assert "PRINTED AGAIN" in whole.text
    assert "Spaghetti" in whole.text
    assert whole.codes


def test_an_open_cover_holds_nobody_up(terminal: Terminal) -> None:
    terminal.printer.set_cover(True)
    terminal.until("the status line", lambda view: "Receipt printer: cover open" in view.status.text)
    terminal.eat()
    terminal.slip_says("The slip comes later. Please show this number.")
    terminal.touch(Finish())
    terminal.badge.present(ANNA)
    terminal.until("the next order", lambda view: isinstance(view.screen, views.OrderScreen))


def test_paper_running_low_is_said_early(terminal: Terminal) -> None:
    terminal.printer.set_paper("near_end")
    terminal.until("the status line", lambda view: "Receipt paper is running low" in view.status.text)
    terminal.eat()
    terminal.slip_says("Please take your slip.")


def test_an_unplugged_reader_is_explained_and_comes_back_by_itself(terminal: Terminal) -> None:
    terminal.badge.unplug()
    view = terminal.until("the status line", lambda view: "Badge reader not working" in view.status.text)
    assert isinstance(view.screen, views.AttractScreen)
    assert view.screen.sentence == (
        "The badge reader is not working. Look at the menu here, and please pay at the counter."
    )
    assert view.screen.badge_hint == "Badge reader not working"
    terminal.touch(OrderAsGuest(), QuickAdd("spaghetti"), Pay())
    screen = terminal.flow.view().screen
    assert isinstance(screen, views.CheckoutScreen)
    assert screen.badge_invitation == "The badge reader is not working. Please pay at the counter."
    terminal.badge.plug()
    terminal.until("the reader", lambda view: "Badge reader" not in view.status.text)
    terminal.badge.present(ANNA)
    terminal.until(
        "who pays", lambda view: isinstance(view.screen, views.CheckoutScreen) and view.screen.guest is not None
    )


@pytest.mark.parametrize(("number", "title"), [("04FFFFFF", "Unknown badge"), (LOST, "Badge blocked")])
def test_a_badge_that_does_not_count_is_refused_from_the_wire_to_the_screen(
    terminal: Terminal, number: str, title: str
) -> None:
    terminal.badge.present(number)
    view = terminal.until("the refusal", lambda view: view.notice is not None and view.notice.title == title)
    assert isinstance(view.screen, views.AttractScreen)
    terminal.eat()
    terminal.slip_says("Please take your slip.")


def test_a_code_nobody_knows_is_explained_even_on_the_waiting_screen(terminal: Terminal) -> None:
    terminal.scanner.present("9999999999994")
    view = terminal.until("the explanation", lambda view: view.notice is not None)
    assert view.notice is not None
    assert view.notice.text == "Nothing is sold here under the barcode 9999999999994."
    assert isinstance(view.screen, views.OrderScreen)
    assert view.screen.basket.lines == ()
    terminal.scanner.present("4006381333931")
    terminal.until("the bottle", lambda view: isinstance(view.screen, views.OrderScreen) and view.screen.basket.can_pay)
    assert terminal.flow.view().notice is None


def test_an_unplugged_scanner_leaves_badges_and_paying_alone(terminal: Terminal) -> None:
    terminal.scanner.unplug()
    terminal.until("the status line", lambda view: "scanner" in view.status.text.lower())
    terminal.eat()
    terminal.slip_says("Please take your slip.")
    terminal.scanner.plug()
    terminal.until("the scanner", lambda view: "scanner" not in view.status.text.lower())


def test_a_printer_that_went_away_during_an_order_prints_when_it_is_back(terminal: Terminal) -> None:
    terminal.printer.unplug()
    terminal.eat()
    terminal.slip_says("The slip comes later. Please show this number.")
    terminal.printer.plug()
    terminal.slip_says("Please take your slip.")
    assert len(terminal.printer.slips) == 1
