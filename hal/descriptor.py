"""How a driver describes itself before it is loaded: data only, so that listing drivers imports no vendor library."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hal.contracts.device import Device
from hal.errors import OptionError, PortError
from hal.ports import Port

OptionValue = str | int | float | bool
Options = Mapping[str, OptionValue]


class OpenDevice(Protocol):
    """The function a driver opens a device with."""

    def __call__(self, port: Port, contract: str, options: Options) -> Device:
        """Open `port` for `contract`; `options` are complete and checked. Raises `hal.errors.DeviceError`."""


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One setting of a driver: its default gives the type; `choices` or `minimum`/`maximum` bound the value."""

    name: str
    default: OptionValue
    meaning: str
    choices: tuple[OptionValue, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def check(self, driver: str, value: object) -> OptionValue:
        """Return `value` in the option's type; raises `OptionError`, which names driver, option and what is allowed."""
        kind = type(self.default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind or not isinstance(value, (str, int, float, bool)):
            raise OptionError(f"driver {driver}: option {self.name} must be a {_KINDS[kind]}, not {value!r}")
        if self.choices and value not in self.choices:
            allowed = ", ".join(map(str, self.choices))
            raise OptionError(f"driver {driver}: option {self.name} must be one of {allowed}, not {value!r}")
        if isinstance(value, (int, float)) and (
            (self.minimum is not None and value < self.minimum) or (self.maximum is not None and value > self.maximum)
        ):
            raise OptionError(
                f"driver {driver}: option {self.name} must lie between {self.minimum} and {self.maximum}, not {value!r}"
            )
        return value


_KINDS: dict[type, str] = {str: "text", int: "whole number", float: "number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class DriverDescriptor:
    """What a driver can do. `open` is "module:function", resolved only when a device is opened."""

    name: str
    title: str
    contracts: tuple[str, ...]
    ports: tuple[type[Port], ...]
    open: str
    options: tuple[OptionSpec, ...] = ()

    def check_options(self, given: Mapping[str, object]) -> dict[str, OptionValue]:
        """Return all options with defaults filled in; raises `OptionError` for an unknown name or a wrong value."""
        known = {option.name: option for option in self.options}
        for name in given:
            if name not in known:
                names = ", ".join(known) or "none"
                raise OptionError(f"driver {self.name}: unknown option {name}; its options are: {names}")
        return {
            name: option.check(self.name, given[name]) if name in given else option.default
            for name, option in known.items()
        }

    def check_contract(self, contract: str | None) -> str:
        """Return `contract`, or the driver's first one for None; raises `OptionError` when it does not serve it."""
        if contract is None:
            return self.contracts[0]
        if contract not in self.contracts:
            raise OptionError(f"driver {self.name} serves {', '.join(self.contracts)}, not {contract}")
        return contract

    def check_port(self, port: Port) -> None:
        """Raises `PortError` when the driver cannot use this kind of port."""
        if not isinstance(port, self.ports):
            kinds = ", ".join(kind.__name__ for kind in self.ports)
            raise PortError(f"driver {self.name} works on {kinds}, not on {port}")

    def load(self) -> OpenDevice:
        """Import the driver and return its opening function; raises `ImportError` or `AttributeError`."""
        module, _, function = self.open.partition(":")
        opener: OpenDevice = getattr(importlib.import_module(module), function)
        return opener
