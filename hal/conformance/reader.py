"""What every badge reader and bar code scanner must do."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from hal.conformance.expect import DEADLINE_S, expect, expect_raises
from hal.contracts.badge_reader import BadgeReader
from hal.contracts.barcode_scanner import BarcodeScanner
from hal.errors import BadData, DeviceError, DeviceUnplugged

Reader = BadgeReader | BarcodeScanner


class ReaderBench(Protocol):
    """A reader and a hand."""

    numbers: tuple[str, str, str]
    """Three different numbers that this reader can carry."""

    def open(self) -> Reader:
        """Open the device; raises `DeviceError` when it is not there."""

    def present(self, number: str) -> None:
        """Present a number once."""

    def disturb(self) -> None:
        """Let one presentation arrive damaged, so that its frame cannot be valid."""

    def unplug(self) -> None:
        """Take the reader away."""

    def plug(self) -> None:
        """Bring it back to the same port."""


MakeReaderBench = Callable[[], AbstractContextManager[ReaderBench]]


def check_badge_reader(make_bench: MakeReaderBench) -> None:
    """Run all checks; raises `AssertionError` naming the broken demand."""
    for check in (
        _reads_what_is_presented,
        _says_nothing_when_nothing_is_presented,
        _keeps_the_order,
        _never_makes_a_number_of_noise,
        _goes_on_behind_noise,
        _notices_that_it_is_unplugged,
        _can_be_opened_again,
        _cannot_be_opened_when_absent,
        _closes_twice,
    ):
        with make_bench() as bench:
            check(bench)


def check_barcode_scanner(make_bench: MakeReaderBench) -> None:
    """Run all checks; the two contracts ask for the same."""
    check_badge_reader(make_bench)


def _read(device: Reader) -> str | None:
    end_s = time.monotonic() + DEADLINE_S
    while time.monotonic() < end_s:
        number = device.read(0.2)
        if number is not None:
            return number
    return None


def _reads_what_is_presented(bench: ReaderBench) -> None:
    device = bench.open()
    try:
        bench.present(bench.numbers[0])
        expect(_read(device) == bench.numbers[0], "a presented number is returned as it is")
        expect(device.read(0.1) is None, "a number is returned once per presentation")
    finally:
        device.close()


def _says_nothing_when_nothing_is_presented(bench: ReaderBench) -> None:
    device = bench.open()
    try:
        start_s = time.monotonic()
        expect(device.read(0.2) is None, "without a presentation read returns None")
        expect(time.monotonic() - start_s < 1.2, "read returns when its time is over")
    finally:
        device.close()


def _keeps_the_order(bench: ReaderBench) -> None:
    device = bench.open()
    try:
        for number in bench.numbers:
            bench.present(number)
        expect([_read(device) for _ in bench.numbers] == list(bench.numbers), "numbers come in order, none is lost")
    finally:
        device.close()


def _never_makes_a_number_of_noise(bench: ReaderBench) -> None:
    device = bench.open()
    try:
        bench.disturb()
        expect_raises(BadData, lambda: _read(device), "a damaged frame raises BadData and returns no number")
    finally:
        device.close()


def _goes_on_behind_noise(bench: ReaderBench) -> None:
    device = bench.open()
    try:
        bench.disturb()
        expect_raises(BadData, lambda: _read(device), "a damaged frame raises BadData")
        bench.present(bench.numbers[1])
        expect(_read(device) == bench.numbers[1], "the next good number is read after a damaged frame")
    finally:
        device.close()


def _notices_that_it_is_unplugged(bench: ReaderBench) -> None:
    device = bench.open()
    try:
        bench.unplug()
        expect_raises(DeviceUnplugged, lambda: _read(device), "read raises DeviceUnplugged when the port is gone")
    finally:
        device.close()


def _can_be_opened_again(bench: ReaderBench) -> None:
    bench.open().close()
    bench.unplug()
    bench.plug()
    device = bench.open()
    try:
        bench.present(bench.numbers[2])
        expect(_read(device) == bench.numbers[2], "a reader that came back at its port reads again")
    finally:
        device.close()


def _cannot_be_opened_when_absent(bench: ReaderBench) -> None:
    bench.unplug()
    expect_raises(DeviceError, bench.open, "opening an absent reader raises a DeviceError")


def _closes_twice(bench: ReaderBench) -> None:
    device = bench.open()
    bench.unplug()
    device.close()
    device.close()
