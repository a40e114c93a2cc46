"""Two kinds of reader at one terminal: the same card greets the same guest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance import config
from appliance.badge_numbers import badge_formats
from appliance.config import ConfigError
from appliance.flows.clock import SystemClock
from appliance.flows.intents import StartAgain
from appliance.presenters import views
from appliance.terminal_main import build
from drivers.serial_reader.sim import SerialReaderSimulator
from hal.bus import EventBus
from tests.appliance.canteen import ANNA_ID, CATALOGUE, Canteen, badge, guest
from tests.appliance.test_devices import Terminal, enrol

UID = "04A23F11223344"
HEAD = """
[terminal]
id = "kiosk-1"
data_dir = "."
"""
READER = """
[devices.{name}]
contract = "badge_reader"
driver = "serial_reader"
port = "{port}"
"""


@pytest.fixture
def readers(tmp_path: Path) -> Iterator[dict[str, SerialReaderSimulator]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(SerialReaderSimulator()) for name in ("plain", "short")}


@pytest.mark.parametrize("shown", ["289382916", "0289382916"])
def test_a_card_is_known_at_a_reader_that_gives_its_first_bytes_as_a_decimal_number(
    tmp_path: Path, readers: dict[str, SerialReaderSimulator], shown: str
) -> None:
    with ExitStack() as stack:
        canteen = Canteen(tmp_path, stack)
        canteen.publish(replace(CATALOGUE, published_at=datetime.now(UTC).replace(microsecond=0)))
        canteen.send_guests(guest(ANNA_ID, "Anna Keller", 2340, [badge(UID)]))
        enrol(canteen)
        path = tmp_path / "terminal.toml"
        text = HEAD + READER.format(name="plain", port=readers["plain"].port)
        text += READER.format(name="short", port=readers["short"].port)
        path.write_text(text + 'format = "decimal"\nbyte_order = "lsb"\nbytes = 4\n')
        bus = EventBus()
        terminal = Terminal(build(config.load(path), SystemClock(), bus, stack), bus, readers["plain"], None, None)

        def greeted(view: views.View) -> bool:
            return isinstance(view.screen, views.OrderScreen) and view.screen.guest is not None

        readers["plain"].present(UID)
        terminal.until("the guest is greeted", greeted)
        terminal.touch(StartAgain())
        terminal.until("the kiosk waits again", lambda view: isinstance(view.screen, views.AttractScreen))
        readers["short"].present(shown)
        terminal.until("the guest is greeted again", greeted)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ('format = "octal"', r"\[devices.badge\]: badge format: 'octal' is none of text, hex, decimal"),
        ('format = "hex"\nbyte_order = "middle"', "badge byte order: 'middle' is none of msb, lsb"),
        ('format = "hex"\nbytes = 5', "badge length: 5 bytes are none of 0, 4, 7, 10"),
        ("format = 16", "16 is not text"),
        ('bytes = "4"', "'4' is not a whole number"),
    ],
)
def test_a_format_that_is_none_is_refused_by_the_name_of_its_section(tmp_path: Path, lines: str, reason: str) -> None:
    path = tmp_path / "terminal.toml"
    path.write_text(HEAD + READER.format(name="badge", port="serial:/dev/ttyS0") + lines)

    with pytest.raises(ConfigError, match=reason):
        badge_formats(config.load(path))
