"""What `make run` starts: one address, a page that is alive, and nothing left when it is stopped."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

pytestmark = pytest.mark.timeout(180)

PATIENCE_S = 90.0


@dataclass
class Started:
    """A workbench in a process of its own, with what it printed until its page was up."""

    process: subprocess.Popen[str]
    printed: str
    address: str

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE_S)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance.cli", "workbench", "--data", tmp_path, "--port", "0", "--size", "1024x600"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    alarm = threading.Timer(PATIENCE_S, process.terminate)
    alarm.start()
    try:
        assert process.stdout is not None
        printed = ""
        while "Ctrl-C" not in printed:
            line = process.stdout.readline()
            assert line, f"the workbench ended early:\n{printed}"
            printed += line
        found = re.search(r"http://127\.0\.0\.1:\d+/", printed)
        assert found, printed
        yield Started(process, printed, found[0])
    finally:
        alarm.cancel()
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)


def status_of(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


async def watch(address: str) -> tuple[dict[str, Any], bytes, dict[str, Any], str]:
    """The page's state and first frame, its state after the paper was taken out, and what nonsense is answered with."""
    before: dict[str, Any] = {}
    frame, after, problem = b"", {}, ""
    async with (
        asyncio.timeout(PATIENCE_S),
        aiohttp.ClientSession() as session,
        session.ws_connect(address + "live") as page,
    ):
        while not (frame and after and problem):
            message = await page.receive()
            if message.type is aiohttp.WSMsgType.BINARY:
                frame = message.data
                continue
            said = json.loads(message.data)
            problem = problem or said.get("problem", "")
            if "printer" not in said:
                continue
            if not before:
                before = said
                await page.send_json({"do": "paper", "state": "out"})
                await page.send_json({"do": "dance"})
            elif said["printer"]["paper"] == "out":
                after = said
    return before, frame, after, problem


def test_one_command_one_address_and_nothing_left_behind(started: Started) -> None:
    assert len(re.findall(r"https?://", started.printed)) == 1
    assert re.search(r"Emulated here: .*badge reader.*scanner.*printer", started.printed)

    assert status_of(started.address) == 200
    assert status_of(started.address + "slips/1.png") == 404
    assert status_of(started.address, Host="refectory.example.org") == 403
    before, frame, after, problem = asyncio.run(watch(started.address))
    assert before["printer"]["paper"] == "ok"
    assert before["badges"]
    assert status_of(before["office"]["url"] + "admin/login/") == 200
    assert frame.startswith(b"\xff\xd8")
    assert after["printer"]["paper"] == "out"
    assert problem.startswith("command not understood")

    children = psutil.Process(started.process.pid).children(recursive=True)
    assert len(children) >= 5
    assert started.stop() == 0
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    assert len(gone) == len(children)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(started.address, timeout=10)


def test_a_size_no_screen_has_is_refused_before_anything_starts(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "appliance.cli", "workbench", "--data", tmp_path / "new", "--size", "big"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2
    assert "'big' is not a size such as 1080x1920" in done.stderr
    assert not (tmp_path / "new").exists()
