"""A person at the kiosk, over its screen socket: reads what is written there and touches it."""

from __future__ import annotations

import json
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Target:
    """Something that can be read or touched: its texts and its place in pixels from the top left."""

    texts: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    touch: bool


class Screen:
    """`see` waits for a text, `touch` touches what carries it. Everything has a deadline of `patience_s`."""

    def __init__(self, path: Path, patience_s: float = 30.0) -> None:
        self._patience_s = patience_s
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._news = threading.Condition()
        self._frame = b""
        self._described: list[dict[str, Any]] | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._reader.join(5)

    def _read(self) -> None:
        with self._socket.makefile("rb") as stream:
            while len(size := stream.read(4)) == 4:
                message = stream.read(int.from_bytes(size, "big"))
                with self._news:
                    if message.startswith(b"{"):
                        self._described = json.loads(message)["targets"]
                    else:
                        self._frame = message
                    self._news.notify_all()

    def _send(self, **message: object) -> None:
        self._socket.sendall(json.dumps(message).encode() + b"\n")

    def targets(self) -> list[Target]:
        """What is on the screen now, as the terminal itself describes it."""
        with self._news:
            self._described = None
        self._send(type="describe")
        with self._news:
            assert self._news.wait_for(lambda: self._described is not None, self._patience_s), "no description came"
            found = self._described or []
        return [Target(tuple(one.pop("texts")), **one) for one in found]

    def find(self, text: str, touch: bool = False) -> Target | None:
        """The smallest thing that carries `text` (whole, or as part of a longer text)."""
        fits = [t for t in self.targets() if (t.touch or not touch) and any(text in line for line in t.texts)]
        return min(fits, key=lambda t: t.width * t.height, default=None)

    def see(self, text: str, touch: bool = False) -> Target:
        """Wait until `text` is on the screen."""
        deadline = time.monotonic() + self._patience_s
        while (found := self.find(text, touch)) is None:
            if time.monotonic() > deadline:
                texts = sorted({line for t in self.targets() for line in t.texts})
                raise AssertionError(f"{text!r} did not come up; the screen says {texts}")
            time.sleep(0.05)
        return found

    def touch(self, text: str) -> None:
        """Wait for the thing that carries `text` to stand still, and touch it in its middle."""
        target = None
        while (found := self.see(text, touch=True)) != target:
            target = found
            time.sleep(0.05)
        self.press(found)

    def touch_if_there(self, text: str) -> None:
        """Touch the thing that carries `text` if there is one now."""
        target = self.find(text, touch=True)
        if target is not None:
            self.press(target)

    def press(self, target: Target) -> None:
        """Touch this thing in its middle."""
        for kind in ("down", "up"):
            self._send(type=kind, x=target.x + target.width / 2, y=target.y + target.height / 2)

    def picture(self) -> bytes:
        """The newest frame, as JPEG."""
        with self._news:
            assert self._news.wait_for(lambda: bool(self._frame), self._patience_s), "no frame came"
            return self._frame
