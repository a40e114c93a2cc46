"""The serial reader keeps the contracts of badge readers and bar code scanners, in every frame it knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from drivers.serial_reader import descriptor
from drivers.serial_reader.sim import SerialReaderSimulator
from hal.conformance import check_badge_reader, check_barcode_scanner
from hal.contracts.badge_reader import BadgeReader
from hal.ports import parse_port


class Bench:
    numbers = ("04A1B2C3", "1234567890", "42")

    def __init__(self, simulator: SerialReaderSimulator, options: dict[str, object], contract: str) -> None:
        self._simulator = simulator
        self._options = descriptor.check_options(options)
        self._contract = contract
        self.present = simulator.present
        self.unplug = simulator.unplug
        self.plug = simulator.plug

    def open(self) -> BadgeReader:
        device = descriptor.load()(parse_port(self._simulator.port), self._contract, self._options)
        assert isinstance(device, BadgeReader)
        return device

    def disturb(self) -> None:
        faults = self._simulator.faults
        faults.flip = frozenset(range(10_000))
        self._simulator.present(self.numbers[0])
        faults.flip = frozenset()


@pytest.mark.parametrize("frame", ["stx_etx", "cr", "lf", "crlf"])
@pytest.mark.parametrize("checksum", ["none", "xor"])
def test_badge_reader_keeps_its_contract(frame: str, checksum: str) -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with SerialReaderSimulator(frame=frame, checksum=checksum) as simulator:
            yield Bench(simulator, {"frame": frame, "checksum": checksum, "gap_s": 0.1}, "badge_reader")

    check_badge_reader(make_bench)


def test_barcode_scanner_keeps_its_contract_when_bytes_come_one_by_one() -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with SerialReaderSimulator(frame="cr") as simulator:
            simulator.faults.piece_bytes = 1
            simulator.faults.delay_s = 0.002
            yield Bench(simulator, {"frame": "cr", "gap_s": 0.1}, "barcode_scanner")

    check_barcode_scanner(make_bench)
