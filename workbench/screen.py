"""The client's end of a terminal's screen socket: frames in, touches out."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from pathlib import Path

_RECONNECT_S = 0.5
_MAXIMUM_FRAME_BYTES = 32 * 1024 * 1024


class ScreenClient:
    """Keeps a connection to the screen at `path`; calls `on_frame(jpeg)` for each frame and `on_link(bool)` when it comes and goes."""

    def __init__(self, path: Path, on_frame: Callable[[bytes], None], on_link: Callable[[bool], None]) -> None:
        self._path = path
        self._on_frame = on_frame
        self._on_link = on_link
        self._writer: asyncio.StreamWriter | None = None

    async def run(self) -> None:
        """Receive frames until cancelled; connects again whenever the terminal comes back."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, self._writer = await asyncio.open_unix_connection(str(self._path))
                self._on_link(True)
                while True:
                    length = int.from_bytes(await reader.readexactly(4), "big")
                    if length > _MAXIMUM_FRAME_BYTES:
                        break
                    self._on_frame(await reader.readexactly(length))
            if self._writer is not None:
                self._writer.close()
                self._writer = None
                self._on_link(False)
            await asyncio.sleep(_RECONNECT_S)

    def touch(self, kind: str, x: float, y: float) -> None:
        """Send a touch: `kind` is down, move or up; `x`, `y` in the terminal's pixels from the top left."""
        if self._writer is not None:
            self._writer.write(json.dumps({"type": kind, "x": x, "y": y}).encode() + b"\n")
