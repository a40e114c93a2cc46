"""A cash drawer at a receipt printer: opened through it, told by its sensor, never in the way of slips."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from drivers.escpos_printer import descriptor as printer_descriptor
from drivers.printer_drawer import descriptor
from drivers.printer_drawer.sim import PrinterDrawerSimulator
from hal.backoff import Backoff
from hal.conformance import check_cash_drawer
from hal.contracts.receipt_printer import PrintCut, PrintText
from hal.errors import OptionError, PortError
from hal.events import DrawerClosed, DrawerFailed, DrawerOpened, HealthChanged, PrintDone
from hal.health import Reason, State
from hal.ports import DevicePort, TcpPort, parse_port
from hal.sim.lines import TcpLine
from hal.supervisor import DrawerHandle, Supervisor
from tests.hal.support import Listener

PRINTER_OPTIONS = printer_descriptor.check_options({"timeout_s": 0.5, "print_timeout_s": 1.5})


class Bench:
    def __init__(self, simulator: PrinterDrawerSimulator, sensor: str) -> None:
        self._simulator = simulator
        self._sensor = sensor
        self.has_sensor = sensor != "none"
        self.push_shut = simulator.push_shut
        self.set_online = simulator.printer.set_online
        self.unplug = simulator.unplug
        self._printers: list[Any] = []

    def open(self) -> Any:
        printer = printer_descriptor.load()(
            TcpPort("127.0.0.1", self._simulator.port), "receipt_printer", PRINTER_OPTIONS
        )
        self._printers.append(printer)
        options = descriptor.check_options({"sensor": self._sensor})
        return descriptor.load()(DevicePort("receipt", printer), "cash_drawer", options)

    def kicks(self) -> int:
        return self._simulator.kicks

    def close(self) -> None:
        for printer in self._printers:
            printer.close()


@pytest.mark.parametrize("sensor", ["none", "high_open", "low_open"])
def test_drawer_keeps_its_contract(sensor: str) -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with PrinterDrawerSimulator(high_open=sensor != "low_open") as simulator:
            bench = Bench(simulator, sensor)
            yield bench
            bench.close()

    check_cash_drawer(make_bench)


@pytest.fixture
def simulator() -> Iterator[PrinterDrawerSimulator]:
    with PrinterDrawerSimulator() as drawer:
        yield drawer


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def house(listener: Listener) -> Iterator[Supervisor]:
    supervisor = Supervisor(listener.bus, backoff=Backoff(first_s=0.05, longest_s=0.2))
    yield supervisor
    supervisor.close()


def attach(house: Supervisor, port: int, **options: object) -> DrawerHandle:
    house.add("receipt", printer_descriptor, TcpPort("127.0.0.1", port), PRINTER_OPTIONS)
    house.add("drawer", descriptor, parse_port("device:receipt"), options, contract="cash_drawer")
    return house.drawer("drawer")


def health_of(listener: Listener, device: str, state: State) -> HealthChanged:
    while True:
        event = listener.next(HealthChanged)
        if (event.device, event.health.state) == (device, state):
            return event


def test_drawer_is_opened_told_and_seen_shut_again(
    simulator: PrinterDrawerSimulator, house: Supervisor, listener: Listener
) -> None:
    drawer = attach(house, simulator.port, sensor="high_open")
    listener.until(lambda: drawer.is_open is False, "the sensor's first word")
    drawer.open_drawer()
    assert listener.next(DrawerOpened) == DrawerOpened("drawer")
    assert drawer.is_open is True
    simulator.push_shut()
    assert listener.next(DrawerClosed) == DrawerClosed("drawer")
    assert drawer.is_open is False
    simulator.open_by_key()
    assert listener.next(DrawerOpened) == DrawerOpened("drawer", by_hand=True)
    assert simulator.kicks == 1


def test_drawer_without_sensor_says_only_that_it_was_opened(
    simulator: PrinterDrawerSimulator, house: Supervisor, listener: Listener
) -> None:
    drawer = attach(house, simulator.port)
    drawer.open_drawer()
    assert listener.next(DrawerOpened).device == "drawer"
    assert drawer.is_open is None


def test_locked_drawer_is_not_said_to_be_open(
    simulator: PrinterDrawerSimulator, house: Supervisor, listener: Listener
) -> None:
    drawer = attach(house, simulator.port, sensor="high_open", opens_in_s=0.1)
    simulator.lock(True)
    drawer.open_drawer()
    assert listener.next(DrawerFailed) == DrawerFailed("drawer", Reason.DEVICE_ERROR)
    simulator.lock(False)
    drawer.open_drawer()
    listener.next(DrawerOpened)
    assert simulator.kicks == 2


@pytest.mark.parametrize("trouble", ["paper", "cover"])
def test_drawer_opens_without_paper_and_with_an_open_cover(
    simulator: PrinterDrawerSimulator, house: Supervisor, listener: Listener, trouble: str
) -> None:
    """The guest waits for change whatever the printer lacks."""
    drawer = attach(house, simulator.port, sensor="high_open")
    if trouble == "paper":
        simulator.printer.set_paper("out")
        listener.health(Reason.PAPER_OUT)
    else:
        simulator.printer.set_cover(True)
        listener.health(Reason.COVER_OPEN)
    drawer.open_drawer()
    listener.next(DrawerOpened)
    simulator.printer.set_paper("ok")
    simulator.printer.set_cover(False)
    house.printer("receipt").submit((PrintText("after"), PrintCut()))
    listener.next(PrintDone)
    assert simulator.kicks == 1


def test_slips_that_wait_do_not_keep_the_drawer_shut(
    simulator: PrinterDrawerSimulator, house: Supervisor, listener: Listener
) -> None:
    drawer = attach(house, simulator.port)
    listener.health(Reason.OK)
    printer = house.printer("receipt")
    for number in range(40):
        printer.submit((PrintText(f"slip {number}"), PrintCut()))
    drawer.open_drawer()
    listener.until(lambda: DrawerOpened("drawer") in listener.seen, "the drawer")
    listener.until(lambda: not printer.pending, "all slips")
    listener.until(lambda: sum(isinstance(event, PrintDone) for event in listener.seen) == 40, "word of all slips")
    drawer_at = listener.seen.index(DrawerOpened("drawer"))
    assert any(isinstance(event, PrintDone) for event in listener.seen[drawer_at:]), "slips came after the drawer"


def test_drawer_goes_and_comes_with_its_printer(
    simulator: PrinterDrawerSimulator, house: Supervisor, listener: Listener
) -> None:
    drawer = attach(house, simulator.port, sensor="high_open")
    health_of(listener, "drawer", State.READY)
    simulator.unplug()
    assert health_of(listener, "drawer", State.OFFLINE).health.reason is Reason.UNPLUGGED
    assert drawer.is_open is None
    drawer.open_drawer()
    assert listener.next(DrawerFailed) == DrawerFailed("drawer", Reason.UNPLUGGED)
    simulator.plug()
    health_of(listener, "drawer", State.READY)
    drawer.open_drawer()
    listener.next(DrawerOpened)
    assert simulator.kicks == 1


def test_silent_printer_is_the_drawers_trouble_too(
    simulator: PrinterDrawerSimulator, house: Supervisor, listener: Listener
) -> None:
    with TcpLine("127.0.0.1", simulator.port) as line:
        drawer = attach(house, line.port)
        health_of(listener, "drawer", State.READY)
        line.from_device.silent = True
        drawer.open_drawer()
        assert listener.next(DrawerFailed).reason is Reason.TIMEOUT
        house.close()
    assert simulator.kicks == 0


def test_drawer_is_listed_with_the_devices(simulator: PrinterDrawerSimulator, house: Supervisor) -> None:
    attach(house, simulator.port)
    assert set(house.health()) == {"receipt", "drawer"}
    with pytest.raises(ValueError, match="two devices named drawer"):
        house.add("drawer", descriptor, DevicePort("receipt"), {})


def test_wrong_port_or_option_is_named(simulator: PrinterDrawerSimulator, house: Supervisor) -> None:
    with pytest.raises(PortError, match="device:receipt names no printer; printers are: none"):
        house.add("drawer", descriptor, DevicePort("receipt"), {})
    with pytest.raises(PortError, match="printer_drawer works on DevicePort"):
        house.add("drawer", descriptor, TcpPort("127.0.0.1", simulator.port), {})
    with pytest.raises(OptionError, match="option sensor must be one of"):
        house.add("drawer", descriptor, DevicePort("receipt"), {"sensor": "yes"})
    with pytest.raises(LookupError, match="no cash drawer named till"):
        house.drawer("till")
