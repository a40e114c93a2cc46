"""The workbench page: the terminals' live screens, their slips, their emulated devices and the network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from workbench.house import MANAGER, House
from workbench.network import Link
from workbench.office import OfficeWindow
from workbench.screen import ScreenClient
from workbench.station import Station

_PAGE = Path(__file__).parent / "page"


class Workbench:
    """Serves the page for one house.

    Everything goes through one WebSocket: state as JSON and frames (one byte for the terminal's place in the state's
    list, then JPEG) to the page, touches and commands back.
    """

    def __init__(self, house: House) -> None:
        self.house = house
        self._stations = list(house.stations.values())
        self._link = Link.UP
        self._clients: set[_Client] = set()
        self._frames: dict[int, bytes] = {}
        self._up = dict.fromkeys(house.stations, False)
        self._last_state = ""
        self._screens = {
            station.plan.name: ScreenClient(
                station.screen_socket, partial(self._frame, index), partial(self._screen_link, station.plan.name)
            )
            for index, station in enumerate(self._stations)
        }
        self._office = OfficeWindow(house)
        self._loop: asyncio.AbstractEventLoop | None = None

    def application(self) -> web.Application:
        """The aiohttp application; its background tasks start and end with it."""
        app = web.Application(middlewares=[_only_this_machine])
        app.router.add_get("/", self._index)
        app.router.add_get("/live", self._live)
        app.router.add_get("/slips/{station}/{device}/{number:[0-9]+}.png", self._slip)
        app.router.add_static("/page/", _PAGE)
        self._office.add_routes(app.router)
        app.cleanup_ctx.append(self._background)
        return app

    async def _background(self, app: web.Application) -> Any:
        self._loop = asyncio.get_running_loop()
        devices = [device for station in self._stations for device in station.devices.values()]
        watched = [device for device in devices if hasattr(device, "on_change")]
        for device in watched:
            device.on_change = self._changed_elsewhere
        tasks = [asyncio.create_task(screen.run()) for screen in self._screens.values()]
        yield
        for device in watched:
            device.on_change = None
        for task in tasks:
            task.cancel()
        await self._office.close()

    def _changed_elsewhere(self, *_: object) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._broadcast_state)

    def _frame(self, index: int, jpeg: bytes) -> None:
        self._frames[index] = jpeg
        for client in self._clients:
            client.offer_frame(index, jpeg)

    def _screen_link(self, name: str, up: bool) -> None:
        self._up[name] = up
        self._broadcast_state()

    def _broadcast_state(self) -> None:
        state = json.dumps(self.state())
        if state == self._last_state:
            return
        self._last_state = state
        for client in self._clients:
            client.offer_state(state)

    def state(self) -> dict[str, Any]:
        """What the page shows besides the screens."""
        house = self.house
        return {
            "stations": [self._station(station) for station in self._stations],
            "network": self._link.value,
            "badges": house.badges,
            "barcodes": house.barcodes,
            "office": {"url": house.office_url, "user": MANAGER, "password": house.password},
        }

    def _station(self, station: Station) -> dict[str, Any]:
        width, height = station.plan.size
        devices = station.devices
        return {
            "name": station.plan.name,
            "role": station.plan.role,
            "view": station.plan.view,
            "screen": {"width": width, "height": height, "up": self._up[station.plan.name]},
            "badge_reader": {"plugged": devices["badge"].plugged} if "badge" in devices else None,
            "scanner": "scanner" in devices,
            "display": list(devices["display"].lines) if "display" in devices else None,
            "printers": {
                name: {
                    "paper": device.paper,
                    "cover_open": device.cover_open,
                    "online": device.online,
                    "slips": len(device.slips),
                    "drawer_kicks": device.drawer_kicks,
                }
                for name, device in devices.items()
                if hasattr(device, "slips")
            },
        }

    async def _index(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def _slip(self, request: web.Request) -> web.Response:
        station = self.house.stations.get(request.match_info["station"])
        printer = station.devices.get(request.match_info["device"]) if station else None
        slips = getattr(printer, "slips", [])
        number = int(request.match_info["number"])
        if not 1 <= number <= len(slips):
            raise web.HTTPNotFound(text=f"there is no slip {number}; {len(slips)} were printed")
        return web.Response(body=slips[number - 1].png, content_type="image/png")

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30, max_msg_size=64 * 1024)
        await socket.prepare(request)
        client = _Client(socket)
        self._clients.add(client)
        client.offer_state(json.dumps(self.state()))
        for index, jpeg in self._frames.items():
            client.offer_frame(index, jpeg)
        sender = asyncio.create_task(client.send())
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    problem = await self._command(message.data)
                    if problem:
                        client.offer_state(json.dumps({"problem": problem}))
        finally:
            self._clients.discard(client)
            sender.cancel()
        return socket

    async def _command(self, text: str) -> str:
        """Carry out one command of the page; returns what was wrong with it, or an empty text."""
        try:
            command = json.loads(text)
            what = command["do"]
            if what == "touch":
                screen = self._screens[command["station"]]
                screen.touch(str(command["type"]), float(command["x"]), float(command["y"]))
                return ""
            work = self._commands()[what]
            await work(command)
        except (ValueError, KeyError, TypeError) as error:
            return f"command not understood: {text[:80]} ({error})"
        self._broadcast_state()
        return ""

    def _commands(self) -> dict[str, Callable[[dict[str, Any]], Awaitable[object]]]:
        def device(command: dict[str, Any], default: str) -> Any:
            return self.house.stations[command["station"]].devices[command.get("device", default)]

        return {
            "badge": lambda c: asyncio.to_thread(device(c, "badge").present, str(c["number"])),
            "scan": lambda c: asyncio.to_thread(device(c, "scanner").present, str(c["code"])),
            "reader": lambda c: asyncio.to_thread(
                device(c, "badge").plug if c["plugged"] else device(c, "badge").unplug
            ),
            "paper": lambda c: asyncio.to_thread(device(c, "printer").set_paper, str(c["state"])),
            "cover": lambda c: asyncio.to_thread(device(c, "printer").set_cover, bool(c["open"])),
            "printer": lambda c: asyncio.to_thread(device(c, "printer").set_online, bool(c["online"])),
            "network": self._set_network,
        }

    async def _set_network(self, command: dict[str, Any]) -> None:
        self._link = Link(command["state"])
        await self.house.set_network(self._link)


class _Client:
    """One open page: sends the newest state and the newest frame, never a backlog."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._states: list[str] = []
        self._frames: dict[int, bytes] = {}
        self._news = asyncio.Event()

    def offer_state(self, state: str) -> None:
        self._states.append(state)
        self._news.set()

    def offer_frame(self, index: int, frame: bytes) -> None:
        self._frames[index] = frame
        self._news.set()

    async def send(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            states, self._states = self._states, []
            frames, self._frames = self._frames, {}
            try:
                for state in states:
                    await self._socket.send_str(state)
                for index, frame in frames.items():
                    await self._socket.send_bytes(bytes((index,)) + frame)
            except ConnectionError:
                return


@web.middleware
async def _only_this_machine(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse pages of other origins: a web site must not reach the workbench through its visitor's browser."""
    host = request.host.rsplit(":", 1)[0]
    origin = request.headers.get("Origin")
    if host not in {"127.0.0.1", "localhost"} or origin not in {None, f"http://{request.host}"}:
        raise web.HTTPForbidden(text="the workbench answers only to this machine")
    return await handler(request)
