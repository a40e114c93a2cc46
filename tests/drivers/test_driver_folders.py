"""Every driver's folder is complete, and what it says of itself is true."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path

import pytest

import drivers
from hal.conformance.quality import problems
from hal.descriptor import DriverDescriptor
from hal.ports import parse_port

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in Path(drivers.__path__[0]).glob("*/__init__.py"))


def test_there_are_drivers_to_check() -> None:
    assert {"serial_reader", "escpos_printer", "_template"} <= {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder_is_complete(folder: Path) -> None:
    expected = {"__init__.py", "driver.py", "protocol.py", "sim.py", "devices.toml", "quality.toml"}
    assert expected <= {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_quality_is_stated_and_proved(folder: Path) -> None:
    assert problems(folder, ROOT) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_known_devices_have_settings_the_driver_takes(folder: Path) -> None:
    descriptor = importlib.import_module(f"drivers.{folder.name}").descriptor
    assert isinstance(descriptor, DriverDescriptor)
    assert descriptor.name == folder.name
    devices = tomllib.loads((folder / "devices.toml").read_text("utf-8"))["device"]
    assert devices
    for device in devices:
        assert set(device) == {"name", "contract", "port", "source", "options"}
        descriptor.check_contract(device["contract"])
        descriptor.check_port(parse_port(device["port"]))
        descriptor.check_options(device["options"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[conformance]\nstatus = 'done'\n", "without evidence"),
        (
            "[conformance]\nstatus = 'done'\nevidence = ['tests/drivers/test_driver_folders.py::test_none']\n",
            "not there",
        ),
        ("[conformance]\nstatus = 'open'\n", "without a reason"),
        ("[conformance]\nstatus = 'good'\n", "'good'"),
        ("[conformance]\nstatus = 'open'\nreason = 'x'\nwhy = 'y'\n", "unknown key why"),
        ("[beauty]\nstatus = 'open'\nreason = 'x'\n", "rule beauty is unknown"),
        ("", "rule hardware is not answered"),
    ],
)
def test_empty_claims_are_found(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "quality.toml").write_text(text)
    assert any(problem in found for found in problems(tmp_path, ROOT))


def test_missing_quality_file_is_found(tmp_path: Path) -> None:
    assert problems(tmp_path, ROOT) == [f"{tmp_path / 'quality.toml'} is missing"]
