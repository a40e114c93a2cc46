"""The configuration: what a technician writes, and what is said about what they mistype."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.config import Config, ConfigError, IdleConfig, ScreenConfig, TransferConfig, load
from appliance.devices import add_devices, slip_layout
from appliance.i18n import Translators
from hal.bus import EventBus
from hal.ports import SerialPort, TcpPort
from hal.supervisor import Supervisor

SMALLEST = '[terminal]\nid = "kiosk-1"\ndata_dir = "data"\n'
READER = (
    '[devices.badge]\ncontract = "badge_reader"\ndriver = "serial_reader"\nport = "serial:/dev/ttyUSB0?baud=19200"\n'
)
PRINTER = '[devices.printer]\ncontract = "receipt_printer"\ndriver = "escpos_printer"\nport = "tcp:192.0.2.1:9100"\n'


def read(folder: Path, text: str) -> Config:
    path = folder / "terminal.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_the_smallest_file_has_sensible_defaults(tmp_path: Path) -> None:
    config = read(tmp_path, SMALLEST)
    assert (config.terminal.id, config.terminal.role, config.terminal.language) == ("kiosk-1", "kiosk", "en")
    assert config.terminal.data_dir == tmp_path / "data"
    assert config.screen == ScreenConfig(1080, 1920, "window", "")
    assert config.idle == IdleConfig(45, 60, 15)
    assert config.devices == ()


def test_everything_can_be_set(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        SMALLEST
        + 'role = "kiosk"\nlanguage = "de"\naddress = ["Parkweg 4", "70173 Stuttgart"]\npickup_start = 300\n'
        + '[screen]\nwidth = 1280\nheight = 800\nmode = "offscreen"\nsocket = "screen.sock"\n'
        + "[idle]\nwarning_after_s = 20\nreset_after_s = 30\ndone_after_s = 5\n"
        + READER
        + 'frame = "stx_etx"\n'
        + PRINTER,
    )
    assert config.terminal.address == ("Parkweg 4", "70173 Stuttgart")
    assert config.terminal.pickup_start == 300
    assert config.screen == ScreenConfig(1280, 800, "offscreen", str(tmp_path / "screen.sock"))
    assert config.idle == IdleConfig(20, 30, 5)
    assert [device.port for device in config.devices] == [
        SerialPort("/dev/ttyUSB0", baud=19200),
        TcpPort("192.0.2.1", 9100),
    ]
    assert config.devices_for("badge_reader")[0].options == {"frame": "stx_etx"}


@pytest.mark.parametrize(
    ("text", "transfer"),
    [
        ("", TransferConfig("immediate")),
        ('mode = "by_hand"\n', TransferConfig("by_hand")),
        ('mode = "every"\nevery_minutes = 5\n', TransferConfig("every", every_minutes=5)),
        ('mode = "times"\ntimes = ["14:30", "06:00"]\n', TransferConfig("times", times=("14:30", "06:00"))),
    ],
)
def test_when_it_sends(tmp_path: Path, text: str, transfer: TransferConfig) -> None:
    assert read(tmp_path, SMALLEST + "[transfer]\n" + text).transfer == transfer


@pytest.mark.parametrize(
    ("terminal_id", "start"), [("kiosk-1", 101), ("kiosk-2", 201), ("kiosk-9", 401), ("kiosk-10", 1), ("bar", 1)]
)
def test_two_kiosks_of_a_store_begin_with_different_numbers(tmp_path: Path, terminal_id: str, start: int) -> None:
    config = read(tmp_path, SMALLEST.replace("kiosk-1", terminal_id))
    assert config.terminal.pickup_start == start


def test_a_till_begins_with_other_numbers_than_a_kiosk(tmp_path: Path) -> None:
    config = read(tmp_path, SMALLEST.replace("kiosk-1", "till-1") + 'role = "till"\n')
    assert config.terminal.pickup_start == 601


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SMALLEST + 'lnguage = "de"\n', "[terminal] has an unknown key 'lnguage' (did you mean 'language'?); expected"),
        (SMALLEST + "[scren]\nwidth = 1\n", "the file has an unknown key 'scren' (did you mean 'screen'?)"),
        (SMALLEST + "[screen]\nwidht = 800\n", "[screen] has an unknown key 'widht' (did you mean 'width'?)"),
        (SMALLEST + "[idle]\nzzz = 1\n", "[idle] has an unknown key 'zzz'; expected here: warning_after_s"),
        ("", "the table [terminal] is missing"),
        ('[terminal]\ndata_dir = "d"\n', "terminal.id is missing; expected a text in quotes"),
        (SMALLEST.replace("kiosk-1", "Kiosk 1"), "terminal.id is 'Kiosk 1'; expected 1 to 40 of a-z, 0-9 and '-'"),
        (
            SMALLEST + 'language = "fra"\n',
            "terminal.language is 'fra' (did you mean 'fr'?); expected one of en, fr, de, es",
        ),
        (SMALLEST + 'address = "Parkweg 4"\n', "terminal.address is 'Parkweg 4'; expected a list of texts"),
        (SMALLEST + "address = [4]\n", "terminal.address must be a list of texts"),
        (SMALLEST + "pickup_start = 0\n", "terminal.pickup_start is 0; expected 1 to 999"),
        (SMALLEST + '[screen]\nwidth = "wide"\n', "screen.width is 'wide'; expected a whole number"),
        (SMALLEST + "[screen]\nwidth = true\n", "screen.width is True; expected a whole number"),
        (
            SMALLEST + "[idle]\nwarning_after_s = 60\n",
            "idle.reset_after_s is 60; expected more than warning_after_s (60)",
        ),
        (
            SMALLEST + '[transfer]\nmode = "hourly"\n',
            "transfer.mode is 'hourly'; expected one of immediate, every, times",
        ),
        (
            SMALLEST + '[transfer]\nmode = "every"\nevery_minutes = 0\n',
            "transfer.every_minutes is 0; expected 1 to 1440",
        ),
        (SMALLEST + '[transfer]\nmode = "times"\n', 'transfer.times is empty; with mode "times" it must hold'),
        (
            SMALLEST + '[transfer]\nmode = "times"\ntimes = ["24:00"]\n',
            "transfer.times has '24:00'; expected times from",
        ),
        (SMALLEST + '[transfer]\ntimes = ["14:30"]\n', "[transfer] has an unknown key 'times'; expected here: mode"),
        (SMALLEST + '[transfer]\nmode = "shift_end"\n', 'transfer.mode is "shift_end", but only a till has shifts'),
        (SMALLEST + "devices = 3\n", "[terminal] has an unknown key 'devices'"),
        ("devices = 3\n" + SMALLEST, "devices must be a table: write [devices]"),
        (
            SMALLEST + READER.replace("badge_reader", "badge_raeder"),
            "devices.badge.contract is 'badge_raeder' (did you",
        ),
        (
            SMALLEST + READER.replace("serial:/dev", "seriell:/dev"),
            "devices.badge.port is 'seriell:/dev/ttyUSB0?baud=19200'",
        ),
        (SMALLEST + READER.replace("devices.badge", 'devices."My Badge"'), "a device's name is 1 to 40 of a-z"),
        ("[terminal\n", "is not valid TOML"),
    ],
)
def test_a_mistake_names_file_key_and_what_is_expected(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'terminal.toml'}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (READER.replace('"serial_reader"', '"serial_raeder"'), "devices.badge.driver is 'serial_raeder' (did you mean"),
        (
            READER + 'fraem = "cr"\n',
            "[devices.badge]: driver serial_reader: unknown option fraem; its options are: frame",
        ),
        (READER + 'frame = "xyz"\n', "[devices.badge]: driver serial_reader: option frame must be one of"),
        (
            READER.replace("serial:/dev/ttyUSB0?baud=19200", "tcp:192.0.2.1:9100"),
            "[devices.badge]: driver serial_reader works",
        ),
        (
            READER.replace("badge_reader", "receipt_printer"),
            "[devices.badge]: driver serial_reader serves badge_reader",
        ),
    ],
)
def test_a_mistake_about_a_driver_names_the_device(tmp_path: Path, text: str, says: str) -> None:
    config = read(tmp_path, SMALLEST + text)
    supervisor = Supervisor(EventBus())
    try:
        with pytest.raises(ConfigError) as caught:
            add_devices(supervisor, config, Translators())
    finally:
        supervisor.close()
    assert str(caught.value).startswith(f"{config.path}: ")
    assert says in str(caught.value)


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read"):
        load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'[terminal]\nid = "caf\xe9"\n')
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load(tmp_path / "latin.toml")


@pytest.mark.parametrize(("columns", "layout"), [(48, 48), (42, 42), (45, 42), (32, 32), (24, 32)])
def test_the_slip_is_as_wide_as_the_paper_allows(tmp_path: Path, columns: int, layout: int) -> None:
    assert slip_layout(read(tmp_path, SMALLEST + PRINTER + f"columns = {columns}\n")).columns == layout
