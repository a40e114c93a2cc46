"""What every cash drawer must do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from hal.conformance.expect import expect, expect_raises
from hal.contracts.cash_drawer import CashDrawer
from hal.errors import DeviceError


class DrawerBench(Protocol):
    """A drawer and eyes for it."""

    has_sensor: bool
    """Whether the drawer can tell that it stands open."""

    def open(self) -> CashDrawer:
        """Open the device; raises `DeviceError` when it is not there."""

    def kicks(self) -> int:
        """How many times the drawer was opened."""

    def push_shut(self) -> None:
        """Push the drawer shut."""

    def set_online(self, online: bool) -> None:
        """Switch what drives the drawer on or off line."""

    def unplug(self) -> None:
        """Take it away."""


def check_cash_drawer(make_bench: Callable[[], AbstractContextManager[DrawerBench]]) -> None:
    """Run all checks; raises `AssertionError` naming the broken demand."""
    for check in (_opens_once, _tells_whether_it_is_open, _never_opens_later, _tells_that_it_is_gone):
        with make_bench() as bench:
            check(bench)


def _opens_once(bench: DrawerBench) -> None:
    device = bench.open()
    try:
        device.open_drawer()
        expect(bench.kicks() == 1, "the drawer has opened, once, when open_drawer returns")
    finally:
        device.close()


def _tells_whether_it_is_open(bench: DrawerBench) -> None:
    device = bench.open()
    try:
        expected = {True: (False, True, False), False: (None, None, None)}[bench.has_sensor]
        seen = [device.is_open()]
        device.open_drawer()
        seen.append(device.is_open())
        bench.push_shut()
        seen.append(device.is_open())
        expect(tuple(seen) == expected, f"a drawer that is shut, opened, pushed shut says {expected}, not {seen}")
    finally:
        device.close()


def _never_opens_later(bench: DrawerBench) -> None:
    device = bench.open()
    try:
        bench.set_online(False)
        expect_raises(DeviceError, device.open_drawer, "open_drawer raises when the drawer cannot be opened")
        bench.set_online(True)
        device.open_drawer()
        expect(bench.kicks() == 1, "a refused pulse is never made up for later")
    finally:
        device.close()


def _tells_that_it_is_gone(bench: DrawerBench) -> None:
    device = bench.open()
    try:
        bench.unplug()
        expect_raises(DeviceError, device.open_drawer, "open_drawer raises when the drawer is gone")
        if bench.has_sensor:
            expect_raises(DeviceError, device.is_open, "is_open raises when the drawer is gone")
    finally:
        device.close()
