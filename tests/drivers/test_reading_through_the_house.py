"""Badges and bar codes from the wire to the bus, with cables that are pulled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.serial_reader import descriptor
from drivers.serial_reader.sim import SerialReaderSimulator
from hal.backoff import Backoff
from hal.events import BadgePresented, BarcodeScanned
from hal.health import Reason, State
from hal.ports import parse_port
from hal.supervisor import Supervisor
from tests.hal.support import Listener


@pytest.fixture
def simulator() -> Iterator[SerialReaderSimulator]:
    with SerialReaderSimulator(frame="stx_etx", checksum="xor") as reader:
        yield reader


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def house(listener: Listener) -> Iterator[Supervisor]:
    supervisor = Supervisor(listener.bus, backoff=Backoff(first_s=0.05, longest_s=0.2))
    yield supervisor
    supervisor.close()


def attach(house: Supervisor, simulator: SerialReaderSimulator, contract: str = "badge_reader") -> None:
    options = {"frame": "stx_etx", "checksum": "xor", "gap_s": 0.1}
    house.add("badge", descriptor, parse_port(simulator.port), options, contract=contract)


def test_badge_becomes_an_event(simulator: SerialReaderSimulator, house: Supervisor, listener: Listener) -> None:
    attach(house, simulator)
    listener.health(Reason.OK)
    simulator.present("04A1B2C3")
    event = listener.next(BadgePresented)
    assert (event.device, event.number) == ("badge", "04A1B2C3")


def test_same_driver_reads_bar_codes(simulator: SerialReaderSimulator, house: Supervisor, listener: Listener) -> None:
    attach(house, simulator, "barcode_scanner")
    listener.health(Reason.OK)
    simulator.present("4006381333931")
    assert listener.next(BarcodeScanned).code == "4006381333931"


def test_unplugged_reader_is_told_and_reads_again_when_it_is_back(
    simulator: SerialReaderSimulator, house: Supervisor, listener: Listener
) -> None:
    attach(house, simulator)
    for number in ("0001", "0002", "0003"):
        listener.health(Reason.OK)
        simulator.present(number)
        assert listener.next(BadgePresented).number == number
        simulator.unplug()
        assert listener.health(Reason.UNPLUGGED).health.state is State.OFFLINE
        simulator.plug()


def test_damaged_frame_is_health_and_no_badge(
    simulator: SerialReaderSimulator, house: Supervisor, listener: Listener
) -> None:
    attach(house, simulator)
    listener.health(Reason.OK)
    simulator.send_raw(b"\x0204A1B2C3FF\x03")
    health = listener.health(Reason.BAD_DATA).health
    assert health.can_work
    assert "checksum" in health.detail
    assert "04A1" not in health.detail
    simulator.present("0042")
    assert listener.next(BadgePresented).number == "0042"
    assert house.health()["badge"].reason is Reason.OK


def test_frame_that_stops_half_way_is_told(
    simulator: SerialReaderSimulator, house: Supervisor, listener: Listener
) -> None:
    attach(house, simulator)
    listener.health(Reason.OK)
    simulator.send_raw(b"\x0204A1")
    assert "did not end" in listener.health(Reason.BAD_DATA).health.detail


def test_line_held_by_another_program_is_named(
    simulator: SerialReaderSimulator, house: Supervisor, listener: Listener
) -> None:
    holder = descriptor.load()(parse_port(simulator.port), "badge_reader", descriptor.check_options({}))
    attach(house, simulator)
    assert "used by another program" in listener.health(Reason.UNPLUGGED).health.detail
    holder.close()
    listener.health(Reason.OK)
