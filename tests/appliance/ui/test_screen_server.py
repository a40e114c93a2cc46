"""A client of the screen's socket sees what a guest sees, and its touches do what a finger does."""

from __future__ import annotations

import io
import json
import os
import queue
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

ROOT = Path(__file__).parents[3]
DEADLINE_S = 60
GUEST_BUTTON = (200, 545)
START_AGAIN = (930, 760)


class Kiosk:
    """The process with the screens, and what its flow heard."""

    def __init__(self, folder: Path, size: str = "1280x800") -> None:
        self.socket_path = folder / "screen.sock"
        self._log = (folder / "log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("kiosk.py")), str(folder), size],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self._heard: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._heard.put(line.strip())

    def hears(self) -> str:
        return self._heard.get(timeout=DEADLINE_S)

    def say(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def connect(self) -> Client:
        deadline_s = time.monotonic() + DEADLINE_S
        while True:
            try:
                return Client(self.socket_path)
            except (FileNotFoundError, ConnectionRefusedError):
                assert self.process.poll() is None, "the kiosk has ended"
                assert time.monotonic() < deadline_s, "the kiosk does not serve its screen"
                threading.Event().wait(0.05)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(DEADLINE_S)
        self._reader.join()
        self.process.stdout.close()
        self._log.close()


class Client:
    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(DEADLINE_S)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._stream = self._socket.makefile("rb")

    def message(self) -> bytes | None:
        length = self._stream.read(4)
        return self._stream.read(int.from_bytes(length, "big")) if len(length) == 4 else None

    def frame(self) -> Image.Image | None:
        message = self.message()
        return Image.open(io.BytesIO(message)).convert("RGB") if message else None

    def description(self) -> list[dict[str, Any]]:
        """The screen in words; the frames that come before it are passed over."""
        self.send('{"type": "describe"}')
        while (message := self.message()) is not None and not message.startswith(b"{"):
            pass
        assert message is not None
        return json.loads(message)["targets"]

    def frame_where(self, seen: object) -> Image.Image:
        deadline_s = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline_s:
            image = self.frame()
            assert image is not None
            if seen(image):
                return image
        pytest.fail("no such frame came")

    def send(self, line: str) -> None:
        self._socket.sendall(line.encode() + b"\n")

    def tap(self, x: int, y: int) -> None:
        for kind in ("down", "up"):
            self.send(json.dumps({"type": kind, "x": x, "y": y}))

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    kiosk = Kiosk(tmp_path_factory.mktemp("kiosk"))
    yield kiosk
    kiosk.close()
    assert kiosk.process.returncode == 0
    assert not kiosk.socket_path.exists()


@pytest.fixture
def client(kiosk: Kiosk) -> Iterator[Client]:
    client = kiosk.connect()
    yield client
    client.close()


def _green_right(image: Image.Image) -> bool:
    """The attract screen has its green half on the right."""
    red, green, blue = image.getpixel((1270, 790))
    return abs(red - 14) < 8 and abs(green - 92) < 8 and abs(blue - 70) < 8


def _white_right(image: Image.Image) -> bool:
    """The menu has its white basket on the right."""
    return image.getpixel((1270, 790)) == (255, 255, 255)


def test_a_client_sees_the_screen_and_orders_by_touch(kiosk: Kiosk, client: Client) -> None:
    assert client.frame_where(_green_right).size == (1280, 800)
    client.tap(*GUEST_BUTTON)
    assert kiosk.hears() == "OrderAsGuest()"
    client.frame_where(_white_right)
    client.tap(*START_AGAIN)
    assert kiosk.hears() == "StartAgain()"
    client.frame_where(_green_right)


def test_a_client_that_cannot_see_reads_the_screen_and_touches_what_it_read(kiosk: Kiosk, client: Client) -> None:
    (button,) = [target for target in client.description() if target["touch"] and "Order as a guest" in target["texts"]]
    client.tap(int(button["x"] + button["width"] / 2), int(button["y"] + button["height"] / 2))
    assert kiosk.hears() == "OrderAsGuest()"
    client.frame_where(_white_right)
    client.tap(*START_AGAIN)
    assert kiosk.hears() == "StartAgain()"
    client.frame_where(_green_right)


def test_a_finger_that_drags_does_not_tap(kiosk: Kiosk, client: Client) -> None:
    x, y = GUEST_BUTTON
    client.frame_where(_green_right)
    client.send(json.dumps({"type": "down", "x": x, "y": y}))
    client.send(json.dumps({"type": "move", "x": x + 80, "y": y}))
    client.send(json.dumps({"type": "up", "x": x + 80, "y": y}))
    client.tap(x, y)
    assert kiosk.hears() == "OrderAsGuest()"
    client.frame_where(_white_right)
    client.tap(*START_AGAIN)
    assert kiosk.hears() == "StartAgain()"
    client.frame_where(_green_right)


def test_what_a_device_says_reaches_the_flow(kiosk: Kiosk, client: Client) -> None:
    kiosk.say("a badge")
    assert kiosk.hears() == "'a badge'"


def test_a_screen_that_nobody_touches_comes_to_leave_the_processor_alone(kiosk: Kiosk, client: Client) -> None:
    client.frame_where(_green_right)
    process, deadline_s = psutil.Process(kiosk.process.pid), time.monotonic() + 20
    while True:
        before = process.cpu_times()
        threading.Event().wait(1.5)
        after = process.cpu_times()
        busy_s = after.user + after.system - before.user - before.system
        if busy_s < 0.3:
            return
        assert time.monotonic() < deadline_s, f"busy for {busy_s} of 1.5 s"


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        '{"type": "poke", "x": 1, "y": 1}',
        '{"type": "down", "x": "1", "y": 1}',
        '{"type": "down", "x": NaN, "y": 1}',
        "x" * 5000,
    ],
)
def test_a_client_that_sends_nonsense_is_cut_off_alone(kiosk: Kiosk, client: Client, line: str) -> None:
    other = kiosk.connect()
    other.send(line)
    while other.frame() is not None:
        pass
    other.close()
    client.frame_where(_green_right)


def test_only_the_owner_may_open_the_socket(kiosk: Kiosk, client: Client) -> None:
    assert stat.S_IMODE(kiosk.socket_path.stat().st_mode) == 0o600


def test_a_second_kiosk_on_the_same_socket_says_why_it_does_not_start(kiosk: Kiosk, client: Client) -> None:
    second = Kiosk(kiosk.socket_path.parent)
    assert second.process.wait(DEADLINE_S) != 0
    second.close()
    assert "another process serves a screen here" in (kiosk.socket_path.parent / "log").read_text()
    assert client.frame() is not None
