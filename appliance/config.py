"""The terminal's one configuration file (TOML).

Every key is read exactly once and by name; a key nobody reads is an error that names the file, the key and what is
expected there, so a typing mistake never becomes a silent default.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hal.ports import Port, parse_port

LANGUAGES = ("en", "fr", "de", "es")
ROLES = ("kiosk", "till", "pickup", "pass_through")
PICKUP_VIEWS = ("kitchen", "guests")
SCREEN_MODES = ("window", "offscreen", "fullscreen")
CONTRACTS = ("badge_reader", "receipt_printer", "barcode_scanner", "cash_drawer", "customer_display")
PRINTER_ROLES = ("slips", "kitchen")
TRANSFER_MODES = ("immediate", "every", "times", "shift_end", "service_end", "by_hand")
TIME_PATTERN = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class ConfigError(Exception):
    """The configuration cannot be used; the message names the file, the key and what is expected there."""


@dataclass(frozen=True)
class TerminalConfig:
    """`address` is what the slip prints under the store's name; `pickup_start` is the first pick-up number of a day.

    With less than `reserve_mb` (10^6 bytes) free on its disk the terminal takes no sale.
    """

    id: str
    data_dir: Path
    role: str = "kiosk"
    language: str = "en"
    address: tuple[str, ...] = ()
    pickup_start: int = 1
    reserve_mb: int = 16


@dataclass(frozen=True)
class ScreenConfig:
    """Size in pixels; `socket` is the path on which the screen is served, or empty for not at all; `diagonal_mm` is the
    diagonal of the screen, from which buttons get their size for fingers, or 0 where it is not known."""

    width: int = 1080
    height: int = 1920
    mode: str = "window"
    socket: str = ""
    diagonal_mm: int = 0


@dataclass(frozen=True)
class IdleConfig:
    """Seconds without a touch until the warning, until the order is dropped, and until the last screen leaves."""

    warning_after_s: int = 45
    reset_after_s: int = 60
    done_after_s: int = 15


@dataclass(frozen=True)
class PickupConfig:
    """Who reads a pick-up screen: the kitchen, which touches it, or guests."""

    view: str = "guests"


@dataclass(frozen=True)
class TransferConfig:
    """When the terminal sends what it wrote to head office; `times` are local times of the store, "HH:MM"."""

    mode: str = "immediate"
    every_minutes: int = 60
    times: tuple[str, ...] = ()


@dataclass(frozen=True)
class JournalConfig:
    """Entries stay in the journal for at least `keep_days`; then they are archived and leave it, if head office has them in a
    backup. On a disk that is 80 % full they leave after a week."""

    keep_days: int = 400


@dataclass(frozen=True)
class DeviceConfig:
    """One device: what it is for, which driver speaks to it, where it is attached, and the driver's own options.

    `role` tells printers apart: "slips" or "kitchen".
    """

    name: str
    contract: str
    driver: str
    port: Port
    options: Mapping[str, Any] = field(default_factory=dict)
    role: str = ""

    @property
    def purpose(self) -> str:
        """What people miss when it does not work: its contract, but for the kitchen's printer."""
        return "kitchen_printer" if self.role == "kitchen" else self.contract


@dataclass(frozen=True)
class Config:
    path: Path
    terminal: TerminalConfig
    screen: ScreenConfig
    idle: IdleConfig
    pickup: PickupConfig
    transfer: TransferConfig
    journal: JournalConfig
    devices: tuple[DeviceConfig, ...]

    def devices_for(self, contract: str, role: str | None = None) -> tuple[DeviceConfig, ...]:
        """The devices that serve `contract`, in the order of the file; only those in `role` if one is given."""
        return tuple(device for device in self.devices if device.contract == contract and role in (None, device.role))


def load(path: Path) -> Config:
    """Read the configuration at `path`; raises `ConfigError`. Relative paths in it count from its folder."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); name an existing file with --config") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error

    root = _Section(path, "", document)
    terminal = _terminal(root.section("terminal", required=True))
    screen = _screen(root.section("screen"))
    idle = _idle(root.section("idle"))
    pickup = _pickup(root.section("pickup"))
    transfer = _transfer(root.section("transfer"), terminal.role)
    journal = _journal(root.section("journal"))
    devices = root.section("devices")
    found = tuple(_device(devices.section(name)) for name in devices.names())
    devices.finish()
    root.finish()
    return Config(path, terminal, screen, idle, pickup, transfer, journal, found)


def unknown_key(path: Path, where: str, key: str, known: Sequence[str]) -> ConfigError:
    """The error for a key nobody reads, with the nearest known key as a suggestion."""
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    expected = ", ".join(known) if known else "nothing"
    return ConfigError(f"{path}: {where} has an unknown key {key!r}{hint}; expected here: {expected}")


class _Section:
    """One table of the file, which remembers the keys that were asked for."""

    def __init__(self, path: Path, name: str, values: Mapping[str, Any]) -> None:
        self.path = path
        self.name = name
        self._values = values
        self._asked: list[str] = []

    def names(self) -> tuple[str, ...]:
        return tuple(self._values)

    def section(self, name: str, required: bool = False) -> _Section:
        self._asked.append(name)
        full = f"{self.name}.{name}" if self.name else name
        value = self._values.get(name)
        if value is None:
            if required:
                raise ConfigError(f"{self.path}: the table [{full}] is missing")
            value = {}
        if not isinstance(value, dict):
            raise ConfigError(f"{self.path}: {full} must be a table: write [{full}]")
        return _Section(self.path, full, value)

    def text(self, key: str, default: str | None = None, choices: Sequence[str] = ()) -> str:
        value = self._take(key, default, str, "a text in quotes")
        if choices and value not in choices:
            near = difflib.get_close_matches(value, choices, n=1, cutoff=0.6)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise self.error(key, f"is {value!r}{hint}; expected one of {', '.join(choices)}")
        return str(value)

    def whole(self, key: str, default: int, minimum: int, maximum: int) -> int:
        value = self._take(key, default, int, "a whole number")
        if not minimum <= value <= maximum:
            raise self.error(key, f"is {value}; expected {minimum} to {maximum}")
        return int(value)

    def texts(self, key: str, example: str = '["Parkweg 1", "80331 München"]') -> tuple[str, ...]:
        value = self._take(key, [], list, f"a list of texts such as {example}")
        if not all(isinstance(entry, str) for entry in value):
            raise self.error(key, f"must be a list of texts such as {example}")
        return tuple(value)

    def rest(self) -> dict[str, Any]:
        """Every key not asked for yet; whoever takes them checks them."""
        rest = {key: value for key, value in self._values.items() if key not in self._asked}
        self._asked.extend(rest)
        return rest

    def finish(self) -> None:
        for key in self._values:
            if key not in self._asked:
                raise unknown_key(self.path, self._where(), key, self._asked)

    def error(self, key: str, problem: str) -> ConfigError:
        return ConfigError(f"{self.path}: {self.name}.{key} {problem}")

    def _where(self) -> str:
        return f"[{self.name}]" if self.name else "the file"

    def _take(self, key: str, default: Any, kind: type, expected: str) -> Any:
        self._asked.append(key)
        if key not in self._values:
            if default is None:
                raise self.error(key, f"is missing; expected {expected}")
            return default
        value = self._values[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.error(key, f"is {value!r}; expected {expected}")
        return value


def _terminal(section: _Section) -> TerminalConfig:
    terminal_id = section.text("id")
    if not ID_PATTERN.fullmatch(terminal_id):
        raise section.error("id", f"is {terminal_id!r}; expected 1 to 40 of a-z, 0-9 and '-', such as kiosk-1")
    role = section.text("role", "kiosk", ROLES)
    data_dir = section.path.parent / section.text("data_dir")
    language = section.text("language", "en", LANGUAGES)
    address = section.texts("address")
    pickup_start = section.whole("pickup_start", _pickup_start(terminal_id, role), 1, 999)
    reserve_mb = section.whole("reserve_mb", 16, 1, 10**9)
    section.finish()
    return TerminalConfig(terminal_id, data_dir, role, language, address, pickup_start, reserve_mb)


def _pickup_start(terminal_id: str, role: str) -> int:
    """kiosk-1 begins at 101, kiosk-2 at 201, till-1 at 601: two terminals do not call the same number at the same time."""
    trailing = re.search(r"(\d+)$", terminal_id)
    return (int(trailing[1]) * 100 if trailing else 0) % 500 + (1 if role == "kiosk" else 501)


def _screen(section: _Section) -> ScreenConfig:
    width = section.whole("width", 1080, 320, 7680)
    height = section.whole("height", 1920, 320, 7680)
    diagonal_mm = section.whole("diagonal_mm", 0, 0, 3000)
    mode = section.text("mode", "window", SCREEN_MODES)
    socket = section.text("socket", "")
    section.finish()
    return ScreenConfig(width, height, mode, str(section.path.parent / socket) if socket else "", diagonal_mm)


def _journal(section: _Section) -> JournalConfig:
    keep_days = section.whole("keep_days", 400, 8, 36500)
    section.finish()
    return JournalConfig(keep_days)


def _pickup(section: _Section) -> PickupConfig:
    view = section.text("view", "guests", PICKUP_VIEWS)
    section.finish()
    return PickupConfig(view)


def _idle(section: _Section) -> IdleConfig:
    warning_after_s = section.whole("warning_after_s", 45, 5, 3600)
    reset_after_s = section.whole("reset_after_s", 60, 6, 3600)
    done_after_s = section.whole("done_after_s", 15, 2, 600)
    section.finish()
    if reset_after_s <= warning_after_s:
        raise section.error(
            "reset_after_s", f"is {reset_after_s}; expected more than warning_after_s ({warning_after_s})"
        )
    return IdleConfig(warning_after_s, reset_after_s, done_after_s)


def _transfer(section: _Section, role: str) -> TransferConfig:
    """A key that its mode does not use is an error too: whoever wrote it expects something of it."""
    mode = section.text("mode", "immediate", TRANSFER_MODES)
    every_minutes = section.whole("every_minutes", 60, 1, 1440) if mode == "every" else 60
    times = section.texts("times", '["10:30", "14:30"]') if mode == "times" else ()
    section.finish()
    for moment in times:
        if not TIME_PATTERN.fullmatch(moment):
            raise section.error("times", f"has {moment!r}; expected times from 00:00 to 23:59, such as 14:30")
    if mode == "times" and not times:
        raise section.error("times", 'is empty; with mode "times" it must hold at least one, such as ["14:30"]')
    if mode == "shift_end" and role != "till":
        raise section.error("mode", f'is "shift_end", but only a till has shifts and this terminal is a {role}')
    return TransferConfig(mode, every_minutes, times)


def _device(section: _Section) -> DeviceConfig:
    name = section.name.removeprefix("devices.")
    if not ID_PATTERN.fullmatch(name):
        raise ConfigError(f"{section.path}: [{section.name}]: a device's name is 1 to 40 of a-z, 0-9 and '-'")
    contract = section.text("contract", choices=CONTRACTS)
    driver = section.text("driver")
    port_text = section.text("port")
    try:
        port = parse_port(port_text)
    except ValueError as error:
        raise section.error("port", f"is {port_text!r}: {error}") from error
    role = section.text("role", PRINTER_ROLES[0], PRINTER_ROLES) if contract == "receipt_printer" else ""
    return DeviceConfig(name, contract, driver, port, section.rest(), role)
