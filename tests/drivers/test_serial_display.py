"""What stands on a customer display, in both families of commands, and what happens when its cable is pulled."""

from __future__ import annotations

import io
import itertools
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.serial_display import descriptor
from drivers.serial_display.protocol import fit
from drivers.serial_display.sim import SerialDisplaySimulator
from hal.backoff import Backoff
from hal.conformance import check_customer_display
from hal.conformance.expect import expect_soon
from hal.contracts.customer_display import CustomerDisplay
from hal.errors import OptionError
from hal.health import Reason, State
from hal.ports import parse_port
from hal.supervisor import Supervisor
from tests.hal.support import Listener


class Bench:
    def __init__(self, simulator: SerialDisplaySimulator, options: dict[str, object]) -> None:
        self._simulator = simulator
        self._options = descriptor.check_options(options)
        self.unplug = simulator.unplug
        self.plug = simulator.plug

    def open(self) -> CustomerDisplay:
        device = descriptor.load()(parse_port(self._simulator.port), "customer_display", self._options)
        assert isinstance(device, CustomerDisplay)
        return device

    def lines(self) -> tuple[str, ...]:
        return self._simulator.lines


@pytest.mark.parametrize(
    "options",
    [
        {"commands": "epson"},
        {"commands": "epson", "code_page": "CP850"},
        {"commands": "epson", "columns": 16, "rows": 4, "code_page": "CP1252"},
        {"commands": "cd5220", "code_page": "CP850"},
        {"commands": "cd5220", "code_page": "CP437"},
    ],
)
def test_display_keeps_its_contract(options: dict[str, object]) -> None:
    size = descriptor.check_options(options)

    @contextmanager
    def make_bench() -> Iterator[Bench]:
        with SerialDisplaySimulator(int(size["columns"]), int(size["rows"])) as simulator:
            yield Bench(simulator, options)
            assert simulator.unknown_commands == []

    check_customer_display(make_bench)


@pytest.fixture
def simulator() -> Iterator[SerialDisplaySimulator]:
    with SerialDisplaySimulator() as display:
        yield display


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def house(listener: Listener) -> Iterator[Supervisor]:
    supervisor = Supervisor(listener.bus, backoff=Backoff(first_s=0.05, longest_s=0.2))
    yield supervisor
    supervisor.close()


def show(simulator: SerialDisplaySimulator, line: str, **options: object) -> str:
    device = Bench(simulator, dict(options)).open()
    try:
        device.show((line,))
        expect_soon(lambda: simulator.lines[0] != "", "something stands on the display")
        return simulator.lines[0]
    finally:
        device.close()


@pytest.mark.parametrize(
    ("code_page", "text", "shown"),
    [
        ("CP858", "Käse à 3,40 €", "Käse à 3,40 €"),
        ("CP1252", "cœur ñ Ø ß 2,00 €", "cœur ñ Ø ß 2,00 €"),
        ("CP850", "Käse à 3,40 €", "Käse à 3,40 EUR"),
        ("CP437", "Total        12,80 €", "Total      12,80 EUR"),
        ("CP852", "Żurek łosoś", "Żurek łosoś"),
        ("CP866", "Борщ", "Борщ"),
        ("CP858", "Борщ", "■■■■"),
        ("CP858", "“5” – …", '"5" - ...'),
    ],
)
def test_characters_are_right_similar_or_visibly_missing(
    simulator: SerialDisplaySimulator, code_page: str, text: str, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert show(simulator, text, code_page=code_page) == shown
    assert ("customer display has no character" in caplog.text) is ("■" in shown)


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("Soup            3,40 EUR", "Soup        3,40 EUR"),
        ("Total  a  b    12,80 EUR", "Total a b  12,80 EUR"),
        ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrst"),
    ],
)
def test_long_lines_lose_spaces_before_letters(text: str, fitting: str) -> None:
    assert fit(text, 20) == fitting


@given(st.text("ab ", max_size=60), st.integers(8, 40))
@settings(max_examples=100, deadline=None)
def test_fitting_lines_fit_and_keep_their_words_when_there_is_room(text: str, columns: int) -> None:
    fitting = fit(text, columns)
    assert len(fitting) <= columns
    if len(" ".join(text.split(" "))) and len(" ".join(part for part in text.split() if part)) + 2 <= columns:
        assert fitting.split() == text.split()


def test_only_the_last_of_many_lines_stays_and_nobody_waits(
    simulator: SerialDisplaySimulator, house: Supervisor, listener: Listener
) -> None:
    house.add("display", descriptor, parse_port(simulator.port), {})
    display = house.display("display")
    assert (display.columns, display.rows) == (20, 2)
    for number in range(500):
        display.show(("Total", str(number)))
    listener.until(lambda: simulator.lines == ("Total", "499"), "the last lines")
    display.clear()
    listener.until(lambda: simulator.lines == ("", ""), "an empty display")


def test_display_that_comes_back_shows_what_is_wanted_now(
    simulator: SerialDisplaySimulator, house: Supervisor, listener: Listener
) -> None:
    house.add("display", descriptor, parse_port(simulator.port), {})
    display = house.display("display")
    display.show(("before",))
    listener.until(lambda: simulator.lines[0] == "before", "the first line")
    simulator.unplug()
    assert listener.health(Reason.UNPLUGGED).health.state is State.OFFLINE
    display.show(("meanwhile",))
    simulator.plug()
    listener.until(lambda: simulator.lines[0] == "meanwhile", "what was wanted meanwhile")
    simulator.unplug()
    listener.health(Reason.UNPLUGGED)
    simulator.plug()
    listener.until(lambda: simulator.lines[0] == "meanwhile", "the same again")


def test_display_that_takes_nothing_is_told(
    simulator: SerialDisplaySimulator, house: Supervisor, listener: Listener
) -> None:
    simulator.deaf = True
    house.add("display", descriptor, parse_port(simulator.port), {"timeout_s": 0.2, "columns": 40, "rows": 4})
    display = house.display("display")

    numbers = itertools.count()

    def told() -> bool:
        display.show((str(next(numbers)), "x" * 40, "x" * 40))
        return house.health()["display"].reason is Reason.TIMEOUT

    listener.until(told, "word of a full line", timeout_s=60.0)
    simulator.deaf = False
    listener.health(Reason.OK)


def test_display_is_dark_when_the_house_is_closed(simulator: SerialDisplaySimulator, listener: Listener) -> None:
    house = Supervisor(listener.bus)
    house.add("display", descriptor, parse_port(simulator.port), {})
    house.display("display").show(("Total", "12,80"))
    expect_soon(lambda: simulator.lines == ("Total", "12,80"), "the total")
    house.close()
    expect_soon(lambda: simulator.lines == ("", ""), "an empty display")


def test_picture_shows_lit_characters_on_dark_glass(simulator: SerialDisplaySimulator) -> None:
    def lit() -> int:
        with Image.open(io.BytesIO(simulator.png())) as picture:
            return picture.convert("L").point(lambda value: 255 * (value > 180)).histogram()[255]

    assert lit() == 0
    device = Bench(simulator, {}).open()
    device.show(("12,80 €", ""))
    expect_soon(lambda: simulator.lines[0] == "12,80 €", "the price")
    assert lit() > 500
    device.close()


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"commands": "cd5220", "rows": 4}, "option rows is 4"),
        ({"code_page": "CP9999"}, "option code_page must be one of"),
        ({"columns": 100}, "option columns must lie between"),
    ],
)
def test_wrong_option_is_named(simulator: SerialDisplaySimulator, options: dict[str, object], names: str) -> None:
    with pytest.raises(OptionError, match=names):
        Bench(simulator, options).open()


def test_asking_for_another_kind_of_device_is_refused(simulator: SerialDisplaySimulator, house: Supervisor) -> None:
    with pytest.raises(LookupError, match="no customer display named receipt"):
        house.display("receipt")
