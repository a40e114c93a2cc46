"""The whole house on one machine: broker, head office and terminals whose devices and network are emulated at the wire."""

from __future__ import annotations

import asyncio
import getpass
import json
import secrets
import shutil
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from workbench.network import Link, Relay
from workbench.processes import Child, ChildFailed, run_once
from workbench.station import KIOSK, RUNNING_LUNCH, Plan, Station, refectory

STORE = "mensa-am-park"
MANAGER = "manager"
_READY_PATIENCE_S = 120.0

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


@dataclass(frozen=True)
class Options:
    """`folder` keeps all data; `plans` are the terminals; `window` opens them as windows instead of drawing them off screen.

    `guests` is how many guests another till serves as soon as the house is up; it then goes on, one after the other. With 0
    there is no such till.
    """

    folder: Path
    plans: tuple[Plan, ...] = (KIOSK,)
    window: bool = False
    guests: int = 0


class House:
    """Starts everything in order, holds the emulated devices, stops everything."""

    def __init__(self, options: Options, say: Callable[[str], None] = print) -> None:
        self.options = options
        self.say = say
        folder = options.folder.resolve()
        self.office_folder = folder / "head-office"
        self.logs = folder / "logs"
        self.broker_port = free_port()
        self.office_port = free_port()
        self.relays = (Relay(("127.0.0.1", self.broker_port)), Relay(("127.0.0.1", self.office_port)))
        self.stations = {plan.name: Station(plan, folder, self.logs) for plan in options.plans}
        self.lunch = self._lunch_station(folder) if options.guests else None
        self._starting_lunch: asyncio.Task[None] | None = None
        self.children: dict[str, Child] = {}
        self.badges: list[dict[str, Any]] = []
        self.barcodes: list[dict[str, Any]] = []
        self.password = ""

    def _lunch_station(self, folder: Path) -> Station:
        words = ("--people", str(folder / "crowd.json"), "--first", str(self.options.guests))
        return Station(RUNNING_LUNCH, folder, self.logs, "rehearse", words)

    @property
    def kiosk(self) -> Station:
        """The first terminal."""
        return next(iter(self.stations.values()))

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
        for folder in (self.office_folder / "keys", self.logs):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        await self._step("Broker", self._start_broker)
        await self._step("Head office: database, keys, canteen", self._prepare_office)
        await self._step("Head office: web and spool", self._start_office)
        for relay in self.relays:
            await relay.start()
        await self._step("Terminals: enrolment", partial(self._each, self._enrol))
        await self._step("Terminals: bridges and screens", partial(self._each, self._start_station))
        if self.lunch is not None:
            self._starting_lunch = asyncio.create_task(self._start_lunch(self.lunch))

    async def _start_lunch(self, station: Station) -> None:
        """Have made-up guests served at another till, while the terminals are up already."""
        try:
            await self._enrol(station)
            await station.bridge.start()
            for name in ("catalogues/current", "accounts.sqlite"):
                await self._until(station.bridge, (station.folder / name).exists)
            await station.terminal.start()
        except ChildFailed as error:
            self.say(f"  No lunch is running: {error}")

    async def _each(self, work: Callable[[Station], Awaitable[None]]) -> None:
        """Do the same with every terminal, side by side."""
        await asyncio.gather(*(work(station) for station in self.stations.values()))

    async def stop(self) -> None:
        """End every program that was started, the terminals first, and close the emulated devices."""
        if self._starting_lunch is not None:
            self._starting_lunch.cancel()
            await asyncio.gather(self._starting_lunch, return_exceptions=True)
        running = [*self.stations.values(), *([self.lunch] if self.lunch is not None else [])]
        for command in ("terminal", "bridge"):
            await asyncio.gather(*(getattr(station, command).stop() for station in running))
        for name in ("spool", "web", "broker"):
            if name in self.children:
                await self.children[name].stop()
        for relay in self.relays:
            await relay.stop()
        for station in self.stations.values():
            await asyncio.to_thread(station.close)

    async def set_network(self, link: Link) -> None:
        """Change what lies between the terminals and head office."""
        for relay in self.relays:
            await relay.set_link(link)

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
        crowd = {"cashier": known["cashiers"][1]["badge"], "crowd": known["crowd"]}
        (self.options.folder.resolve() / "crowd.json").write_text(json.dumps(crowd))
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

    async def _enrol(self, station: Station) -> None:
        station.configure("window" if self.options.window else "offscreen")
        words = refectory("enrol-request", "--config", str(station.configuration))
        request = await run_once("enrol-request", words, self.logs / "setup.log", {})
        request_path = station.folder / "enrolment-request.json"
        request_path.write_text(request)
        broker, web = self.relays
        await self.office(
            "enrol",
            "--request",
            str(request_path),
            "--store",
            STORE,
            "--role",
            station.plan.role,
            "--out",
            str(station.folder / "enrolment.json"),
            extra={
                "REFECTORY_BROKER": f"127.0.0.1:{broker.port}",
                "REFECTORY_URL": f"http://127.0.0.1:{web.port}",
            },
        )

    async def _start_station(self, station: Station) -> None:
        await station.bridge.start()
        await self._until(station.bridge, (station.folder / "catalogues" / "current").exists)
        await station.terminal.start()
        await self._until(station.terminal, lambda: _accepts(station.screen_socket))

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
