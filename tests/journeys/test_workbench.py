"""The workbench as `make run` starts it: one address, a live screen to touch, slips as pictures; Ctrl-C leaves nothing."""

from __future__ import annotations

import asyncio
import io
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
from PIL import Image

from workbench.station import refectory

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def workbench(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address."""
    command = refectory("workbench", "--data", str(data), "--port", "0", "--size", "1024x600", "--terminals", "kiosk-1")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                break
        else:
            pytest.fail(f"the workbench printed no address: {printed}")
        yield process, found.group()
        process.kill()


@asynccontextmanager
async def live(address: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{address}live") as connection:
        yield connection


async def until(connection: aiohttp.ClientWebSocketResponse, fits: Any) -> Any:
    """The first message that fits: a dict for a state, bytes for a frame."""
    async with asyncio.timeout(40):
        async for message in connection:
            content = message.json() if message.type is aiohttp.WSMsgType.TEXT else message.data
            if fits(content):
                return content
    raise AssertionError("the workbench closed the connection")


def test_the_page_and_its_parts_are_served(workbench: tuple[subprocess.Popen[str], str]) -> None:
    _, address = workbench
    for path in ("", "page/workbench.js", "page/workbench.css", "page/texts.js"):
        with urllib.request.urlopen(address + path) as answer:
            assert answer.status == 200


def test_frames_come_touches_go_and_devices_do_what_the_page_says(workbench: tuple[subprocess.Popen[str], str]) -> None:
    async def visit() -> None:
        async with live(workbench[1]) as page:
            state = await until(page, lambda c: isinstance(c, dict) and c["stations"][0]["screen"]["up"])
            (kiosk,) = state["stations"]
            assert (kiosk["name"], kiosk["screen"]["width"]) == ("kiosk-1", 1024)
            first = await until(page, lambda c: isinstance(c, bytes))
            assert first[0] == 0, "the first byte says of which terminal it is"
            assert Image.open(io.BytesIO(first[1:])).size == (1024, 600)
            await page.send_json({"do": "badge", "station": "kiosk-1", "number": state["badges"][0]["number"]})
            greeted = await until(page, lambda c: isinstance(c, bytes) and c != first)
            await page.send_json({"do": "touch", "station": "kiosk-1", "type": "down", "x": 100, "y": 250})
            await page.send_json({"do": "touch", "station": "kiosk-1", "type": "up", "x": 100, "y": 250})
            await until(page, lambda c: isinstance(c, bytes) and c != greeted)
            for command, seen in (
                ({"do": "paper", "state": "near_end"}, lambda k: k["printers"]["printer"]["paper"] == "near_end"),
                ({"do": "cover", "open": True}, lambda k: k["printers"]["printer"]["cover_open"]),
                ({"do": "reader", "plugged": False}, lambda k: not k["badge_reader"]["plugged"]),
            ):
                await page.send_json({"station": "kiosk-1", **command})
                await until(page, lambda c, seen=seen: isinstance(c, dict) and seen(c["stations"][0]))
            await page.send_json({"do": "network", "state": "cut"})
            await until(page, lambda c: isinstance(c, dict) and c["network"] == "cut")
            await page.send_json({"do": "dance"})
            problem = await until(page, lambda c: isinstance(c, dict) and "problem" in c)
            assert "dance" in problem["problem"]

    asyncio.run(visit())


@pytest.mark.parametrize("header", [{"Host": "example.org"}, {"Origin": "http://example.org"}])
def test_other_sites_cannot_reach_it_through_a_browser(
    workbench: tuple[subprocess.Popen[str], str], header: dict[str, str]
) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        urllib.request.urlopen(urllib.request.Request(workbench[1], headers=header))
    refused.value.close()


def test_everything_listens_on_this_machine_only(workbench: tuple[subprocess.Popen[str], str]) -> None:
    listening = [
        connection.laddr.ip
        for process in _family(workbench[0].pid)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 4
    assert set(listening) == {"127.0.0.1"}


def test_a_port_in_use_is_said_at_once(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [*refectory("workbench"), "--data", str(data), "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"port {port} cannot be used" in done.stderr


def test_ctrl_c_ends_it_and_leaves_nothing_running(workbench: tuple[subprocess.Popen[str], str], data: Path) -> None:
    process, _ = workbench
    family = _family(process.pid)
    assert len(family) >= 6
    process.send_signal(signal.SIGINT)
    assert process.wait(40) == 0
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert not list((data / "kiosk-1" / "sockets").glob("screen.sock"))


def _family(pid: int) -> list[psutil.Process]:
    """A process and all its descendants."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]
