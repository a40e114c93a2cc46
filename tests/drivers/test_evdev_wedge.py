"""Readers that act as keyboards, read by the real python-evdev and pyudev from an emulated kernel."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from drivers.evdev_wedge import LAYOUTS, descriptor
from drivers.evdev_wedge.sim import EvdevWedgeSimulator, new_testbed
from hal.backoff import Backoff
from hal.conformance import check_badge_reader, check_barcode_scanner
from hal.descriptor import Options
from hal.errors import BadData, DeviceBusy, DeviceError, DeviceUnplugged
from hal.events import BadgePresented, BarcodeScanned
from hal.health import Reason, State
from hal.ports import InputPort, Port, parse_port
from hal.sim.preload import PreloadTestbed
from hal.supervisor import Supervisor
from tests.drivers.below_preload import ChildProcess
from tests.hal.support import Listener

F1 = 59
PATIENT: dict[str, object] = {"gap_s": 2.0}
"""On a busy machine the emulated hand may stop for a while between two keys."""


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


@pytest.fixture
def simulator(bed: PreloadTestbed) -> Iterator[EvdevWedgeSimulator]:
    with EvdevWedgeSimulator(testbed=bed) as reader:
        yield reader


@contextmanager
def opened(child: ChildProcess, port: str, **options: object) -> Iterator[Any]:
    device = child.open("evdev_wedge", parse_port(port), "badge_reader", {**PATIENT, **options})
    try:
        yield device
    finally:
        device.close()


class Bench:
    numbers = ("04A1B2C3", "1234567890", "ART-7/Z_?@#")

    def __init__(self, child: ChildProcess, simulator: EvdevWedgeSimulator, options: dict[str, object]) -> None:
        self._child = child
        self._simulator = simulator
        self._options = {**PATIENT, **options}
        self.present = simulator.present
        self.unplug = simulator.unplug
        self.plug = simulator.plug

    def open(self) -> Any:
        return self._child.open("evdev_wedge", parse_port(self._simulator.port), "badge_reader", self._options)

    def disturb(self) -> None:
        self._simulator.strokes([(2,), (F1,), (3,)])
        self._simulator.present("")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_badge_reader_keeps_its_contract(layout: str, bed: PreloadTestbed, child: ChildProcess) -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with EvdevWedgeSimulator(layout, testbed=bed) as simulator:
            yield Bench(child, simulator, {"layout": layout})

    check_badge_reader(make_bench)


def test_barcode_scanner_with_tab_and_a_serial_number_keeps_its_contract(
    bed: PreloadTestbed, child: ChildProcess
) -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with EvdevWedgeSimulator("fr", serial="S/N 7", terminator=15, testbed=bed) as simulator:
            yield Bench(child, simulator, {"layout": "fr", "terminator": "tab"})

    check_barcode_scanner(make_bench)


def test_reader_is_held_while_it_is_open(simulator: EvdevWedgeSimulator, child: ChildProcess) -> None:
    with opened(child, simulator.port):
        assert simulator.grabbed


def test_reader_held_by_another_program_is_not_read(simulator: EvdevWedgeSimulator, child: ChildProcess) -> None:
    simulator.state(busy=True)
    with pytest.raises(DeviceBusy, match="another program"), opened(child, simulator.port):
        pass
    simulator.state(busy=False)
    with opened(child, simulator.port) as device:
        simulator.present("42")
        assert device.read(5.0) == "42"


def test_what_was_typed_before_it_was_held_is_forgotten(simulator: EvdevWedgeSimulator, child: ChildProcess) -> None:
    simulator.present("12345")
    with opened(child, simulator.port) as device:
        assert device.read(0.2) is None
        simulator.present("42")
        assert device.read(5.0) == "42"


def test_half_a_code_is_bad_data_and_the_next_one_is_read(simulator: EvdevWedgeSimulator, child: ChildProcess) -> None:
    with opened(child, simulator.port, gap_s=0.5) as device:
        simulator.strokes([(2,), (3,)])
        with pytest.raises(BadData, match="did not end"):
            device.read(5.0)
        simulator.present("42")
        assert device.read(5.0) == "42"


def test_lost_events_are_bad_data_and_shift_is_asked_for_anew(
    simulator: EvdevWedgeSimulator, child: ChildProcess
) -> None:
    with opened(child, simulator.port) as device:
        simulator.strokes([(2,)])
        simulator.events([(1, 42, 1)])
        simulator.lose_events()
        simulator.present("345")
        with pytest.raises(BadData, match="keys were lost"):
            device.read(5.0)
        simulator.present("a1")
        assert device.read(5.0) == "a1"


def test_capslock_light_of_the_reader_is_asked_for(simulator: EvdevWedgeSimulator, child: ChildProcess) -> None:
    simulator.state(caps_lock=True)
    with opened(child, simulator.port) as device:
        simulator.present("Ab1")
        assert device.read(5.0) == "aB1"


def test_reader_unplugged_in_mid_code_gives_no_number(simulator: EvdevWedgeSimulator, child: ChildProcess) -> None:
    with opened(child, simulator.port) as device:
        simulator.strokes([(2,), (3,)])
        assert device.read(0.1) is None
        simulator.unplug()
        with pytest.raises(DeviceUnplugged):
            device.read(5.0)
    simulator.plug()
    with opened(child, simulator.port) as device:
        simulator.present("345")
        assert device.read(5.0) == "345"


def test_two_of_a_kind_are_told_apart_by_serial_number_or_path(bed: PreloadTestbed, child: ChildProcess) -> None:
    with (
        EvdevWedgeSimulator(serial="left", testbed=bed) as left,
        EvdevWedgeSimulator(serial="right", testbed=bed) as right,
    ):
        with pytest.raises(DeviceError, match="2 such devices"), opened(child, "usb:ffff:0035"):
            pass
        with opened(child, left.port) as one, opened(child, f"input:{right.path}") as other:
            left.present("111")
            right.present("222")
            assert (one.read(5.0), other.read(5.0)) == ("111", "222")


def test_device_without_digits_is_no_reader(bed: PreloadTestbed, child: ChildProcess) -> None:
    with (
        EvdevWedgeSimulator(keys=(113, 114, 115), testbed=bed) as volume_keys,
        pytest.raises(DeviceError, match="no digit keys"),
        opened(child, volume_keys.port),
    ):
        pass


def test_absent_path_is_unplugged(child: ChildProcess, simulator: EvdevWedgeSimulator) -> None:
    with pytest.raises(DeviceUnplugged, match="/dev/input/event99"):
        child.open("evdev_wedge", InputPort("/dev/input/event99"), "badge_reader", {})


_house_child: list[ChildProcess] = []


def open_in_child(port: Port, contract: str, options: Options) -> Any:
    return _house_child[0].open("evdev_wedge", port, contract, options)


@pytest.mark.parametrize(("contract", "event"), [("badge_reader", BadgePresented), ("barcode_scanner", BarcodeScanned)])
def test_house_reads_it_and_finds_it_again(
    simulator: EvdevWedgeSimulator, bed: PreloadTestbed, contract: str, event: type[BadgePresented | BarcodeScanned]
) -> None:
    listener = Listener()
    house = Supervisor(listener.bus, backoff=Backoff(first_s=0.05, longest_s=0.2))
    _house_child[:] = [ChildProcess(bed.environment)]
    try:
        there = dataclasses.replace(descriptor, open=f"{__name__}:open_in_child")
        house.add("wedge", there, parse_port(simulator.port), {**PATIENT, "charset": "digits"}, contract=contract)
        for number in ("0042", "0043"):
            listener.health(Reason.OK)
            simulator.present(number)
            assert number in dataclasses.astuple(listener.next(event))
            simulator.unplug()
            assert listener.health(Reason.UNPLUGGED).health.state is State.OFFLINE
            simulator.plug()
    finally:
        house.close()
        _house_child.pop().close()
