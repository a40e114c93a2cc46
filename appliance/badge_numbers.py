"""How each badge reader writes numbers, by the configuration, and the one spelling they all get."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from appliance.config import Config, ConfigError, DeviceConfig
from hal.bus import Publisher
from hal.contracts import badge_reader
from hal.events import BadgePresented, Event
from masterdata.badges import AS_TEXT, BadgeFormat, canonical

log = logging.getLogger(__name__)

KEYS = {"format": "radix", "byte_order": "byte_order", "bytes": "bytes"}
"""The keys of a badge reader's section that are no options of its driver, and the fields of `BadgeFormat` they set."""


class BadgeBus:
    """Publishes on another bus, with the numbers of badges in one spelling whatever their readers give."""

    def __init__(self, bus: Publisher, formats: Mapping[str, BadgeFormat]) -> None:
        self._bus, self._formats = bus, formats

    def publish(self, event: Event) -> None:
        """See `Publisher.publish`. A number that is not of its reader's format stays as it was read, and is logged about."""
        if isinstance(event, BadgePresented) and event.device in self._formats:
            try:
                event = replace(event, number=canonical(event.number, self._formats[event.device]))
            except ValueError as problem:
                log.warning("device %s: %s", event.device, problem)
        self._bus.publish(event)


def badge_formats(config: Config) -> dict[str, BadgeFormat]:
    """Return the formats of the badge readers that give no plain text, by device. Raises `ConfigError`."""
    formats = {device.name: _format(config, device) for device in config.devices_for(badge_reader.NAME)}
    return {name: format for name, format in formats.items() if format != AS_TEXT}


def driver_options(device: DeviceConfig) -> Mapping[str, Any]:
    """Return the device's options that are meant for its driver."""
    if device.contract != badge_reader.NAME:
        return device.options
    return {key: value for key, value in device.options.items() if key not in KEYS}


def _format(config: Config, device: DeviceConfig) -> BadgeFormat:
    given = {field: device.options[key] for key, field in KEYS.items() if key in device.options}
    for key, kind, expected in (("radix", str, "text"), ("byte_order", str, "text"), ("bytes", int, "a whole number")):
        if key in given and type(given[key]) is not kind:
            raise ConfigError(f"{config.path}: [devices.{device.name}]: {given[key]!r} is not {expected}")
    try:
        return BadgeFormat(**given)
    except ValueError as problem:
        raise ConfigError(f"{config.path}: [devices.{device.name}]: {problem}") from problem
