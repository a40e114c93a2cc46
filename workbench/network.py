"""The network between a terminal and head office, to pull: a TCP relay that can be cut or made silent."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from enum import StrEnum


class Link(StrEnum):
    """UP carries bytes. CUT closes what is open and refuses what is new. SILENT keeps connections and carries nothing, as a black hole does."""

    UP = "up"
    CUT = "cut"
    SILENT = "silent"


class Relay:
    """Relays 127.0.0.1:`port` to `target` (host, port) as long as `link` allows."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.port = 0
        self.link = Link.UP
        self._server: asyncio.Server | None = None
        self._carrying = asyncio.Event()
        self._carrying.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._relaying: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a free port of the loopback interface, or on the port it had before."""
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def set_link(self, link: Link) -> None:
        """Change what the network does, at once for open connections too."""
        self.link = link
        if link is Link.SILENT:
            self._carrying.clear()
        else:
            self._carrying.set()
        if link is Link.CUT:
            await self._close()
        elif self._server is None:
            await self.start()

    async def stop(self) -> None:
        """Close everything."""
        self._carrying.set()
        await self._close()

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        if self._relaying:
            await asyncio.wait(self._relaying)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._relaying.add(task)
        task.add_done_callback(self._relaying.discard)
        ends = {writer}
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target)
            ends.add(far_writer)
            self._writers.add(far_writer)
            for one in ends:
                one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        except OSError:
            writer.transport.abort()
        finally:
            self._writers -= ends
            for one in ends:
                one.close()
                with contextlib.suppress(OSError):
                    await one.wait_closed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._carrying.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
