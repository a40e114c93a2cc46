"""Head office's live page in a real browser, if this machine has one: Chromium without a window, told what to do over its
DevTools protocol (https://chromedevtools.github.io/devtools-protocol/)."""

from __future__ import annotations

import asyncio
import base64
import itertools
import shutil
import tempfile
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

from workbench.house import House
from workbench.office import OfficeWindow
from workbench.processes import Child

WIDTH, HEIGHT = 1200, 750
PATIENCE_S = 30.0
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def installed() -> str:
    """The browser's program, or an empty text."""
    return next((path for name in _NAMES if (path := shutil.which(name))), "")


class OfficePage:
    """Keeps head office's live page open, as on a manager's desk."""

    def __init__(self, house: House) -> None:
        self._window = OfficeWindow(house)
        self._profile = Path(tempfile.mkdtemp(prefix="refectory-browser-"))
        self._log = house.logs / "browser.log"
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._browser: Child | None = None
        self._session: ClientSession | None = None
        self._page: ClientWebSocketResponse | None = None

    async def open(self) -> None:
        """Start the browser and load the page, signed in as the demonstration's manager."""
        application = web.Application()
        self._window.add_routes(application.router)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        words = [
            installed(),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--remote-debugging-port=0",
            f"--user-data-dir={self._profile}",
            f"--window-size={WIDTH},{HEIGHT}",
            "about:blank",
        ]
        self._browser = Child("browser", words, self._log, restart=False)
        await self._browser.start()
        self._session = ClientSession()
        self._page = await self._session.ws_connect(await self._address(), max_msg_size=64 * 1024 * 1024)
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        await self._ask("Emulation.setDeviceMetricsOverride", **size)
        await self._ask("Page.navigate", url=f"http://127.0.0.1:{port}/admin/live/")

    async def picture(self) -> bytes:
        """The page as it looks now, as PNG."""
        answer = await self._ask("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])

    async def close(self) -> None:
        """End the browser."""
        if self._page is not None:
            await self._page.close()
        if self._session is not None:
            await self._session.close()
        if self._browser is not None:
            await self._browser.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._window.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    async def _address(self) -> str:
        """Where the browser's first tab listens; the browser writes its port into its profile."""
        assert self._session is not None
        note = self._profile / "DevToolsActivePort"
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if note.exists() and (lines := note.read_text().split()):
                    async with self._session.get(f"http://127.0.0.1:{lines[0]}/json/list") as answer:
                        tabs = [tab for tab in await answer.json() if tab["type"] == "page"]
                        if tabs:
                            return str(tabs[0]["webSocketDebuggerUrl"])
                await asyncio.sleep(0.1)

    async def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        assert self._page is not None
        number = next(self._numbers)
        await self._page.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(PATIENCE_S):
            async for message in self._page:
                if message.type is WSMsgType.TEXT and (content := message.json()).get("id") == number:
                    return dict(content.get("result", {}))
        raise ConnectionError("the browser has gone")
