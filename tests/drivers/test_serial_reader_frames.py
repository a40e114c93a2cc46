"""What a serial reader's bytes become: the right number, or none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.serial_reader.protocol import Bad, FrameFormat, FrameParser, Good, checksum, encode

NUMBERS = st.text("0123456789ABCDEF", min_size=1, max_size=20)


def read(form: FrameFormat, *pieces: bytes, gap_s: float = 0.0) -> list[Good | Bad]:
    parser = FrameParser(form)
    results: list[Good | Bad] = []
    for index, piece in enumerate(pieces):
        results += parser.feed(piece, index * gap_s)
    return results


def numbers(results: list[Good | Bad]) -> list[str]:
    return [result.number for result in results if isinstance(result, Good)]


@pytest.mark.parametrize(
    ("form", "data"),
    [
        (FrameFormat("stx_etx"), b"\x0204A1B2C3\x03"),
        (FrameFormat("stx_etx"), b"\x0204A1B2C3\x03\r\n"),
        (FrameFormat("cr"), b"04A1B2C3\r"),
        (FrameFormat("lf"), b"04A1B2C3\n"),
        (FrameFormat("crlf"), b"04A1B2C3\r\n"),
        (FrameFormat("stx_etx", "xor"), b"\x0204A1B2C3" + b"74" + b"\x03"),
    ],
)
def test_frames_of_real_readers_give_the_number(form: FrameFormat, data: bytes) -> None:
    assert read(form, data) == [Good("04A1B2C3")]


def test_luhn_digit_of_the_standards_example() -> None:
    assert checksum("mod10", b"7992739871") == b"3"
    assert read(FrameFormat("cr", "mod10"), b"79927398713\r") == [Good("7992739871")]
    assert numbers(read(FrameFormat("cr", "mod10"), b"79927398710\r")) == []


@pytest.mark.parametrize(
    ("form", "data", "problem"),
    [
        (FrameFormat("cr", "xor"), b"12343F\r", "checksum"),
        (FrameFormat("cr", charset="digits"), b"12A4\r", "digits"),
        (FrameFormat("cr", min_length=8), b"1234\r", "allowed are 8"),
        (FrameFormat("cr", max_length=4), b"123456789\r", "longer"),
        (FrameFormat("crlf"), b"12\r34\r\n", "characters other"),
        (FrameFormat("stx_etx"), b"1234\x03", "outside"),
        (FrameFormat("stx_etx"), b"\x0212\x021234\x03", "within"),
        (FrameFormat("stx_etx"), b"\x02\x03", "empty"),
        (FrameFormat("cr", "mod10"), b"ABC5\r", "checksum"),
    ],
)
def test_damaged_frames_say_what_is_wrong(form: FrameFormat, data: bytes, problem: str) -> None:
    first = next(result for result in read(form, data) if isinstance(result, Bad))
    assert problem in first.problem
    assert "1234" not in first.problem


def test_half_a_number_is_not_joined_to_the_next_one() -> None:
    parser = FrameParser(FrameFormat("cr", gap_s=0.5))
    assert parser.feed(b"1234", 0.0) == []
    late = parser.feed(b"5678\r", 1.0)
    assert isinstance(late[0], Bad)
    assert numbers(late) == ["5678"]


def test_rest_of_a_number_behind_a_damaged_byte_is_no_number() -> None:
    form = FrameFormat("stx_etx", "xor")
    frame = bytearray(encode("000", form))
    frame[2] = 0x02
    assert numbers(read(form, bytes(frame))) == []
    assert numbers(read(form, bytes(frame), encode("0042", form))) == ["0042"]


def test_rest_of_a_frame_without_beginning_is_no_number() -> None:
    assert numbers(read(FrameFormat("stx_etx"), b"5678\x03", b"\x021234\x03")) == ["1234"]


def test_reader_that_babbles_is_complained_about_once_and_then_understood() -> None:
    results = read(FrameFormat("cr", max_length=8), b"x" * 5000, b"\r", b"1234\r")
    assert [type(result) for result in results] == [Bad, Good]


@given(st.lists(NUMBERS, min_size=1, max_size=5), st.integers(1, 7), st.sampled_from(["stx_etx", "cr", "lf", "crlf"]))
@settings(max_examples=60, deadline=None)
def test_split_anywhere_the_numbers_are_the_same(values: list[str], size: int, frame: str) -> None:
    form = FrameFormat(frame, "xor", charset="hex")
    stream = b"".join(encode(value, form) for value in values)
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert read(form, *pieces) == [Good(value) for value in values]


@given(NUMBERS, st.sampled_from(["stx_etx", "cr", "crlf"]), st.data())
@settings(max_examples=150, deadline=None)
def test_one_wrong_byte_never_makes_a_wrong_number(value: str, kind: str, data: st.DataObject) -> None:
    form = FrameFormat(kind, "xor", charset="hex", min_length=len(value), max_length=len(value))
    frame = bytearray(encode(value, form))
    frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    assert set(numbers(read(form, bytes(frame)))) <= {value}


@given(st.binary(max_size=200), st.sampled_from(["stx_etx", "cr", "lf", "crlf"]))
@settings(max_examples=100, deadline=None)
def test_after_any_noise_and_a_pause_the_next_number_is_read(noise: bytes, frame: str) -> None:
    form = FrameFormat(frame, "xor", charset="hex", min_length=4)
    parser = FrameParser(form)
    parser.feed(noise, 0.0)
    parser.expire(10.0)
    assert numbers(parser.feed(encode("04A1B2C3", form), 20.0)) == ["04A1B2C3"]
