"""From a port to the event files of one reader, by what udev knows."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pyudev

from hal.errors import DeviceError, DeviceUnplugged
from hal.ports import InputPort, UsbPort

_EVENT_FILE = re.compile(r"/dev/input/event\d+")


def event_files(port: UsbPort | InputPort) -> list[str]:
    """Return the event files of the one device at `port`.

    Raises `DeviceUnplugged` when there is none, `DeviceError` when several devices of the kind are plugged in.
    """
    if isinstance(port, InputPort):
        return [port.path]
    found: dict[str, list[str]] = defaultdict(list)
    for device in pyudev.Context().list_devices(subsystem="input"):
        if device.device_node and _EVENT_FILE.fullmatch(device.device_node) and _is_wanted(device.parent, port):
            found[_place(device.parent)].append(device.device_node)
    if not found:
        raise DeviceUnplugged(f"{port}: no input device of this kind is plugged in")
    if len(found) > 1:
        raise DeviceError(
            f"{port}: {len(found)} such devices are plugged in; add the serial number, "
            "or write input:/dev/input/by-path/... for the socket"
        )
    return sorted(next(iter(found.values())))


def _is_wanted(device: Any, port: UsbPort) -> bool:
    if device is None or port.serial not in (None, _text(device, "uniq")):
        return False
    return (_text(device, "id/vendor"), _text(device, "id/product")) == (
        f"{port.vendor_id:04x}",
        f"{port.product_id:04x}",
    )


def _place(device: Any) -> str:
    """Where it is plugged in, the same for all keyboards of one reader."""
    return re.sub(r"/input\d+$", "", _text(device, "phys")) or str(device.sys_path)


def _text(device: Any, attribute: str) -> str:
    value = device.attributes.get(attribute) or b""
    return bytes(value).decode("utf-8", "replace").strip()
