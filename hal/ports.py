"""Where a device is attached, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from hal.contracts.device import Device
from hal.errors import PortError

EXAMPLES = (
    "serial:/dev/ttyUSB0?baud=9600&parity=E, tcp:192.0.2.10:9100, usb:04b8:0202, usb:printer, "
    "input:/dev/input/by-id/... or device:printer"
)


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A serial line. `baud` in bit/s, `bytesize` and `stopbits` in bits, `parity` one of N, E, O."""

    path: str
    baud: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: int = 1

    def __str__(self) -> str:
        return f"serial:{self.path}?baud={self.baud}"


@dataclass(frozen=True, slots=True)
class TcpPort:
    """A host name or address and a port number."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"tcp:{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class UsbPort:
    """A USB device by vendor and product id, and by serial number where two of a kind are plugged in."""

    vendor_id: int
    product_id: int
    serial: str | None = None

    def __str__(self) -> str:
        return f"usb:{self.vendor_id:04x}:{self.product_id:04x}" + (f":{self.serial}" if self.serial else "")


@dataclass(frozen=True, slots=True)
class UsbClassPort:
    """The only USB device of a class, whoever made it; by serial number where two are plugged in."""

    device_class: str
    serial: str | None = None

    def __str__(self) -> str:
        return f"usb:{self.device_class}" + (f":{self.serial}" if self.serial else "")


@dataclass(frozen=True, slots=True)
class InputPort:
    """One input device of the kernel by the path of its event file; below by-id or by-path it survives a restart."""

    path: str

    def __str__(self) -> str:
        return f"input:{self.path}"


@dataclass(frozen=True, slots=True)
class DevicePort:
    """A connector of another device, by that device's name in the configuration.

    `device` is that device, open, once a driver is asked to work on it; nothing else may use it for longer than a call.
    """

    name: str
    device: Device | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"device:{self.name}"


Port = SerialPort | TcpPort | UsbPort | UsbClassPort | InputPort | DevicePort

USB_CLASSES = ("printer",)
_BYTESIZES = (5, 6, 7, 8)
_PARITIES = ("N", "E", "O")
_STOPBITS = (1, 2)


def parse_port(text: str) -> Port:
    """Return the port that `text` describes; raises `PortError`, which shows the text and what is expected."""
    kind, separator, rest = text.partition(":")
    if separator and rest:
        if kind == "serial":
            return _parse_serial(text, rest)
        if kind == "tcp":
            return _parse_tcp(text, rest)
        if kind == "usb":
            return _parse_usb(text, rest)
        if kind == "input":
            return _parse_input(text, rest)
        if kind == "device":
            return DevicePort(rest)
    raise PortError(f"port {text!r} is not understood; write for example {EXAMPLES}")


def _parse_serial(text: str, rest: str) -> SerialPort:
    path, _, query = rest.partition("?")
    if not path:
        raise PortError(f"port {text!r} names no device file; write for example {EXAMPLES}")
    settings: dict[str, str] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key not in ("baud", "bytesize", "parity", "stopbits"):
            raise PortError(f"port {text!r}: unknown setting {key!r}; known are baud, bytesize, parity, stopbits")
        settings[key] = value
    parity = settings.get("parity", "N").upper()
    if parity not in _PARITIES:
        raise PortError(f"port {text!r}: parity must be one of {', '.join(_PARITIES)}")
    return SerialPort(
        path,
        baud=_number(text, "baud", settings.get("baud", "9600"), range(50, 4_000_001)),
        bytesize=_number(text, "bytesize", settings.get("bytesize", "8"), _BYTESIZES),
        parity=parity,
        stopbits=_number(text, "stopbits", settings.get("stopbits", "1"), _STOPBITS),
    )


def _parse_tcp(text: str, rest: str) -> TcpPort:
    host, separator, number = rest.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not separator or not host:
        raise PortError(f"port {text!r} needs a host and a port number, as in tcp:192.0.2.10:9100")
    return TcpPort(host, _number(text, "port number", number, range(1, 65536)))


def _parse_usb(text: str, rest: str) -> UsbPort | UsbClassPort:
    device_class, _, serial = rest.partition(":")
    if device_class in USB_CLASSES:
        return UsbClassPort(device_class, serial or None)
    found = re.fullmatch(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?", rest)
    if found is None:
        raise PortError(f"port {text!r} needs vendor and product id in four hex digits each, as in usb:04b8:0202")
    return UsbPort(int(found[1], 16), int(found[2], 16), found[3])


def _parse_input(text: str, rest: str) -> InputPort:
    if not rest.startswith("/dev/input/"):
        raise PortError(f"port {text!r} needs the path of an event file, as in input:/dev/input/by-id/...-event-kbd")
    return InputPort(rest)


def _number(text: str, name: str, value: str, allowed: range | tuple[int, ...]) -> int:
    if not value.isdecimal() or int(value) not in allowed:
        limits = f"{allowed[0]} to {allowed[-1]}"
        raise PortError(f"port {text!r}: {name} must be a number from {limits}, not {value!r}")
    return int(value)
