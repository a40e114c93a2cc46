"""What every customer display must do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from hal.conformance.expect import expect, expect_raises, expect_soon
from hal.contracts.customer_display import CustomerDisplay
from hal.errors import DeviceError
from hal.health import State


class DisplayBench(Protocol):
    """A display and eyes for it."""

    def open(self) -> CustomerDisplay:
        """Open the device; raises `DeviceError` when it is not there."""

    def lines(self) -> tuple[str, ...]:
        """What stands on it, all its lines, without spaces at their ends."""

    def unplug(self) -> None:
        """Take it away."""

    def plug(self) -> None:
        """Bring it back to the same port."""


def check_customer_display(make_bench: Callable[[], AbstractContextManager[DisplayBench]]) -> None:
    """Run all checks; raises `AssertionError` naming the broken demand."""
    for check in (
        _shows_what_it_is_given,
        _shows_nothing_of_before,
        _fits_lines_that_are_too_long,
        _never_shows_a_wrong_character,
        _clears,
        _is_ready,
        _tells_that_it_is_gone,
        _can_be_opened_again,
        _is_empty_when_closed,
        _closes_twice,
    ):
        with make_bench() as bench:
            check(bench)


def _sees(bench: DisplayBench, device: CustomerDisplay, lines: tuple[str, ...], demand: str) -> None:
    wanted = (lines + ("",) * device.rows)[: device.rows]
    expect_soon(lambda: bench.lines() == wanted, f"{demand}: {wanted}, not {bench.lines()}")


def _shows_what_it_is_given(bench: DisplayBench) -> None:
    device = bench.open()
    try:
        lines = ("Crème brûlée", *("Größe 3,40" for _ in range(device.rows - 1)))
        device.show(lines)
        _sees(bench, device, lines, "the lines stand on the display")
        device.show(("x" * device.columns, "y" * device.columns))
        _sees(bench, device, ("x" * device.columns, "y" * device.columns), "lines as wide as the display are whole")
    finally:
        device.close()


def _shows_nothing_of_before(bench: DisplayBench) -> None:
    device = bench.open()
    try:
        device.show(("a long first line", "second"))
        device.show(("short",))
        _sees(bench, device, ("short",), "nothing of earlier lines is left")
    finally:
        device.close()


def _fits_lines_that_are_too_long(bench: DisplayBench) -> None:
    device = bench.open()
    try:
        device.show(("Soup" + " " * device.columns + "3,40", "z" * (device.columns + 5)))
        soup = "Soup" + "3,40".rjust(device.columns - 4)
        _sees(bench, device, (soup, "z" * device.columns), "spaces go first, then the end")
        device.show(tuple("abcdefgh"))
        _sees(bench, device, tuple("abcdefgh"), "lines beyond the last are not shown")
    finally:
        device.close()


def _never_shows_a_wrong_character(bench: DisplayBench) -> None:
    device = bench.open()
    try:
        device.show(("豆腐 3,40 €", "a\x1b@b\x0cc"))
        expect_soon(lambda: "3,40" in bench.lines()[0], "the rest of a line with a missing character stands there")
        first = bench.lines()[0]
        expect(first.endswith(("3,40 €", "3,40 EUR")), f"the euro is a euro or a word for it: {first!r}")
        expect(not first[0].isalnum() and first[0] not in " ?", f"a missing character is a visible mark: {first!r}")
        if device.rows > 1:
            expect_soon(lambda: bench.lines()[1] == "a@bc", "control characters smuggle no commands in")
    finally:
        device.close()


def _clears(bench: DisplayBench) -> None:
    device = bench.open()
    try:
        device.show(("something",))
        _sees(bench, device, ("something",), "the line stands there")
        device.clear()
        _sees(bench, device, (), "clear leaves nothing")
    finally:
        device.close()


def _is_ready(bench: DisplayBench) -> None:
    device = bench.open()
    try:
        expect(device.status().state is State.READY, "a display that lacks nothing is READY")
    finally:
        device.close()


def _tells_that_it_is_gone(bench: DisplayBench) -> None:
    device = bench.open()
    try:
        bench.unplug()
        expect_raises(DeviceError, device.status, "status raises when the display is gone")
        raised = expect_raises(DeviceError, lambda: device.show(("gone",)), "show raises when the display is gone")
        expect(raised.reopen, "and says that the port must be opened again")
    finally:
        device.close()
    expect_raises(DeviceError, bench.open, "opening an absent display raises a DeviceError")


def _can_be_opened_again(bench: DisplayBench) -> None:
    bench.open().close()
    bench.unplug()
    bench.plug()
    device = bench.open()
    try:
        device.show(("back",))
        _sees(bench, device, ("back",), "a display that came back shows")
    finally:
        device.close()


def _is_empty_when_closed(bench: DisplayBench) -> None:
    device = bench.open()
    device.show(("Total 12,80",))
    _sees(bench, device, ("Total 12,80",), "the line stands there")
    device.close()
    _sees(bench, device, (), "close leaves nothing")


def _closes_twice(bench: DisplayBench) -> None:
    device = bench.open()
    bench.unplug()
    device.close()
    device.close()
