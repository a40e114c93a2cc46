"""The technicians' guide has a complete configuration for each role, and every one of them loads on the drivers that are installed."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from appliance import config
from appliance.badge_numbers import badge_formats, driver_options
from appliance.roles import ROLES
from hal.ports import DevicePort
from hal.registry import drivers
from masterdata.badges import BadgeFormat, canonical
from tests.docs.documents import ROOT

GUIDE = (ROOT / "docs" / "roles.md").read_text()
EXAMPLES = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def loaded(text: str, folder: Path) -> config.Config:
    path = folder / "terminal.toml"
    path.write_text(text)
    return config.load(path)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: tomllib.loads(text)["terminal"]["id"])
def test_an_example_is_a_terminal_that_can_start(text: str, tmp_path: Path) -> None:
    example = loaded(text, tmp_path)
    badge_formats(example)
    installed = drivers()
    for device in example.devices:
        driver = installed[device.driver]
        driver.check_contract(device.contract)
        driver.check_port(device.port)
        driver.check_options(driver_options(device))
        if isinstance(device.port, DevicePort):
            assert any(str(device.port) == f"device:{host.name}" for host in example.devices)


def test_every_role_view_and_kind_of_device_has_its_example(tmp_path: Path) -> None:
    examples = [loaded(text, tmp_path) for text in EXAMPLES]
    assert {example.terminal.role for example in examples} == set(ROLES)
    assert {example.pickup.view for example in examples if example.terminal.role == "pickup"} == {*config.PICKUP_VIEWS}
    devices = [device for example in examples for device in example.devices]
    assert {device.contract for device in devices} == set(config.CONTRACTS)
    assert {device.role for device in devices if device.contract == "receipt_printer"} == set(config.PRINTER_ROLES)


def test_every_key_of_the_configuration_is_shown_somewhere() -> None:
    shown: dict[str, set[str]] = {}
    for text in EXAMPLES:
        for table, keys in tomllib.loads(text).items():
            shown.setdefault(table, set()).update(keys)
    for table, kind in (
        ("terminal", config.TerminalConfig),
        ("screen", config.ScreenConfig),
        ("idle", config.IdleConfig),
        ("pickup", config.PickupConfig),
        ("transfer", config.TransferConfig),
        ("journal", config.JournalConfig),
    ):
        missing = {field.name for field in dataclasses.fields(kind)} - shown[table] - {"socket"}
        assert not missing, f"[{table}]"


def test_every_transfer_mode_is_explained_once() -> None:
    part = GUIDE.partition("## When it sends")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == ["mode", *config.TRANSFER_MODES]


def test_the_four_spellings_of_a_card_are_one_card() -> None:
    spellings = re.search(r"One card may be read as `(\w+)`, `(\w+)`, `(\w+)` or `(\w+)`", GUIDE)
    assert spellings is not None
    formats = [BadgeFormat(radix, order) for radix in ("hex", "decimal") for order in ("msb", "lsb")]
    read = {canonical(text, format) for text, format in zip(spellings.groups(), formats, strict=True)}
    assert read == {"04A2B3C4"}
