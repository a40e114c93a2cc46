"""The simulated printer behaves like the one it stands for; it is asked with bare bytes, not by our driver."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator

import pytest
from PIL import Image

from drivers.escpos_printer.sim import EscposPrinterSimulator
from hal.conformance.expect import expect_soon

ASK = b"\x1dr\x01"
CLEAR = bytes([0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8])


@pytest.fixture
def simulator() -> Iterator[EscposPrinterSimulator]:
    with EscposPrinterSimulator() as printer:
        yield printer


@pytest.fixture
def line(simulator: EscposPrinterSimulator) -> Iterator[socket.socket]:
    with socket.create_connection((simulator.host, simulator.port), 5.0) as connection:
        yield connection


def ask(line: socket.socket, question: bytes, count: int = 1) -> bytes:
    line.sendall(question)
    answer = b""
    while len(answer) < count:
        answer += line.recv(count - len(answer))
    return answer


def test_text_modes_are_printed(simulator: EscposPrinterSimulator, line: socket.socket) -> None:
    ask(line, b"\x1b@\x1bt\x13\x1bE\x01Caf\x82 \xd5\x1bE\x00\n\x1b!\x30BIG\n\x1b!\x00end\x1bd\x03\x1dVA\x00" + ASK)
    (slip,) = simulator.slips
    assert slip.text == "Café €\nBIG\nend"
    assert simulator.unknown_commands == []


def test_line_longer_than_the_paper_goes_on_in_the_next_one(
    simulator: EscposPrinterSimulator, line: socket.socket
) -> None:
    ask(line, b"x" * 50 + b"\n\x1dV\x00" + ASK)
    assert simulator.slips[0].text == "x" * 48 + "\nxx"


def test_paper_is_as_wide_as_on_an_80_mm_roll_and_the_ink_is_dark(
    simulator: EscposPrinterSimulator, line: socket.socket
) -> None:
    ask(line, b"\x1d!\x77\xdb\n\x1dV\x00" + ASK)
    with Image.open(io.BytesIO(simulator.slips[0].png)) as picture:
        grey = picture.convert("L")
        assert grey.width == 640
        assert grey.point(lambda value: 255 * (value < 60)).getbbox() is not None
        assert grey.getpixel((5, 5)) == grey.getpixel((635, 5))
        assert grey.point(lambda value: 255 * (value > 240)).getpixel((5, 5)) == 255


def test_code_page_changes_what_a_byte_means(simulator: EscposPrinterSimulator, line: socket.socket) -> None:
    ask(line, b"\x1bt\x00\x80\x1bt\x11\x80\x1bt\x0e\x80\n\x1dV\x00" + ASK)
    assert simulator.slips[0].text == "ÇАΑ"


def test_status_is_answered_in_every_condition(simulator: EscposPrinterSimulator, line: socket.socket) -> None:
    def states() -> list[int]:
        return [ask(line, bytes([0x10, 0x04, number]))[0] for number in (1, 2, 3, 4)]

    assert states() == [0x12, 0x12, 0x12, 0x12]
    simulator.set_paper("near_end")
    assert states() == [0x12, 0x12, 0x12, 0x1E]
    simulator.set_paper("out")
    assert states() == [0x1A, 0x32, 0x12, 0x7E]
    simulator.set_paper("ok")
    simulator.set_cover(True)
    assert states() == [0x1A, 0x16, 0x12, 0x12]
    simulator.set_cover(False)
    simulator.set_cutter_error(True)
    assert states() == [0x1A, 0x52, 0x1A, 0x12]


def test_changes_are_reported_by_themselves_once_asked_for(
    simulator: EscposPrinterSimulator, line: socket.socket
) -> None:
    assert ask(line, b"\x1da\x0f", 4) == bytes([0x10, 0, 0, 0x0F])
    simulator.set_cover(True)
    assert ask(line, b"", 4) == bytes([0x38, 0, 0, 0x0F])


def test_what_waits_in_the_buffer_comes_out_with_the_new_roll(
    simulator: EscposPrinterSimulator, line: socket.socket
) -> None:
    simulator.set_paper("out")
    line.sendall(b"kept\n\x1dV\x00")
    assert ask(line, b"\x10\x04\x01") == b"\x1a"
    assert simulator.slips == []
    simulator.set_paper("ok")
    ask(line, ASK)
    assert simulator.slips[0].text == "kept"


def test_cleared_buffer_comes_out_never(simulator: EscposPrinterSimulator, line: socket.socket) -> None:
    simulator.set_paper("out")
    line.sendall(b"forgotten\n\x1dV\x00")
    assert ask(line, CLEAR, 3) == b"\x37\x25\x00"
    simulator.set_paper("ok")
    ask(line, b"fresh\n\x1dV\x00" + ASK)
    assert [slip.text for slip in simulator.slips] == ["fresh"]


def test_real_time_commands_work_when_they_arrive_in_pieces(
    simulator: EscposPrinterSimulator, line: socket.socket
) -> None:
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in CLEAR[:-1]:
        line.sendall(bytes([byte]))
    assert ask(line, CLEAR[-1:], 3) == b"\x37\x25\x00"


def test_paper_that_ends_in_mid_slip_is_torn_off_with_the_old_roll(
    simulator: EscposPrinterSimulator, line: socket.socket
) -> None:
    changes: list[str] = []
    simulator.on_change = lambda: changes.append(simulator.paper)
    simulator.paper_out_after_bytes(6)
    line.sendall(b"first\nsecond\n\x1dV\x00")
    expect_soon(lambda: simulator.paper == "out", "the paper ends")
    expect_soon(lambda: "out" in changes, "whoever watches is told")
    simulator.set_paper("ok")
    ask(line, ASK)
    assert [slip.text for slip in simulator.torn] == ["first"]
    assert [slip.text for slip in simulator.slips] == ["second"]


def test_commands_it_does_not_draw_are_listed(simulator: EscposPrinterSimulator, line: socket.socket) -> None:
    ask(line, b"\x1dk\x04CODE39\x00\x1bZ" + ASK)
    assert simulator.unknown_commands == ["GS 'k' (linear bar code)", "ESC 'Z'"]
