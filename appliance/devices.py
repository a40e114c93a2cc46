"""From the configuration's devices to running ones, by the drivers that are installed."""

from __future__ import annotations

import difflib

from appliance.badge_numbers import driver_options
from appliance.config import Config, ConfigError, DeviceConfig
from appliance.i18n import Translators
from appliance.store.slips import Printer, reprint_marker
from hal.contracts import cash_drawer, customer_display, receipt_printer
from hal.descriptor import DriverDescriptor
from hal.display_thread import DisplayHandle
from hal.errors import OptionError, PortError
from hal.ports import DevicePort
from hal.registry import drivers
from hal.supervisor import DrawerHandle, Supervisor
from sales.slip import WIDTHS, SlipLayout

SLIPS, KITCHEN = "slips", "kitchen"


def add_devices(supervisor: Supervisor, config: Config, translators: Translators) -> Printer | None:
    """Start every device of the configuration and return the printer of slips, if there is one.

    Raises `ConfigError` naming file, device and key for a driver, a port or an option that can never work; a device
    that is merely absent is no error.
    """
    installed = drivers()
    marker = reprint_marker(translators(config.terminal.language))
    # What hangs at another device comes after it.
    for device in sorted(config.devices, key=lambda device: isinstance(device.port, DevicePort)):
        descriptor = _driver(config, device, installed)
        try:
            supervisor.add(
                device.name,
                descriptor,
                device.port,
                driver_options(device),
                contract=device.contract,
                reprint_marker=marker,
            )
        except (OptionError, PortError, ImportError, AttributeError) as error:
            raise ConfigError(f"{config.path}: [devices.{device.name}]: {error}") from error
    return printer(supervisor, config, SLIPS)


def printer(supervisor: Supervisor, config: Config, role: str) -> Printer | None:
    """The first printer in `role`, None if there is none."""
    found = config.devices_for(receipt_printer.NAME, role)
    return supervisor.printer(found[0].name) if found else None


def drawer(supervisor: Supervisor, config: Config) -> DrawerHandle | None:
    """The cash drawer, None if there is none."""
    found = config.devices_for(cash_drawer.NAME)
    return supervisor.drawer(found[0].name) if found else None


def display(supervisor: Supervisor, config: Config) -> DisplayHandle | None:
    """The display that faces the guest, None if there is none."""
    found = config.devices_for(customer_display.NAME)
    return supervisor.display(found[0].name) if found else None


def slip_layout(config: Config, role: str = SLIPS) -> SlipLayout:
    """The widest layout that fits the paper of the printer in `role`."""
    installed = drivers()
    for device in config.devices_for(receipt_printer.NAME, role):
        columns = installed[device.driver].check_options(device.options).get("columns")
        if isinstance(columns, int):
            return SlipLayout(columns=max((width for width in WIDTHS if width <= columns), default=WIDTHS[0]))
    return SlipLayout()


def _driver(config: Config, device: DeviceConfig, installed: dict[str, DriverDescriptor]) -> DriverDescriptor:
    if device.driver in installed:
        return installed[device.driver]
    near = difflib.get_close_matches(device.driver, installed, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    names = ", ".join(sorted(installed)) or "none"
    raise ConfigError(
        f"{config.path}: devices.{device.name}.driver is {device.driver!r}{hint}; drivers installed here: {names}"
    )
