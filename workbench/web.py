"""The workbench page: the kiosk's live screen, its slips, its emulated devices and its network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from workbench.house import MANAGER, TERMINAL, House
from workbench.network import Link
from workbench.screen import ScreenClient

_PAGE = Path(__file__).parent / "page"


class Workbench:
    """Serves the page for one house.

    Everything goes through one WebSocket: state as JSON and frames as JPEG to the page, touches and commands back.
    """

    def __init__(self, house: House) -> None:
        self.house = house
        self._screen_up = False
        self._link = Link.UP
        self._clients: set[_Client] = set()
        self._last_frame: bytes | None = None
        self._last_state = ""
        self._screen = ScreenClient(house.screen_socket, self._frame, self._screen_link)
        self._loop: asyncio.AbstractEventLoop | None = None

    def application(self) -> web.Application:
        """The aiohttp application; its background tasks start and end with it."""
        app = web.Application(middlewares=[_only_this_machine])
        app.router.add_get("/", self._index)
        app.router.add_get("/live", self._live)
        app.router.add_get("/slips/{number:[0-9]+}.png", self._slip)
        app.router.add_static("/page/", _PAGE)
        app.cleanup_ctx.append(self._background)
        return app

    async def _background(self, app: web.Application) -> Any:
        self._loop = asyncio.get_running_loop()
        self.house.printer.on_change = self._changed_elsewhere
        task = asyncio.create_task(self._screen.run())
        yield
        self.house.printer.on_change = None
        task.cancel()

    def _changed_elsewhere(self, *_: object) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._broadcast_state)

    def _frame(self, jpeg: bytes) -> None:
        self._last_frame = jpeg
        for client in self._clients:
            client.offer_frame(jpeg)

    def _screen_link(self, up: bool) -> None:
        self._screen_up = up
        self._broadcast_state()

    def _broadcast_state(self) -> None:
        state = json.dumps(self.state())
        if state == self._last_state:
            return
        self._last_state = state
        for client in self._clients:
            client.offer_state(state)

    def state(self) -> dict[str, Any]:
        """What the page shows besides the screen."""
        house, printer = self.house, self.house.printer
        width, height = house.options.size
        return {
            "terminal": TERMINAL,
            "screen": {"width": width, "height": height, "up": self._screen_up},
            "network": self._link.value,
            "printer": {
                "paper": printer.paper,
                "cover_open": printer.cover_open,
                "online": printer.online,
                "slips": len(printer.slips),
                "drawer_kicks": printer.drawer_kicks,
            },
            "badge_reader": {"plugged": house.badge_reader.plugged},
            "badges": house.badges,
            "barcodes": house.barcodes,
            "office": {"url": house.office_url, "user": MANAGER, "password": house.password},
        }

    async def _index(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def _slip(self, request: web.Request) -> web.Response:
        slips = self.house.printer.slips
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
        if self._last_frame is not None:
            client.offer_frame(self._last_frame)
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
                self._screen.touch(str(command["type"]), float(command["x"]), float(command["y"]))
                return ""
            work = self._commands()[what]
            await work(command)
        except (ValueError, KeyError, TypeError) as error:
            return f"command not understood: {text[:80]} ({error})"
        self._broadcast_state()
        return ""

    def _commands(self) -> dict[str, Callable[[dict[str, Any]], Awaitable[object]]]:
        house = self.house
        return {
            "badge": lambda c: asyncio.to_thread(house.badge_reader.present, str(c["number"])),
            "scan": lambda c: asyncio.to_thread(house.scanner.present, str(c["code"])),
            "reader": lambda c: asyncio.to_thread(
                house.badge_reader.plug if c["plugged"] else house.badge_reader.unplug
            ),
            "paper": lambda c: asyncio.to_thread(house.printer.set_paper, str(c["state"])),
            "cover": lambda c: asyncio.to_thread(house.printer.set_cover, bool(c["open"])),
            "printer": lambda c: asyncio.to_thread(house.printer.set_online, bool(c["online"])),
            "network": self._set_network,
        }

    async def _set_network(self, command: dict[str, Any]) -> None:
        self._link = Link(command["state"])
        for relay in self.house.relays:
            await relay.set_link(self._link)


class _Client:
    """One open page: sends the newest state and the newest frame, never a backlog."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._states: list[str] = []
        self._frame: bytes | None = None
        self._news = asyncio.Event()

    def offer_state(self, state: str) -> None:
        self._states.append(state)
        self._news.set()

    def offer_frame(self, frame: bytes) -> None:
        self._frame = frame
        self._news.set()

    async def send(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            states, self._states = self._states, []
            frame, self._frame = self._frame, None
            try:
                for state in states:
                    await self._socket.send_str(state)
                if frame is not None:
                    await self._socket.send_bytes(frame)
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
