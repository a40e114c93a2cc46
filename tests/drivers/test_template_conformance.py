"""The driver that others are copied from works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from drivers._template import descriptor
from drivers._template.driver import LineReader
from drivers._template.sim import LineReaderSimulator
from hal.conformance import check_badge_reader
from hal.ports import TcpPort


class Bench:
    numbers = ("04A1B2C3", "1234567890", "42")

    def __init__(self, simulator: LineReaderSimulator) -> None:
        self._simulator = simulator
        self.present = simulator.present
        self.unplug = simulator.unplug
        self.plug = simulator.plug

    def open(self) -> LineReader:
        device = descriptor.load()(TcpPort("127.0.0.1", self._simulator.port), "badge_reader", {"max_length": 32})
        assert isinstance(device, LineReader)
        return device

    def disturb(self) -> None:
        self._simulator.send_raw(b"04A1\xffB2C3\n")


def test_template_keeps_the_contract_of_a_badge_reader() -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with LineReaderSimulator() as simulator:
            yield Bench(simulator)

    check_badge_reader(make_bench)
