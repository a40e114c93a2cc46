"""Receipt printers on USB, by the real pyusb on an emulated kernel, and on serial lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from drivers.escpos_printer import descriptor
from drivers.escpos_printer.sim import EscposPrinterSimulator
from drivers.escpos_printer.sim_serial import EscposSerialSimulator
from drivers.escpos_printer.sim_usb import VENDOR_CLASS, EscposUsbSimulator, new_testbed
from hal.backoff import Backoff
from hal.conformance import check_cash_drawer, check_receipt_printer
from hal.contracts.receipt_printer import PrintCut, PrintImage, PrintQr, PrintText
from hal.descriptor import Options
from hal.errors import DeviceBusy, DeviceError, DeviceUnplugged
from hal.events import Certainty, DrawerOpened, PrintDone, PrintFailed
from hal.health import Reason
from hal.ports import Port, parse_port
from hal.sim.preload import PreloadTestbed
from hal.supervisor import PrinterHandle, Supervisor
from tests.drivers.below_preload import ChildProcess
from tests.drivers.test_printing_through_the_house import MARKER, SLIP, picture
from tests.hal.support import Listener

FAST: dict[str, object] = {"timeout_s": 2.0, "print_timeout_s": 10.0}
SERIAL_NUMBER = "J2ZK 012"


@pytest.fixture(scope="module")
def bed() -> Iterator[PreloadTestbed]:
    made = new_testbed()
    yield made
    made.close()


@pytest.fixture(scope="module")
def child(bed: PreloadTestbed) -> Iterator[ChildProcess]:
    process = ChildProcess(bed.environment)
    yield process
    process.close()


class Bench:
    """A printer on any cable; `open` is what the driver of the cable's program does."""

    def __init__(
        self,
        cable: EscposUsbSimulator | EscposSerialSimulator,
        open_port: Callable[[Port, dict[str, object]], Any],
        options: dict[str, object],
        port: str = "",
    ) -> None:
        self._printer = cable.printer
        self._open = open_port
        self._options = {**FAST, **options}
        self._port = port or cable.port
        self.has_sensor = "drawer_sensor" in options
        self.set_paper = cable.printer.set_paper
        self.set_cover = cable.printer.set_cover
        self.set_online = cable.printer.set_online
        self.unplug = cable.unplug
        self.plug = cable.plug

    def open(self) -> Any:
        return self._open(parse_port(self._port), self._options)

    def slips(self) -> list[tuple[str, list[str]]]:
        return [(slip.text, slip.codes) for slip in self._printer.slips]

    def paper_out_in_mid_slip(self) -> None:
        self._printer.paper_out_after_bytes(60)

    def push_shut(self) -> None:
        self._printer.set_drawer(False)

    def kicks(self) -> int:
        return self._printer.drawer_kicks


def in_child(child: ChildProcess) -> Callable[[Port, dict[str, object]], Any]:
    return lambda port, options: child.open("escpos_printer", port, "receipt_printer", options)


def open_here(port: Port, options: dict[str, object]) -> Any:
    descriptor.check_port(port)
    return descriptor.load()(port, "receipt_printer", descriptor.check_options(options))


@pytest.mark.parametrize(
    ("about", "port", "options"),
    [
        ({}, "", {}),
        ({"serial": SERIAL_NUMBER}, "", {"confirm": "process_id"}),
        ({"vendor_id": 0x0519, "product_id": 0x0003}, "usb:printer", {}),
        ({"interface_class": VENDOR_CLASS}, "", {}),
    ],
)
def test_usb_printer_keeps_its_contract(
    about: dict[str, Any], port: str, options: dict[str, object], bed: PreloadTestbed, child: ChildProcess
) -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with EscposUsbSimulator(testbed=bed, **about) as cable:
            yield Bench(cable, in_child(child), options, port)
            assert cable.printer.unknown_commands == []

    check_receipt_printer(make_bench)


def test_drawer_at_a_usb_printer_keeps_its_contract(bed: PreloadTestbed, child: ChildProcess) -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with EscposUsbSimulator(testbed=bed) as cable:
            yield Bench(cable, in_child(child), {"drawer_sensor": "high_open"})

    check_cash_drawer(make_bench)


@pytest.mark.parametrize("flow", ["none", "rtscts", "xonxoff"])
def test_serial_printer_keeps_its_contract(flow: str) -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with EscposSerialSimulator() as cable:
            yield Bench(cable, open_here, {"flow": flow})
            assert cable.printer.unknown_commands == []

    check_receipt_printer(make_bench)


def test_drawer_at_a_serial_printer_keeps_its_contract() -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with EscposSerialSimulator() as cable:
            yield Bench(cable, open_here, {"drawer_sensor": "high_open"})

    check_cash_drawer(make_bench)


def test_usb_printer_that_takes_little_at_a_time_prints_everything_once(
    bed: PreloadTestbed, child: ChildProcess
) -> None:
    """Transfers time out with a part of their bytes taken; the next one goes on behind that part."""
    with EscposUsbSimulator(testbed=bed) as cable:
        device = in_child(child)(parse_port(cable.port), {**FAST, "print_timeout_s": 20.0})
        cable.state(take_bytes=60)
        device.print(SLIP, "short")
        device.close()
        (slip,) = cable.printer.slips
        assert slip.text.splitlines() == ["Canteen", *(f"line {number}" for number in range(1, 11)), "Thank you"]
        assert slip.codes == ["RF1:kiosk-1:1"]


def test_picture_goes_over_usb(bed: PreloadTestbed, child: ChildProcess) -> None:
    with EscposUsbSimulator(testbed=bed) as cable:
        device = in_child(child)(parse_port(cable.port), FAST)
        device.print((PrintImage(picture(500, 900)), PrintText("under it"), PrintCut()), "picture")
        device.close()
        assert [slip.text for slip in cable.printer.slips] == ["under it"]


def test_usb_printer_of_another_program_is_busy(bed: PreloadTestbed, child: ChildProcess) -> None:
    with EscposUsbSimulator(testbed=bed) as cable:
        cable.state(busy=True)
        with pytest.raises(DeviceBusy, match="another program"):
            in_child(child)(parse_port(cable.port), FAST)
        cable.state(busy=False)
        in_child(child)(parse_port(cable.port), FAST).close()


def test_two_usb_printers_are_told_apart_by_their_serial_numbers(bed: PreloadTestbed, child: ChildProcess) -> None:
    with (
        EscposUsbSimulator(testbed=bed, serial="ONE") as one,
        EscposUsbSimulator(testbed=bed, serial="TWO") as two,
    ):
        for port in ("usb:04b8:0202", "usb:printer"):
            with pytest.raises(DeviceError, match="2 such devices are plugged in; add the serial number"):
                in_child(child)(parse_port(port), FAST)
        for port in (two.port, "usb:printer:TWO"):
            device = in_child(child)(parse_port(port), FAST)
            device.print((PrintText("to two"), PrintCut()), "two")
            device.close()
        assert [slip.text for slip in two.printer.slips] == ["to two", "to two"]
        assert one.printer.slips == []


def test_usb_printer_that_cannot_answer_is_refused(bed: PreloadTestbed, child: ChildProcess) -> None:
    with (
        EscposUsbSimulator(testbed=bed, answers=False) as cable,
        pytest.raises(DeviceError, match="cannot say what is on paper"),
    ):
        in_child(child)(parse_port(cable.port), FAST)


def test_absent_usb_printer_is_unplugged(child: ChildProcess) -> None:
    with pytest.raises(DeviceUnplugged, match="usb:1234:5678: no such device"):
        in_child(child)(parse_port("usb:1234:5678"), FAST)


_house_child: list[ChildProcess] = []


def open_in_child(port: Port, contract: str, options: Options) -> Any:
    return _house_child[0].open("escpos_printer", port, contract, options)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def house(listener: Listener) -> Iterator[Supervisor]:
    supervisor = Supervisor(listener.bus, backoff=Backoff(first_s=0.05, longest_s=0.2))
    yield supervisor
    supervisor.close()


@contextmanager
def usb_printer(
    house: Supervisor, bed: PreloadTestbed, **about: Any
) -> Iterator[tuple[EscposUsbSimulator, PrinterHandle]]:
    with EscposUsbSimulator(EscposPrinterSimulator(**about), testbed=bed) as cable:
        _house_child[:] = [ChildProcess(bed.environment)]
        there = dataclasses.replace(descriptor, open=f"{__name__}:open_in_child")
        house.add("receipt", there, parse_port(cable.port), FAST, reprint_marker=MARKER)
        try:
            yield cable, house.printer("receipt")
        finally:
            house.close()
            _house_child.pop().close()
            cable.printer.close()


def whole_slips(printer: EscposPrinterSimulator) -> list[str]:
    return [slip.text for slip in printer.slips if slip.text.endswith("Thank you")]


def test_usb_cable_pulled_in_mid_slip_gives_one_marked_copy(
    house: Supervisor, listener: Listener, bed: PreloadTestbed
) -> None:
    with usb_printer(house, bed, speed_bytes_s=150) as (cable, printer):
        listener.health(Reason.OK)
        before = cable.printer.current_png()
        job = printer.submit(SLIP)
        listener.until(lambda: cable.printer.current_png() != before, "the first line on paper")
        cable.unplug()
        failed = listener.next(PrintFailed)
        assert (failed.job_id, failed.certainty, failed.kept) == (job, Certainty.UNKNOWN, True)
        listener.health(Reason.UNPLUGGED)
        cable.printer.speed_bytes_s = 0
        cable.plug()
        assert listener.next(PrintDone).job_id == job
        whole = whole_slips(cable.printer)
        assert len([text for text in whole if text.startswith("REPRINT")]) == 1
        assert len([text for text in whole if not text.startswith("REPRINT")]) <= 1


def test_paper_out_on_usb_in_mid_slip_gives_one_whole_marked_slip(
    house: Supervisor, listener: Listener, bed: PreloadTestbed
) -> None:
    with usb_printer(house, bed) as (cable, printer):
        listener.health(Reason.OK)
        cable.printer.paper_out_after_bytes(80)
        job = printer.submit(SLIP)
        failed = listener.next(PrintFailed)
        assert (failed.reason, failed.certainty, failed.kept) == (Reason.PAPER_OUT, Certainty.PART, True)
        cable.printer.set_paper("ok")
        assert listener.next(PrintDone).job_id == job
        (text,) = whole_slips(cable.printer)
        assert text.startswith("REPRINT\nCanteen")
        assert cable.printer.torn[0].text.startswith("Canteen")
        printer.open_drawer()
        listener.next(DrawerOpened)


def attach_serial(house: Supervisor, cable: EscposSerialSimulator, **options: object) -> PrinterHandle:
    house.add("receipt", descriptor, parse_port(cable.port), {**FAST, **options}, reprint_marker=MARKER)
    return house.printer("receipt")


@pytest.mark.parametrize("passed_bytes", [60, 150])
def test_serial_cable_pulled_in_mid_slip_gives_one_marked_copy(
    house: Supervisor, listener: Listener, passed_bytes: int
) -> None:
    with EscposSerialSimulator() as cable:
        printer = attach_serial(house, cable)
        listener.health(Reason.OK)
        cable.to_printer.cut_after_bytes = cable.passed_bytes + passed_bytes
        job = printer.submit(SLIP)
        failed = listener.next(PrintFailed)
        assert (failed.job_id, failed.kept) == (job, True)
        listener.health(Reason.UNPLUGGED)
        cable.plug()
        assert listener.next(PrintDone).job_id == job
        whole = whole_slips(cable.printer)
        assert len([text for text in whole if text.startswith("REPRINT")]) <= 1
        assert len([text for text in whole if not text.startswith("REPRINT")]) <= 1
        assert whole
        house.close()


def test_slow_serial_line_with_answers_in_single_bytes_prints(house: Supervisor, listener: Listener) -> None:
    with EscposSerialSimulator(EscposPrinterSimulator(buffer_bytes=128)) as cable:
        cable.to_printer.piece_bytes = 7
        cable.from_printer.piece_bytes = 1
        cable.from_printer.delay_s = 0.005
        attach_serial(house, cable, print_timeout_s=10.0).submit((PrintQr("RF1:1"), PrintText("slow"), PrintCut()))
        listener.next(PrintDone)
        assert [(slip.text, slip.codes) for slip in cable.printer.slips] == [("slow", ["RF1:1"])]
        house.close()
        cable.printer.close()


def test_silent_serial_printer_is_told(house: Supervisor, listener: Listener) -> None:
    with EscposSerialSimulator() as cable:
        cable.from_printer.silent = True
        attach_serial(house, cable, timeout_s=0.3)
        assert "did not answer" in listener.health(Reason.TIMEOUT).health.detail
        cable.from_printer.silent = False
        listener.health(Reason.OK)
        house.close()


def test_line_without_dsr_cannot_hold_back_by_dtr() -> None:
    with EscposSerialSimulator() as cable, pytest.raises(DeviceError, match="no DSR line"):
        open_here(parse_port(cable.port), {"flow": "dtr"})
