"""The ESC/POS printer keeps the contracts of receipt printers and cash drawers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from drivers.escpos_printer import descriptor
from drivers.escpos_printer.sim import EscposPrinterSimulator
from hal.conformance import check_cash_drawer, check_receipt_printer
from hal.ports import TcpPort


class Bench:
    def __init__(self, simulator: EscposPrinterSimulator, options: dict[str, object]) -> None:
        self._simulator = simulator
        self.has_sensor = "drawer_sensor" in options
        self._options = descriptor.check_options({"timeout_s": 1.0, "print_timeout_s": 3.0, **options})
        self.set_paper = simulator.set_paper
        self.set_cover = simulator.set_cover
        self.set_online = simulator.set_online
        self.unplug = simulator.unplug
        self.plug = simulator.plug

    def open(self) -> Any:
        port = TcpPort(self._simulator.host, self._simulator.port)
        return descriptor.load()(port, "receipt_printer", self._options)

    def slips(self) -> list[tuple[str, list[str]]]:
        return [(slip.text, slip.codes) for slip in self._simulator.slips]

    def paper_out_in_mid_slip(self) -> None:
        self._simulator.paper_out_after_bytes(60)

    def push_shut(self) -> None:
        self._simulator.set_drawer(False)

    def kicks(self) -> int:
        return self._simulator.drawer_kicks


@pytest.mark.parametrize("confirm", ["status", "process_id"])
def test_printer_keeps_its_contract(confirm: str) -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with EscposPrinterSimulator() as simulator:
            yield Bench(simulator, {"confirm": confirm})
            assert simulator.unknown_commands == []

    check_receipt_printer(make_bench)


def test_slow_printer_keeps_its_contract() -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with EscposPrinterSimulator(speed_bytes_s=4000) as simulator:
            yield Bench(simulator, {})

    check_receipt_printer(make_bench)


@pytest.mark.parametrize("options", [{"drawer_pin": 2}, {"drawer_pin": 5, "drawer_sensor": "high_open"}])
def test_drawer_keeps_its_contract(options: dict[str, object]) -> None:
    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with EscposPrinterSimulator() as simulator:
            yield Bench(simulator, options)

    check_cash_drawer(make_bench)
