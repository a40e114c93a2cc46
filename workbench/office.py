"""Head office's pages, shown within the workbench page: read only, signed in as the manager of the demonstration."""

from __future__ import annotations

from aiohttp import ClientSession, CookieJar, web
from yarl import URL

from workbench.house import MANAGER, House

_PASSED_ON = ("Content-Type", "Cache-Control", "ETag", "Last-Modified")


class OfficeWindow:
    """Passes GET requests on to head office with the manager's session."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._session: ClientSession | None = None

    def add_routes(self, router: web.UrlDispatcher) -> None:
        for prefix in ("admin", "static"):
            router.add_get(f"/{prefix}/{{rest:.*}}", self._pass_on)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _signed_in(self) -> ClientSession:
        if self._session is None:
            session = ClientSession(self._house.office_url, cookie_jar=CookieJar(unsafe=True))
            async with session.get("/admin/login/") as page:
                await page.read()
            form = {
                "username": MANAGER,
                "password": self._house.password,
                "csrfmiddlewaretoken": session.cookie_jar.filter_cookies(URL(self._house.office_url))[
                    "csrftoken"
                ].value,
                "next": "/admin/",
            }
            async with session.post("/admin/login/", data=form, headers={"Referer": self._house.office_url}) as page:
                await page.read()
            self._session = session
        return self._session

    async def _pass_on(self, request: web.Request) -> web.Response:
        session = await self._signed_in()
        language = request.headers.get("Accept-Language", "en")
        async with session.get(request.rel_url, headers={"Accept-Language": language}) as answer:
            headers = {name: answer.headers[name] for name in _PASSED_ON if name in answer.headers}
            return web.Response(status=answer.status, body=await answer.read(), headers=headers)
