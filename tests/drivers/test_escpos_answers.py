"""What a printer says is understood in any mixture and in any pieces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.escpos_printer.protocol import AnswerParser, Status, status_of_asb, status_with

ASB_READY = bytes([0x10, 0x00, 0x00, 0x0F])
ASB_PAPER_OUT = bytes([0x18, 0x00, 0x0F, 0x0F])
ANSWERS = st.lists(
    st.sampled_from([ASB_READY, ASB_PAPER_OUT, b"\x12", b"\x00", b"\x0c", b"\x37\x220042\x00", b"\x37\x25\x00"]),
    max_size=20,
)


@given(ANSWERS, st.integers(1, 5))
@settings(max_examples=80, deadline=None)
def test_answers_are_told_apart(answers: list[bytes], size: int) -> None:
    parser = AnswerParser()
    stream = b"".join(answers)
    for at in range(0, len(stream), size):
        parser.feed(stream[at : at + size])
    assert list(parser.real_time) == [0x12] * answers.count(b"\x12")
    assert parser.in_order == answers.count(b"\x00") + answers.count(b"\x0c")
    assert list(parser.process_ids) == [b"0042"] * answers.count(b"\x37\x220042\x00")
    assert parser.cleared == answers.count(b"\x37\x25\x00")
    reports = [answer for answer in answers if answer in (ASB_READY, ASB_PAPER_OUT)]
    assert parser.status == (status_of_asb(reports[-1]) if reports else Status())


@given(st.binary(max_size=100))
@settings(max_examples=100, deadline=None)
def test_any_bytes_leave_the_parser_able_to_understand_the_next_answer(noise: bytes) -> None:
    parser = AnswerParser()
    parser.feed(noise)
    parser.feed(bytes(20))
    before = len(parser.real_time)
    parser.feed(b"\x12")
    assert len(parser.real_time) == before + 1


@pytest.mark.parametrize(
    ("block", "status"),
    [
        (ASB_READY, Status()),
        (ASB_PAPER_OUT, Status(offline=True, paper_out=True, paper_near_end=True)),
        (bytes([0x38, 0, 0, 0x0F]), Status(offline=True, cover_open=True)),
        (bytes([0x10, 0, 0x03, 0x0F]), Status(paper_near_end=True)),
        (bytes([0x18, 0x08, 0, 0x0F]), Status(offline=True, cutter_error=True)),
        (bytes([0x18, 0x40, 0, 0x0F]), Status(offline=True, other_error=True)),
    ],
)
def test_automatic_status_is_read(block: bytes, status: Status) -> None:
    assert status_of_asb(block) == status


@pytest.mark.parametrize(
    ("question", "answer", "status"),
    [
        (1, 0x1A, Status(offline=True)),
        (2, 0x16, Status(cover_open=True)),
        (2, 0x52, Status(other_error=True)),
        (3, 0x1A, Status(cutter_error=True)),
        (3, 0x32, Status(other_error=True)),
        (4, 0x1E, Status(paper_near_end=True)),
        (4, 0x7E, Status(paper_near_end=True, paper_out=True)),
        (4, 0x12, Status()),
    ],
)
def test_real_time_status_is_read(question: int, answer: int, status: Status) -> None:
    assert status_with(Status(), question, answer) == status
