"""Slips from the queue to the paper, with everything that happens to a printer in a canteen."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator

import pytest
from PIL import Image

from drivers.escpos_printer import descriptor
from drivers.escpos_printer.sim import EscposPrinterSimulator
from hal.backoff import Backoff
from hal.contracts.receipt_printer import PrintCut, PrintImage, PrintQr, PrintText
from hal.events import Certainty, DrawerFailed, DrawerOpened, PrintDone, PrintFailed
from hal.health import Reason
from hal.ports import TcpPort
from hal.sim.lines import TcpLine
from hal.supervisor import PrinterHandle, Supervisor
from tests.hal.support import Listener

MARKER = (PrintText("REPRINT", bold=True),)
SLIP = (
    PrintText("Canteen"),
    *(PrintText(f"line {number}") for number in range(1, 11)),
    PrintQr("RF1:kiosk-1:1"),
    PrintText("Thank you"),
    PrintCut(),
)
FAST = Backoff(first_s=0.05, longest_s=0.2)


@pytest.fixture
def simulator() -> Iterator[EscposPrinterSimulator]:
    with EscposPrinterSimulator() as printer:
        yield printer


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def house(listener: Listener) -> Iterator[Supervisor]:
    supervisor = Supervisor(listener.bus, backoff=FAST)
    yield supervisor
    supervisor.close()


def picture(width: int, height: int) -> bytes:
    """A black PNG."""
    png = io.BytesIO()
    Image.new("1", (width, height), 0).save(png, "PNG")
    return png.getvalue()


def attach(house: Supervisor, port: int, **options: object) -> PrinterHandle:
    settings = {"timeout_s": 0.5, "print_timeout_s": 1.5, **options}
    house.add("receipt", descriptor, TcpPort("127.0.0.1", port), settings, reprint_marker=MARKER)
    return house.printer("receipt")


def texts(simulator: EscposPrinterSimulator) -> list[str]:
    return [slip.text for slip in simulator.slips]


def test_slips_come_out_once_and_in_order(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    printer = attach(house, simulator.port)
    jobs = [printer.submit((PrintText(f"slip {number}"), PrintCut())) for number in range(5)]
    done = [listener.next(PrintDone).job_id for _ in jobs]
    assert done == jobs
    assert texts(simulator) == [f"slip {number}" for number in range(5)]
    assert printer.pending == ()


def test_slip_waits_for_paper_and_is_not_marked(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    simulator.set_paper("out")
    printer = attach(house, simulator.port)
    listener.health(Reason.PAPER_OUT)
    job = printer.submit(SLIP)
    failed = listener.next(PrintFailed)
    assert (failed.job_id, failed.reason, failed.certainty) == (job, Reason.PAPER_OUT, Certainty.NOTHING)
    assert failed.kept
    simulator.set_paper("ok")
    assert listener.next(PrintDone).job_id == job
    assert len(simulator.slips) == 1
    assert "REPRINT" not in simulator.slips[0].text


def test_slip_torn_by_the_end_of_the_paper_is_printed_again_whole_and_marked(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    printer = attach(house, simulator.port)
    listener.health(Reason.OK)
    simulator.paper_out_after_bytes(80)
    job = printer.submit(SLIP)
    failed = listener.next(PrintFailed)
    assert (failed.reason, failed.certainty, failed.kept) == (Reason.PAPER_OUT, Certainty.PART, True)
    listener.health(Reason.PAPER_OUT)
    assert printer.pending == (job,)
    simulator.set_paper("ok")
    assert listener.next(PrintDone).job_id == job
    (slip,) = simulator.slips
    assert slip.text.splitlines()[0] == "REPRINT"
    assert slip.text.splitlines()[1:] == ["Canteen", *(f"line {number}" for number in range(1, 11)), "Thank you"]
    assert slip.codes == ["RF1:kiosk-1:1"]
    (torn,) = simulator.torn
    assert torn.text.startswith("Canteen")
    assert "Thank you" not in torn.text


def test_slip_that_may_already_be_on_paper_is_marked_and_cut_off_from_what_hangs_there(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    with socket.create_connection((simulator.host, simulator.port), 5.0) as earlier:
        earlier.sendall(b"Canteen\nline 1\n\x10\x04\x01")
        assert earlier.recv(1)
    attach(house, simulator.port).submit(SLIP, again=True)
    listener.next(PrintDone)
    spoilt, whole = texts(simulator)
    assert spoilt == "Canteen\nline 1"
    assert whole.startswith("REPRINT\nCanteen")
    assert whole.endswith("Thank you")
    assert whole.count("REPRINT") == 1


def test_printer_deaf_with_a_full_buffer_still_gives_one_whole_marked_slip(
    house: Supervisor, listener: Listener
) -> None:
    long = (*(PrintText(f"line {number} " + "x" * 30) for number in range(100)), PrintText("Thank you"), PrintCut())
    with EscposPrinterSimulator(buffer_bytes=256) as simulator:
        printer = attach(house, simulator.port, timeout_s=1.5, print_timeout_s=6.0)
        listener.health(Reason.OK)
        simulator.paper_out_after_bytes(80)
        job = printer.submit(long)
        failed = listener.next(PrintFailed)
        assert (failed.job_id, failed.certainty, failed.kept) == (job, Certainty.PART, True)
        listener.health(Reason.TIMEOUT)
        simulator.set_paper("ok")
        assert listener.next(PrintDone).job_id == job
        whole = [slip.text for slip in simulator.slips if slip.text.endswith("Thank you")]
        assert len(whole) == 1
        assert whole[0].splitlines()[0] == "REPRINT"
        assert len(whole[0].splitlines()) == 102
        house.close()


def test_cover_opened_in_mid_slip_leaves_no_rest_and_gives_a_marked_slip(house: Supervisor, listener: Listener) -> None:
    with EscposPrinterSimulator(speed_bytes_s=400) as simulator:
        printer = attach(house, simulator.port, print_timeout_s=10.0)
        listener.health(Reason.OK)
        job = printer.submit(SLIP)
        before = simulator.current_png()
        listener.until(lambda: simulator.current_png() != before, "the first line on paper")
        simulator.set_cover(True)
        failed = listener.next(PrintFailed)
        assert (failed.reason, failed.certainty) == (Reason.COVER_OPEN, Certainty.PART)
        simulator.speed_bytes_s = 0
        simulator.set_cover(False)
        assert listener.next(PrintDone).job_id == job
        spoilt, whole = simulator.slips
        assert "Thank you" not in spoilt.text
        assert whole.text.startswith("REPRINT\nCanteen")
        assert whole.text.endswith("Thank you")
    house.close()


@pytest.mark.parametrize("passed_bytes", [60, 150, 10_000])
def test_line_cut_in_mid_slip_gives_one_marked_copy(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener, passed_bytes: int
) -> None:
    with TcpLine("127.0.0.1", simulator.port) as line:
        printer = attach(house, line.port)
        listener.health(Reason.OK)
        if passed_bytes == 10_000:
            # Everything arrives and is printed; only the confirmation is lost.
            line.from_device.silent = True
        else:
            line.to_device.cut_after_bytes = line.passed_bytes + passed_bytes
        job = printer.submit(SLIP)
        failed = listener.next(PrintFailed)
        line.from_device.silent = False
        assert listener.next(PrintDone).job_id == job
        whole = [slip.text for slip in simulator.slips if slip.text.endswith("Thank you")]
        assert failed.kept
        assert len([text for text in whole if not text.startswith("REPRINT")]) <= 1
        assert len([text for text in whole if text.startswith("REPRINT")]) <= 1
        assert whole
        house.close()


def test_rest_of_a_lost_connection_never_comes_out(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    simulator.set_paper("out")
    with socket.create_connection((simulator.host, simulator.port), 5.0) as earlier:
        earlier.sendall(b"rest of a slip\n\x1dV\x00\x10\x04\x01")
        assert earlier.recv(1) == b"\x1a"
    printer = attach(house, simulator.port)
    listener.health(Reason.PAPER_OUT)
    simulator.set_paper("ok")
    printer.submit((PrintText("new"), PrintCut()))
    listener.next(PrintDone)
    assert texts(simulator) == ["new"]


def test_printer_that_never_confirms_does_not_use_up_the_roll(house: Supervisor, listener: Listener) -> None:
    with EscposPrinterSimulator(confirms=False) as simulator:
        printer = attach(house, simulator.port, print_timeout_s=0.5)
        job = printer.submit((PrintText("slip"), PrintCut()))
        failures = [listener.next(PrintFailed) for _ in range(3)]
        assert [failed.kept for failed in failures] == [True, True, False]
        assert {failed.certainty for failed in failures} == {Certainty.UNKNOWN}
        assert printer.pending == ()
        assert job in {failed.job_id for failed in failures}
        assert texts(simulator) == ["slip", "REPRINT\nslip", "REPRINT\nslip"]
        house.close()


@pytest.mark.parametrize("confirm", ["status", "process_id"])
def test_each_way_of_confirming_prints_one_copy(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener, confirm: str
) -> None:
    attach(house, simulator.port, confirm=confirm).submit(SLIP)
    listener.next(PrintDone)
    assert len(simulator.slips) == 1


def test_off_line_printer_prints_when_it_is_on_line_again(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    simulator.set_online(False)
    printer = attach(house, simulator.port)
    listener.health(Reason.OFFLINE)
    job = printer.submit(SLIP)
    simulator.set_online(True)
    assert listener.next(PrintDone).job_id == job
    assert len(simulator.slips) == 1


def test_blocked_knife_is_named_and_the_slip_waits(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    simulator.set_cutter_error(True)
    printer = attach(house, simulator.port)
    assert "knife" in listener.health(Reason.CUTTER_ERROR).health.detail
    job = printer.submit(SLIP)
    simulator.set_cutter_error(False)
    assert listener.next(PrintDone).job_id == job


def test_absent_printer_is_found_when_it_comes(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    simulator.unplug()
    printer = attach(house, simulator.port)
    listener.health(Reason.UNPLUGGED)
    job = printer.submit(SLIP)
    simulator.plug()
    assert listener.next(PrintDone).job_id == job
    simulator.unplug()
    listener.health(Reason.UNPLUGGED)
    simulator.plug()
    listener.health(Reason.OK)


def test_silent_printer_is_reported_and_recovers(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    with TcpLine("127.0.0.1", simulator.port) as line:
        line.from_device.silent = True
        attach(house, line.port)
        assert "did not answer" in listener.health(Reason.TIMEOUT).health.detail
        line.from_device.silent = False
        listener.health(Reason.OK)
        house.close()


def test_answers_in_single_bytes_over_a_slow_line_are_understood(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    with TcpLine("127.0.0.1", simulator.port) as line:
        line.to_device.piece_bytes = 7
        line.from_device.piece_bytes = 1
        line.from_device.delay_s = 0.01
        printer = attach(house, line.port, timeout_s=2.0, print_timeout_s=5.0)
        printer.submit(SLIP)
        listener.next(PrintDone)
        house.close()
    (slip,) = simulator.slips
    assert slip.text.endswith("Thank you")
    assert simulator.unknown_commands == []


def test_paper_low_and_back_is_told(simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener) -> None:
    attach(house, simulator.port)
    listener.health(Reason.OK)
    simulator.set_paper("near_end")
    assert listener.health(Reason.PAPER_NEAR_END).health.can_work
    simulator.set_paper("ok")
    listener.health(Reason.OK)


def test_unprintable_job_is_given_up_and_the_next_one_printed(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    printer = attach(house, simulator.port)
    bad = printer.submit((PrintImage(b"no picture"), PrintCut()))
    good = printer.submit((PrintText("good"), PrintCut()))
    failed = listener.next(PrintFailed)
    assert (failed.job_id, failed.reason, failed.kept) == (bad, Reason.BAD_JOB, False)
    assert listener.next(PrintDone).job_id == good
    assert texts(simulator) == ["good"]


def test_picture_longer_than_the_printers_buffer_comes_out(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    attach(house, simulator.port).submit((PrintImage(picture(1000, 1400)), PrintText("under it"), PrintCut()))
    listener.next(PrintDone)
    (slip,) = simulator.slips
    with Image.open(io.BytesIO(slip.png)) as paper:
        assert paper.height > 800
        assert paper.convert("L").getpixel((320, 400)) < 80
    assert slip.text == "under it"


def test_cancelled_job_does_not_come_out(
    simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener
) -> None:
    simulator.set_paper("out")
    printer = attach(house, simulator.port)
    listener.health(Reason.PAPER_OUT)
    job = printer.submit(SLIP)
    other = printer.submit((PrintText("other"), PrintCut()))
    assert printer.cancel(job)
    assert not printer.cancel(job)
    simulator.set_paper("ok")
    assert listener.next(PrintDone).job_id == other
    assert texts(simulator) == ["other"]


def test_drawer_opens_now_or_never(simulator: EscposPrinterSimulator, house: Supervisor, listener: Listener) -> None:
    printer = attach(house, simulator.port)
    printer.open_drawer()
    listener.next(DrawerOpened)
    assert simulator.drawer_kicks == 1
    simulator.set_online(False)
    listener.health(Reason.OFFLINE)
    printer.open_drawer()
    assert listener.next(DrawerFailed).reason is Reason.OFFLINE
    simulator.set_online(True)
    listener.health(Reason.OK)
    printer.submit(SLIP)
    listener.next(PrintDone)
    assert simulator.drawer_kicks == 1
