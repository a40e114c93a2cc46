"""Drivers are found where they are installed, and a broken one is named instead of breaking the terminal."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from hal.descriptor import DriverDescriptor, OptionSpec
from hal.errors import OptionError, PortError
from hal.ports import SerialPort, TcpPort
from hal.registry import DRIVERS_GROUP, Outcome, drivers, load_results, simulator

DESCRIPTOR = DriverDescriptor(
    name="sample",
    title="Sample",
    contracts=("badge_reader", "barcode_scanner"),
    ports=(SerialPort,),
    open="drivers.serial_reader.driver:open_device",
    options=(
        OptionSpec("frame", "cr", "how a number ends", choices=("cr", "lf")),
        OptionSpec("gap_s", 0.5, "longest gap", minimum=0.1, maximum=2.0),
        OptionSpec("length", 4, "characters"),
        OptionSpec("beep", False, "whether to beep"),
    ),
)


def test_installed_drivers_are_found_with_their_simulators() -> None:
    found = drivers()
    names = {"evdev_wedge", "serial_reader", "escpos_printer", "printer_drawer", "serial_display"}
    assert names <= set(found)
    assert "badge_reader" in found["serial_reader"].contracts
    for name in names:
        assert hasattr(simulator(name), "unplug")


def test_unknown_simulator_is_answered_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match="escpos_printer"):
        simulator("no_such_driver")


def test_broken_drivers_are_named_and_the_others_still_load() -> None:
    results = load_results(
        [
            EntryPoint("absent", "no_such_package:descriptor", DRIVERS_GROUP),
            EntryPoint("nameless", "drivers.serial_reader:no_such_name", DRIVERS_GROUP),
            EntryPoint("number", "math:pi", DRIVERS_GROUP),
            EntryPoint("other_name", "drivers.serial_reader:descriptor", DRIVERS_GROUP),
            EntryPoint("serial_reader", "drivers.serial_reader:descriptor", DRIVERS_GROUP),
            EntryPoint("serial_reader", "drivers.serial_reader:descriptor", DRIVERS_GROUP),
        ]
    )
    assert [(result.name, result.outcome) for result in results] == [
        ("absent", Outcome.IMPORT_FAILED),
        ("nameless", Outcome.IMPORT_FAILED),
        ("number", Outcome.NOT_A_DESCRIPTOR),
        ("other_name", Outcome.NAME_MISMATCH),
        ("serial_reader", Outcome.LOADED),
        ("serial_reader", Outcome.DUPLICATE),
    ]
    assert "no_such_package" in results[0].detail


def test_listing_drivers_imports_no_vendor_library() -> None:
    program = (
        "import sys; from hal.registry import drivers; assert drivers();"
        "print([name for name in ('serial', 'escpos', 'PIL') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_options_are_filled_in() -> None:
    assert DESCRIPTOR.check_options({"gap_s": 1}) == {"frame": "cr", "gap_s": 1.0, "length": 4, "beep": False}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"fram": "cr"}, "unknown option fram"),
        ({"frame": "crlf"}, "one of cr, lf"),
        ({"gap_s": 5.0}, "between 0.1 and 2.0"),
        ({"gap_s": "1"}, "must be a number"),
        ({"length": True}, "whole number"),
        ({"beep": 1}, "true or false"),
    ],
)
def test_wrong_options_name_driver_and_option(given: dict[str, object], named: str) -> None:
    with pytest.raises(OptionError) as caught:
        DESCRIPTOR.check_options(given)
    assert named in str(caught.value)
    assert "driver sample" in str(caught.value)


def test_contract_and_port_must_fit_the_driver() -> None:
    assert DESCRIPTOR.check_contract(None) == "badge_reader"
    with pytest.raises(OptionError, match="not cash_drawer"):
        DESCRIPTOR.check_contract("cash_drawer")
    with pytest.raises(PortError, match="SerialPort"):
        DESCRIPTOR.check_port(TcpPort("host", 9100))
