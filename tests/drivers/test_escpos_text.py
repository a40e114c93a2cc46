"""Characters and columns as they stand on the paper."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.escpos_printer import descriptor
from drivers.escpos_printer.layout import columns, wrap
from drivers.escpos_printer.sim import EscposPrinterSimulator
from hal.contracts.receipt_printer import PrintColumns, PrintCut, PrintFeed, PrintLine, PrintQr, PrintRule, PrintText
from hal.errors import BadJob, OptionError
from hal.ports import TcpPort


@pytest.fixture
def simulator() -> Iterator[EscposPrinterSimulator]:
    with EscposPrinterSimulator() as printer:
        yield printer


def print_lines(simulator: EscposPrinterSimulator, *lines: PrintLine, **options: object) -> str:
    checked = descriptor.check_options(options)
    device: Any = descriptor.load()(TcpPort("127.0.0.1", simulator.port), "receipt_printer", checked)
    try:
        device.print((*lines, PrintCut()), "test")
    finally:
        device.close()
    assert simulator.unknown_commands == []
    return simulator.slips[-1].text


@pytest.mark.parametrize(
    "text",
    [
        "é ü ñ € ß à ç ø Å ¿¡ ½ ÄÖÜ êëïîôûùÿ",
        "Crème brûlée à 3,40 €",
        "Żurek i pierogi, łosoś, šunka, žemle",
        "Καλημέρα κόσμε",
        "Борщ и пельмени",
        "Menü: Żurek 3,40 € und Борщ für é",
    ],
)
def test_languages_of_europe_come_out_right(simulator: EscposPrinterSimulator, text: str) -> None:
    assert print_lines(simulator, PrintText(text)) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("“Chef’s” choice – 5…", '"Chef\'s" choice - 5...'),
        ("12\u202f345,60\u00a0€", "12 345,60 €"),
        ("cœur de bœuf", "coeur de boeuf"),
        ("e\u0301clair", "éclair"),
        ("Phở Ẵ", "Pho A"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_characters_no_table_has_become_their_relatives(
    simulator: EscposPrinterSimulator, text: str, printed: str
) -> None:
    assert print_lines(simulator, PrintText(text)) == printed


def test_character_without_relative_is_a_visible_gap_and_in_the_log(
    simulator: EscposPrinterSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert print_lines(simulator, PrintText("Tofu 豆腐 豆")) == "Tofu ■■ ■"
    assert [record.getMessage() for record in caplog.records if "U+8C46" in record.getMessage()] == [
        "the printer has no character U+8C46; it comes out as a black square"
    ]


def test_question_mark_stays_one_and_no_other_character_becomes_one(simulator: EscposPrinterSimulator) -> None:
    assert print_lines(simulator, PrintText("Really?")) == "Really?"
    assert "?" not in print_lines(simulator, PrintText("日本 \U0001f35d ﷺ \u0301 ﬁ"))


def test_control_characters_cannot_smuggle_commands(simulator: EscposPrinterSimulator) -> None:
    assert print_lines(simulator, PrintText("a\x1bp\x00b\x1dV\x00c\x10\x14")) == "apbVc"
    assert simulator.drawer_kicks == 0
    assert len(simulator.slips) == 1


@pytest.mark.parametrize("width", [32, 42, 48])
def test_amounts_stand_at_the_right_edge(simulator: EscposPrinterSimulator, width: int) -> None:
    text = print_lines(
        simulator,
        PrintColumns("1 x Soup", "3,40 €"),
        PrintColumns("2 x Something with a name that is much longer than the paper is wide", "12,80 €", bold=True),
        PrintRule(),
        columns=width,
    )
    lines = text.splitlines()
    assert lines[0] == "1 x Soup" + "3,40 €".rjust(width - 8)
    assert lines[-2].endswith("12,80 €")
    assert len(lines[-2]) == width
    assert lines[-1] == "─" * width
    assert max(map(len, lines)) == width


def test_double_size_wraps_at_half_the_width(simulator: EscposPrinterSimulator) -> None:
    text = print_lines(simulator, PrintText("Mensa am Schlossgarten und Cafeteria", size=2, align="center"))
    assert text.splitlines() == ["Mensa am Schlossgarten", "und Cafeteria"]


def test_feed_leaves_empty_lines(simulator: EscposPrinterSimulator) -> None:
    assert print_lines(simulator, PrintText("a"), PrintFeed(2), PrintText("b")) == "a\n\n\nb"


def test_long_qr_code_is_read_back(simulator: EscposPrinterSimulator) -> None:
    data = "RF1:kiosk-münchen-1:123456:2026-11-21:123456EUR:" + "0123456789ab" * 8
    print_lines(simulator, PrintQr(data), qr_dots=4)
    assert simulator.slips[0].codes == [data]


@pytest.mark.parametrize("line", [PrintQr(""), PrintQr("x" * 3000), PrintFeed(0), PrintFeed(256)])
def test_impossible_line_sends_nothing(simulator: EscposPrinterSimulator, line: PrintLine) -> None:
    with pytest.raises(BadJob):
        print_lines(simulator, PrintText("before"), line)
    assert print_lines(simulator, PrintText("after")) == "after"


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"code_pages": "CP858,CP9999"}, "CP9999"),
        ({"code_pages": " , "}, "code_pages"),
        ({"profile": "No-Such-Printer"}, "No-Such-Printer"),
    ],
)
def test_wrong_option_is_named(simulator: EscposPrinterSimulator, options: dict[str, object], names: str) -> None:
    with pytest.raises(OptionError, match=names):
        print_lines(simulator, PrintText("x"), **options)


@given(st.text(st.characters(codec="latin-1", categories=("L", "N", "P", "Zs")), max_size=120), st.integers(24, 64))
@settings(max_examples=80, deadline=None)
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(len(line) <= width for line in lines)


@given(st.text("abc ", max_size=120), st.text("0123456789,", max_size=12), st.integers(24, 64))
@settings(max_examples=80, deadline=None)
def test_columns_lose_nothing_and_fit(left: str, right: str, width: int) -> None:
    lines = columns(left, right, width)
    assert all(len(line) <= width for line in lines)
    assert lines[-1].endswith(right)
    assert "".join("".join(lines).split()) == "".join(left.split()) + right


def test_loading_the_driver_leaves_nothing_in_the_temporary_directory(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", "import drivers.escpos_printer.driver"], env={"TMPDIR": str(tmp_path)}, check=True
    )
    assert list(tmp_path.iterdir()) == []
