"""What every receipt printer must do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from hal.conformance.expect import expect, expect_raises, expect_soon
from hal.contracts.receipt_printer import (
    PrintColumns,
    PrintCut,
    PrintFeed,
    PrintLine,
    PrintQr,
    PrintRule,
    PrintText,
    ReceiptPrinter,
)
from hal.errors import CoverOpen, DeviceError, DeviceOffline, PaperOut
from hal.events import Certainty
from hal.health import Reason, State


class PrinterBench(Protocol):
    """A printer, a hand at it and eyes for its paper."""

    def open(self) -> ReceiptPrinter:
        """Open the device; raises `DeviceError` when it is not there."""

    def slips(self) -> list[tuple[str, list[str]]]:
        """Text and codes of every piece of paper that was cut off, as read from it."""

    def set_paper(self, level: Literal["ok", "near_end", "out"]) -> None:
        """Let the paper run low or out, or put in a new roll."""

    def set_cover(self, open: bool) -> None:
        """Open or close the cover."""

    def set_online(self, online: bool) -> None:
        """Switch the printer on or off line."""

    def paper_out_in_mid_slip(self) -> None:
        """Let the paper end somewhere within the next slip."""

    def unplug(self) -> None:
        """Take the printer away."""

    def plug(self) -> None:
        """Bring it back to the same port."""


MakePrinterBench = Callable[[], AbstractContextManager[PrinterBench]]

SAMPLE: tuple[PrintLine, ...] = (
    PrintText("Übergrößen-Menü", align="center", bold=True, size=2),
    PrintColumns("1 x Crème brûlée ñandú", "3,40 €"),
    PrintRule(),
    PrintFeed(1),
    PrintQr("RF1:sample:1"),
    PrintText("end of slip", align="center"),
    PrintCut(),
)


def check_receipt_printer(make_bench: MakePrinterBench) -> None:
    """Run all checks; raises `AssertionError` naming the broken demand."""
    for check in (
        _prints_all_of_a_slip,
        _has_printed_when_print_returns,
        _is_ready,
        _tells_that_the_paper_runs_low,
        _prints_nothing_without_paper,
        _prints_nothing_with_an_open_cover,
        _prints_nothing_off_line,
        _leaves_no_rest_when_the_paper_ends,
        _tells_that_it_is_gone,
        _can_be_opened_again,
        _closes_twice,
    ):
        with make_bench() as bench:
            check(bench)


def _prints_all_of_a_slip(bench: PrinterBench) -> None:
    device = bench.open()
    try:
        device.print(SAMPLE, "sample")
    finally:
        device.close()
    expect(len(bench.slips()) == 1, "one PrintCut makes one piece of paper")
    text, codes = bench.slips()[0]
    for part in ("Übergrößen-Menü", "1 x Crème brûlée ñandú", "3,40 €", "end of slip"):
        expect(part in text, f"{part!r} stands on the slip")
    expect(codes == ["RF1:sample:1"], "the QR code can be read")
    row = next(line for line in text.splitlines() if "Crème" in line)
    expect(row.startswith("1 x") and row.endswith("€"), "the columns stand in one line")


def _has_printed_when_print_returns(bench: PrinterBench) -> None:
    device = bench.open()
    try:
        for number in range(1, 4):
            device.print((PrintText(f"slip {number}"), PrintCut()), str(number))
            expect(len(bench.slips()) == number, "print returns when the slip is on paper, not before")
    finally:
        device.close()


def _is_ready(bench: PrinterBench) -> None:
    device = bench.open()
    try:
        expect(device.status().state is State.READY, "a printer that lacks nothing is READY")
    finally:
        device.close()


def _tells_that_the_paper_runs_low(bench: PrinterBench) -> None:
    bench.set_paper("near_end")
    device = bench.open()
    try:
        health = device.status()
        expect(
            health.reason is Reason.PAPER_NEAR_END and health.can_work, "a roll that runs low is told, and printed on"
        )
        device.print((PrintText("still prints"), PrintCut()), "low")
        expect(len(bench.slips()) == 1, "a printer whose roll runs low prints")
    finally:
        device.close()


def _refuses(bench: PrinterBench, error: type[DeviceError], reason: Reason, restore: Callable[[], None]) -> None:
    device = bench.open()
    try:
        expect(device.status().reason is reason, f"status says {reason}")
        raised = expect_raises(error, lambda: device.print(SAMPLE, "refused"), f"print raises {error.__name__}")
        expect(raised.certainty is Certainty.NOTHING, "what was seen before the first byte leaves the paper empty")
        restore()
        expect_soon(lambda: device.status().can_work, "the printer works again when the cause is gone")
        device.print((PrintText("after"), PrintCut()), "after")
    finally:
        device.close()
    expect([text for text, _ in bench.slips()] == ["after"], "nothing of a refused job comes out later")


def _prints_nothing_without_paper(bench: PrinterBench) -> None:
    bench.set_paper("out")
    _refuses(bench, PaperOut, Reason.PAPER_OUT, lambda: bench.set_paper("ok"))


def _prints_nothing_with_an_open_cover(bench: PrinterBench) -> None:
    bench.set_cover(True)
    _refuses(bench, CoverOpen, Reason.COVER_OPEN, lambda: bench.set_cover(False))


def _prints_nothing_off_line(bench: PrinterBench) -> None:
    bench.set_online(False)
    _refuses(bench, DeviceOffline, Reason.OFFLINE, lambda: bench.set_online(True))


def _leaves_no_rest_when_the_paper_ends(bench: PrinterBench) -> None:
    device = bench.open()
    try:
        bench.paper_out_in_mid_slip()
        raised = expect_raises(PaperOut, lambda: device.print(SAMPLE, "torn"), "print raises PaperOut in mid-slip")
        expect(raised.certainty is Certainty.PART, "and says that part of it is on paper")
        bench.set_paper("ok")
        expect_soon(lambda: device.status().can_work, "the printer works again with a new roll")
        device.print((PrintText("after"), PrintCut()), "after")
    finally:
        device.close()
    expect([text for text, _ in bench.slips()] == ["after"], "no rest of a torn job comes out with the new roll")


def _tells_that_it_is_gone(bench: PrinterBench) -> None:
    device = bench.open()
    try:
        bench.unplug()
        expect_raises(DeviceError, device.status, "status raises when the printer is gone")
        raised = expect_raises(
            DeviceError, lambda: device.print(SAMPLE, "gone"), "print raises when the printer is gone"
        )
        expect(raised.reopen, "and says that the port must be opened again")
    finally:
        device.close()
    expect_raises(DeviceError, bench.open, "opening an absent printer raises a DeviceError")


def _can_be_opened_again(bench: PrinterBench) -> None:
    bench.open().close()
    bench.unplug()
    bench.plug()
    device = bench.open()
    try:
        device.print((PrintText("back"), PrintCut()), "back")
    finally:
        device.close()
    expect([text for text, _ in bench.slips()] == ["back"], "a printer that came back prints")


def _closes_twice(bench: PrinterBench) -> None:
    device = bench.open()
    bench.unplug()
    device.close()
    device.close()
