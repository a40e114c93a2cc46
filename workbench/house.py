"""The whole house on one machine: broker, head office and one kiosk whose devices and network are emulated at the wire."""

from __future__ import annotations

import asyncio
import getpass
import json
import secrets
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from workbench.network import Relay
from workbench.processes import Child, ChildFailed, run_once

TERMINAL = "kiosk-1"
STORE = "mensa-am-park"
MANAGER = "manager"
_READY_PATIENCE_S = 90.0

_TERMINAL_TOML = """\
[terminal]
id = "{terminal}"
role = "kiosk"
data_dir = "{data_dir}"
language = "en"
address = ["Parkweg 4", "70173 Stuttgart"]

[screen]
width = {width}
height = {height}
mode = "{mode}"
socket = "{screen_socket}"

[devices.badge]
contract = "badge_reader"
driver = "serial_reader"
port = "serial:{badge_path}?baud=9600"

[devices.scanner]
contract = "barcode_scanner"
driver = "serial_reader"
port = "serial:{scanner_path}?baud=9600"

[devices.printer]
contract = "receipt_printer"
driver = "escpos_printer"
port = "tcp:127.0.0.1:{printer_port}"
"""

_MOSQUITTO_CONF = """\
listener {port} 127.0.0.1
allow_anonymous true
user {user}
persistence true
persistence_location {folder}/
autosave_interval 30
set_tcp_nodelay true
max_queued_messages 0
log_dest stderr
log_type error
log_type warning
"""


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def simulator(name: str) -> Callable[..., Any]:
    """The simulator class of a driver, by its entry point `refectory.simulators`."""
    (found,) = entry_points(group="refectory.simulators", name=name)
    loaded: Callable[..., Any] = found.load()
    return loaded


@dataclass(frozen=True)
class Options:
    """`folder` keeps all data; `size` is (width, height) in pixels; `window` opens the kiosk as a window instead of drawing it off screen."""

    folder: Path
    size: tuple[int, int]
    window: bool


class House:
    """Starts everything in order, holds the emulated devices, stops everything."""

    def __init__(self, options: Options, say: Callable[[str], None] = print) -> None:
        self.options = options
        self.say = say
        folder = options.folder.resolve()
        self.office_folder = folder / "head-office"
        self.terminal_folder = folder / TERMINAL
        self.logs = folder / "logs"
        self.screen_socket = self.terminal_folder / "sockets" / "screen.sock"
        self.broker_port = free_port()
        self.office_port = free_port()
        self.relays = (Relay(("127.0.0.1", self.broker_port)), Relay(("127.0.0.1", self.office_port)))
        self.badge_reader = simulator("serial_reader")()
        self.scanner = simulator("serial_reader")()
        self.printer = simulator("escpos_printer")()
        self.children: dict[str, Child] = {}
        self.badges: list[dict[str, Any]] = []
        self.barcodes: list[dict[str, Any]] = []
        self.password = ""

    @property
    def office_url(self) -> str:
        """Where the manager's browser goes: head office itself, not through the network that can be cut."""
        return f"http://127.0.0.1:{self.office_port}/"

    def _environment(self) -> dict[str, str]:
        return {
            "REFECTORY_DATA": str(self.office_folder),
            "REFECTORY_BROKER": f"127.0.0.1:{self.broker_port}",
            "REFECTORY_URL": self.office_url.rstrip("/"),
            "REFECTORY_ALLOWED_HOSTS": "127.0.0.1,localhost",
            "REFECTORY_SECRET_KEY_FILE": str(self.office_folder / "keys" / "django.key"),
        }

    async def office(self, *words: str, extra: dict[str, str] | None = None) -> str:
        """Run a management command of head office to its end and return what it printed. Raises ChildFailed."""
        environment = self._environment() | (extra or {})
        return await run_once(
            f"head-office {words[0]}", refectory("head-office", *words), self.logs / "setup.log", environment
        )

    async def start(self) -> None:
        """Bring the house up; every step says what it does and how long it took.

        Raises ChildFailed when a step fails, with the end of its log.
        """
        for folder in (self.office_folder / "keys", self.terminal_folder / "sockets", self.logs):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        await self._step("Broker", self._start_broker)
        await self._step("Head office: database, keys, canteen", self._prepare_office)
        await self._step("Head office: web and spool", self._start_office)
        await self._step("Kiosk: enrolment", self._enrol)
        await self._step("Kiosk: bridge and screen", self._start_terminal)

    async def stop(self) -> None:
        """End every program that was started, the terminal first, and close the emulated devices."""
        for name in ("terminal", "bridge", "spool", "web", "broker"):
            if name in self.children:
                await self.children[name].stop()
        for relay in self.relays:
            await relay.stop()
        for device in (self.badge_reader, self.scanner, self.printer):
            await asyncio.to_thread(device.close)

    async def _step(self, title: str, work: Callable[[], Any]) -> None:
        started = time.monotonic()
        await work()
        self.say(f"  {title} ({time.monotonic() - started:.1f} s)")

    async def _child(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> Child:
        child = Child(name, command, self.logs / f"{name}.log", environment or {})
        self.children[name] = child
        await child.start()
        return child

    async def _start_broker(self) -> None:
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        folder = self.options.folder.resolve() / "broker"
        folder.mkdir(exist_ok=True)
        configuration = folder / "mosquitto.conf"
        configuration.write_text(_MOSQUITTO_CONF.format(port=self.broker_port, user=getpass.getuser(), folder=folder))
        child = await self._child("broker", [program, "-c", str(configuration)])
        await self._until(child, lambda: _listens(self.broker_port))

    async def _prepare_office(self) -> None:
        await self.office("init_keys")
        await self.office("migrate", "--no-input")
        badges = self.options.folder.resolve() / "badges.json"
        await self.office("seed_demo", "--badges-json", str(badges))
        known = json.loads(badges.read_text())
        self.badges, self.barcodes = known["badges"], known["barcodes"]
        await self.office("publish", "--store", STORE)
        self.password = await self._manager_password()

    async def _manager_password(self) -> str:
        """The back office password of this demonstration: made once, kept in a file only its owner may read."""
        path = self.office_folder / "keys" / "manager-password"
        if not path.exists():
            password = secrets.token_urlsafe(9)
            await self.office(
                "createsuperuser",
                "--no-input",
                "--username",
                MANAGER,
                "--email",
                "manager@example.org",
                extra={"DJANGO_SUPERUSER_PASSWORD": password},
            )
            path.touch(mode=0o600)
            path.write_text(password)
        return path.read_text()

    async def _start_office(self) -> None:
        web = await self._child(
            "web",
            refectory("head-office", "serve", "--host", "127.0.0.1", "--port", str(self.office_port)),
            self._environment(),
        )
        await self._child("spool", refectory("head-office", "spool"), self._environment())
        await self._until(web, lambda: _answers(self.office_url + "admin/login/"))

    async def _enrol(self) -> None:
        for relay in self.relays:
            await relay.start()
        width, height = self.options.size
        configuration = self.terminal_folder / "terminal.toml"
        configuration.write_text(
            _TERMINAL_TOML.format(
                terminal=TERMINAL,
                data_dir=self.terminal_folder,
                width=width,
                height=height,
                mode="window" if self.options.window else "offscreen",
                screen_socket=self.screen_socket,
                badge_path=self.badge_reader.path,
                scanner_path=self.scanner.path,
                printer_port=self.printer.port,
            )
        )
        request = await run_once(
            "enrol-request", refectory("enrol-request", "--config", str(configuration)), self.logs / "setup.log", {}
        )
        request_path = self.terminal_folder / "enrolment-request.json"
        request_path.write_text(request)
        broker, web = self.relays
        await self.office(
            "enrol",
            "--request",
            str(request_path),
            "--store",
            STORE,
            "--out",
            str(self.terminal_folder / "enrolment.json"),
            extra={
                "REFECTORY_BROKER": f"127.0.0.1:{broker.port}",
                "REFECTORY_URL": f"http://127.0.0.1:{web.port}",
            },
        )

    async def _start_terminal(self) -> None:
        configuration = str(self.terminal_folder / "terminal.toml")
        bridge = await self._child("bridge", refectory("bridge", "--config", configuration))
        await self._until(bridge, (self.terminal_folder / "catalogues" / "current").exists)
        terminal = await self._child("terminal", refectory("terminal", "--config", configuration))
        await self._until(terminal, lambda: _accepts(self.screen_socket))

    async def _until(self, child: Child, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _READY_PATIENCE_S
        while not await asyncio.to_thread(ready):
            if not child.running and child.starts > 2:
                raise ChildFailed(f"{child.name} does not stay up; log: {child.log_path}\n{child.log_tail()}")
            if time.monotonic() > deadline:
                raise ChildFailed(
                    f"{child.name} is not ready after {_READY_PATIENCE_S:.0f} s; log: {child.log_path}\n{child.log_tail()}"
                )
            await asyncio.sleep(0.1)


def refectory(*words: str) -> list[str]:
    """The command line that runs `refectory` with this Python."""
    return [sys.executable, "-m", "appliance.cli", *words]


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - an http address on the loopback interface, made here
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
