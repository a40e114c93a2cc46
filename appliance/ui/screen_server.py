"""Serves the screen on a unix socket: frames out, touches in.

A frame is a length of four bytes (big-endian) and that many bytes of JPEG. A client that reads slowly gets the newest
frame and misses those between. A touch is one line of JSON, `{"type": "down" | "move" | "up", "x": px, "y": px}`,
counted from the top left; it goes through Kivy's input like a finger. `{"type": "describe"}` is answered between frames
by a message that is JSON instead of JPEG: the screen in words, see `appliance.ui.describe`. Pixels are read on the UI
thread after a frame that changed something; everything else happens on other threads.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import math
import os
import socket
import threading
import zlib
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent
from kivy.input.provider import MotionEventProvider
from PIL import Image

from appliance.ui.pixels import Pixels

REST_S = 3.0
JPEG_QUALITY = 85
LINE_LIMIT = 1024
SEND_TIMEOUT_S = 10
_KINDS = {"down": "begin", "move": "update", "up": "end"}
NOWHERE = (math.nan, math.nan)
_log = logging.getLogger(__name__)


class SocketInUse(Exception):
    """Another process serves this socket; the message names its path."""


class ServedTouch(MotionEvent):
    """A finger of a client; its place is a share of the window, from the bottom left."""

    def depack(self, args: tuple[float, float]) -> None:
        self.sx, self.sy = args
        self.profile = ["pos"]
        super().depack(args)


class ServedTouches(MotionEventProvider):
    """Hands the touches that clients sent to Kivy's input, once per turn of its loop."""

    def __init__(self) -> None:
        super().__init__("screen_server", "")
        self._waiting: deque[tuple[int, str, float, float]] = deque()
        self._down: dict[int, ServedTouch] = {}
        self._count = 0

    def put(self, client: int, kind: str, x: float, y: float) -> None:
        """Queue a touch from any thread. `kind` is begin, update or end; `x` and `y` are pixels from the top left."""
        self._waiting.append((client, kind, x, y))

    def update(self, dispatch_fn) -> None:  # type: ignore[no-untyped-def]  # Kivy has no types
        """Dispatch what has come. A touch moves on only in the turn after it began: until then Kivy holds its every
        place for the place where it began. One that ends where it began is told whole, without a frame between."""
        width, height = Window.size
        began: dict[int, tuple[float, float]] = {}
        kept: list[tuple[int, str, float, float]] = []
        while self._waiting:
            client, kind, x, y = self._waiting.popleft()
            if client in began and (kind != "end" or began[client] != (x, y)):
                kept.append((client, kind, x, y))
                began[client] = NOWHERE
                continue
            place = (x / max(1, width), 1 - y / max(1, height))
            touch = self._down.get(client)
            if kind == "begin" and touch is None:
                self._count += 1
                touch = ServedTouch(self.device, self._count, place, is_touch=True, type_id="touch")
                self._down[client] = touch
                began[client] = (x, y)
            elif touch is None or kind == "begin":
                continue
            else:
                touch.move(place)
            if kind == "end":
                touch.update_time_end()
                del self._down[client]
            dispatch_fn(kind, touch)
        self._waiting.extendleft(reversed(kept))


def parse_touch(line: bytes) -> tuple[str, float, float] | None:
    """Kivy's name of the touch and its place in pixels, None for a wish to have the screen described.

    Raises `ValueError` that says what is wrong with `line`.
    """
    try:
        document = json.loads(line)
        kind = document["type"]
        if kind == "describe":
            return None
        x, y = document["x"], document["y"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("a touch is a JSON object with type, x and y") from error
    if kind not in _KINDS:
        raise ValueError("type must be down, move, up or describe")
    for name, value in (("x", x), ("y", y)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not -1e6 < value < 1e6:
            raise ValueError(f"{name} must be a number of pixels")
    return _KINDS[kind], float(x), float(y)


class _Client:
    """One connection: a thread that reads touches and one that writes the newest frame."""

    def __init__(self, number: int, connection: socket.socket, server: ScreenServer) -> None:
        self.number = number
        self._connection = connection
        self._server = server
        self._frame: bytes | None = None
        self._answers: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [
            threading.Thread(target=target, name=f"screen-client-{number}-{name}", daemon=True)
            for name, target in (("read", self._read), ("write", self._write))
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def offer(self, frame: bytes) -> None:
        """Send `frame` next, instead of one that has not gone out yet."""
        with self._changed:
            self._frame = frame
            self._changed.notify()

    def answer(self, description: bytes) -> None:
        """Send the screen in words."""
        with self._changed:
            self._answers.append(description)
            self._changed.notify()

    def close(self) -> None:
        """End both threads; safe from any thread and more than once."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def join(self) -> None:
        for thread in self._threads:
            thread.join(SEND_TIMEOUT_S)

    def _read(self) -> None:
        last = (0.0, 0.0)
        try:
            with self._connection.makefile("rb") as lines:
                while line := lines.readline(LINE_LIMIT):
                    touch = parse_touch(line)
                    if touch is None:
                        self._server.describe_for(self)
                        continue
                    kind, *last = touch
                    self._server.touches.put(self.number, kind, *last)
                    self._server.wake()
        except ValueError as error:
            _log.warning("screen client %d is cut off: %s", self.number, error)
        except OSError:
            _log.info("screen client %d has gone", self.number)
        finally:
            self._server.touches.put(self.number, "end", *last)
            self._server.wake()
            self._server.forget(self)
            self.close()

    def _write(self) -> None:
        try:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._closed or self._answers or self._frame is not None)
                    if self._closed:
                        return
                    messages = list(self._answers)
                    self._answers.clear()
                    if self._frame is not None:
                        messages.append(self._frame)
                        self._frame = None
                for message in messages:
                    self._connection.sendall(len(message).to_bytes(4, "big") + message)
        except OSError:
            _log.info("screen client %d has stopped reading", self.number)
        finally:
            self.close()
            self._connection.close()


class ScreenServer:
    """Serves the window on the socket at `path`, which only the owner may open. Start and stop it on the UI thread."""

    def __init__(self, path: Path, describe: Callable[[], dict[str, Any]]) -> None:
        self._path = path
        self._describe = describe
        self.touches = ServedTouches()
        self.wake = Clock.create_trigger(lambda _elapsed_s: None)
        self._listener: socket.socket | None = None
        self._clients: list[_Client] = []
        self._numbers = 0
        self._lock = threading.Lock()
        self._free = [Pixels(), Pixels()]
        self._drawn: Pixels | None = None
        self._filled = threading.Condition()
        self._stopping = False
        self._latest: bytes | None = None
        self._rest = Clock.create_trigger(self._forget, REST_S)
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Open the socket; raises `SocketInUse` or `OSError`."""
        self._listener = _listen(self._path)
        EventLoop.add_input_provider(self.touches)
        Window.bind(on_flip=self._flipped)
        for name, target in (("accept", self._accept), ("encode", self._encode)):
            thread = threading.Thread(target=target, name=f"screen-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Close the socket and all connections, and remove the file."""
        if self._listener is None:
            return
        Window.unbind(on_flip=self._flipped)
        self._rest.cancel()
        EventLoop.remove_input_provider(self.touches)
        with self._filled:
            self._stopping = True
            self._filled.notify()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._listener = None
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.close()
        for thread in self._threads:
            thread.join(SEND_TIMEOUT_S)
        for client in clients:
            client.join()
        self._path.unlink(missing_ok=True)

    def describe_for(self, client: _Client) -> None:
        """Describe the screen, on the UI thread, to a client."""
        Clock.schedule_once(lambda _elapsed_s: client.answer(json.dumps(self._describe()).encode()), 0)

    def forget(self, client: _Client) -> None:
        """A client has gone."""
        with self._lock:
            if client in self._clients:
                self._clients.remove(client)

    def _accept(self) -> None:
        while (listener := self._listener) is not None:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(None)
            with self._lock:
                self._numbers += 1
                client = _Client(self._numbers, connection, self)
                self._clients.append(client)
            client.start()
            if self._latest is not None:
                client.offer(self._latest)
            Clock.schedule_once(self._redraw, 0)

    def _redraw(self, _elapsed_s: float) -> None:
        Window.canvas.ask_update()

    def _flipped(self, _window: object) -> None:
        """Read the frame that was just drawn; one that is still waiting to be encoded gives way to it."""
        if not self._clients:
            return
        with self._filled:
            pixels, self._drawn = self._drawn or self._free.pop(), None
        pixels.read(tuple(Window.size))
        with self._filled:
            self._drawn = pixels
            self._filled.notify()
        self._rest.cancel()
        self._rest()

    def _forget(self, _elapsed_s: float) -> None:
        """Nothing has changed for a while: the next frame may bring its own memory."""
        with self._filled:
            for pixels in self._free:
                pixels.forget()

    def _encode(self) -> None:
        known = None
        while True:
            with self._filled:
                self._filled.wait_for(lambda: self._stopping or self._drawn is not None)
                if self._stopping or self._drawn is None:
                    return
                pixels, self._drawn = self._drawn, None
            mark = (pixels.size, zlib.crc32(pixels.data))
            if mark != known or self._latest is None:
                known = mark
                self._latest = jpeg(pixels)
                with self._lock:
                    clients = list(self._clients)
                for client in clients:
                    client.offer(self._latest)
            with self._filled:
                self._free.append(pixels)


def jpeg(pixels: Pixels) -> bytes:
    """The frame as JPEG, the right way up."""
    image = Image.frombuffer("RGBX", pixels.size, pixels.data, "raw", "RGBX", 0, -1)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return out.getvalue()


def _listen(path: Path) -> socket.socket:
    """A listening socket at `path` with mode 0600; a file left behind by a dead process is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_socket():
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
            else:
                raise SocketInUse(f"{path}: another process serves a screen here; stop it or set another screen.socket")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    listener.listen(4)
    return listener
