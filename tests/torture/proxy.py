"""A line between a terminal and the broker that misbehaves on purpose: whole MQTT packets are lost, doubled, late or out of
turn, acknowledgements vanish, connections break in the middle of a packet, and the network can be cut, slow or a black hole.

What happens to the n-th PUBLISH or PUBACK of a connection follows from the seed alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.torture.packets import Kind, Packet, Splitter, puback


class Network(StrEnum):
    """UP carries. CUT closes what is open and refuses what is new. HELD keeps bytes and carries them when it is over, as TCP does
    through a gap. SWALLOWED loses them, and the connections with them, when it is over. SLOW takes its time for all.
    """

    UP = "up"
    CUT = "cut"
    HELD = "held back"
    SWALLOWED = "black hole"
    SLOW = "slow"


@dataclass(frozen=True)
class Rates:
    """How often in a thousand packets each fault strikes.

    `lost` packets are acknowledged to their sender all the same, as by a broker that loses what it took; `gone` ones are
    not. `late` ones are overtaken for up to two seconds, `swapped` ones by the next. `torn` ends the connection within them.
    """

    lost: int = 0
    gone: int = 0
    unacknowledged: int = 0
    doubled: int = 0
    late: int = 0
    swapped: int = 0
    torn: int = 0

    def draw(self, number: float, kind: int) -> str:
        """The fault for a number from 0 to 1; empty for none."""
        if kind == Kind.PUBACK:
            faults = {"unacknowledged": self.unacknowledged, "doubled": self.doubled, "late": self.late}
        else:
            faults = {name: value for name, value in vars(self).items() if name != "unacknowledged"}
        at = number * 1000
        for name, rate in faults.items():
            if at < rate:
                return name
            at -= rate
        return ""


SLOW_S = 0.4
SPARED_AT_ONCE = 3
"""What is sent with QoS 0 is struck so many times less often: every loss there makes a till sell locally for some seconds."""
LATEST_S = 2.0
SWAP_PATIENCE_S = 0.5


class Loop:
    """An event loop on a thread of its own, for all the lines."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="lines", daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run it there and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def close(self) -> None:
        """End the thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


class Line:
    """Carries what comes to 127.0.0.1:`port` to `target`. Without `rates` it knows nothing of packets.

    `network` and `rates` may be changed at any time; `counts` are the faults by name.
    """

    def __init__(self, loop: Loop, name: str, seed: int, target: tuple[str, int], rates: Rates | None = None) -> None:
        self.name = name
        self.rates = rates
        self.network = Network.UP
        self.port = 0
        self.counts: Counter[str] = Counter()
        self._loop = loop
        self._seed = seed
        self._target = target
        self._connections = 0
        self._open: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self._clear = asyncio.Event()
        self._clear.set()
        loop.do(self._listen())

    def set_network(self, network: Network) -> None:
        """Change what the network does, for open connections too."""
        self._loop.do(self._set(network))

    def close(self) -> None:
        """Close everything."""
        self._loop.do(self._set(Network.CUT))

    async def clear(self) -> None:
        """Wait until bytes are carried."""
        await self._clear.wait()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _set(self, network: Network) -> None:
        before, self.network = self.network, network
        if network is Network.HELD:
            self._clear.clear()
        else:
            self._clear.set()
        if network is Network.CUT or before is Network.SWALLOWED:
            for connection in list(self._open):
                connection.abort()
        if network is Network.CUT and self._server is not None:
            self._server.close()
            self._server = None
        elif network is not Network.CUT and self._server is None:
            await self._listen()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        connection = _Connection(self, f"{self._seed}/{self.name}/{self._connections}", writer)
        self._open.add(connection)
        try:
            await connection.run(reader, self._target)
        finally:
            self._open.discard(connection)
            connection.abort()


class _Connection:
    """One connection from a terminal, and its other half to the broker."""

    def __init__(self, line: Line, name: str, near: asyncio.StreamWriter) -> None:
        self._line = line
        self._name = name
        self._ends = [near]

    async def run(self, reader: asyncio.StreamReader, target: tuple[str, int]) -> None:
        with contextlib.suppress(OSError):
            far_reader, far = await asyncio.open_connection(*target)
            self._ends.append(far)
            near = self._ends[0]
            for end in self._ends:
                end.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            up = _Way(self._line, f"{self._name}/up", reader, far, near)
            down = _Way(self._line, f"{self._name}/down", far_reader, near, far)
            ways = [asyncio.create_task(way.run()) for way in (up, down)]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    def abort(self) -> None:
        """End both halves with a reset, as a network that is gone."""
        for end in self._ends:
            sock = end.get_extra_info("socket")
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.transport.abort()


class _Way:
    """One direction of a connection. `writer` is where packets go, `back` where they came from."""

    def __init__(
        self,
        line: Line,
        name: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        back: asyncio.StreamWriter,
    ) -> None:
        self._line = line
        self._reader = reader
        self._writer = writer
        self._back = back
        self._random = random.Random(name)
        self._splitter = Splitter()
        self._loop = asyncio.get_running_loop()
        self._due_s = 0.0
        self._swapped: Packet | None = None

    async def run(self) -> None:
        """Carry until the connection ends."""
        with contextlib.suppress(OSError):
            while data := await self._reader.read(65536):
                await self._line.clear()
                if self._line.network is Network.SWALLOWED:
                    continue
                if self._line.rates is None:
                    self._write(data)
                    await self._writer.drain()
                    continue
                for packet in self._splitter.feed(data):
                    if not self._pass(packet):
                        return
                await self._writer.drain()

    def _pass(self, packet: Packet) -> bool:
        """Carry one packet, or do to it what its number says; tells whether the connection goes on."""
        rates = self._line.rates
        fault = ""
        if rates is not None and packet.kind in (Kind.PUBLISH, Kind.PUBACK):
            number, where = self._random.random(), self._random.random()
            spared = SPARED_AT_ONCE if packet.kind == Kind.PUBLISH and not packet.qos else 1
            fault = rates.draw(number * spared, packet.kind)
        if fault:
            self._line.counts[fault] += 1
        if fault == "torn":
            self._write(packet.raw[: max(1, int(where * len(packet.raw)))])
            return False
        if fault == "swapped" and self._swapped is None:
            self._swapped = packet
            self._loop.call_later(SWAP_PATIENCE_S, self._release)
            return True
        if fault == "late":
            self._loop.call_later(where * LATEST_S, self._write, packet.raw)
            return True
        if fault == "lost" and packet.qos:
            self._back.write(puback(packet.packet_id))
        if fault not in ("lost", "gone", "unacknowledged"):
            self._write(packet.raw)
        if fault == "doubled":
            self._write(packet.raw)
        self._release()
        return True

    def _release(self) -> None:
        packet, self._swapped = self._swapped, None
        if packet is not None:
            self._write(packet.raw)

    def _write(self, data: bytes) -> None:
        """Send it on; a slow network delivers it later, in its order."""
        now_s = self._loop.time()
        due_s = max(self._due_s, now_s + SLOW_S if self._line.network is Network.SLOW else now_s)
        if due_s > now_s:
            self._due_s = due_s
            self._loop.call_at(due_s, self._write_now, data)
        else:
            self._write_now(data)

    def _write_now(self, data: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(data)


def total(lines: Iterator[Line]) -> Counter[str]:
    """All faults of these lines by name."""
    found: Counter[str] = Counter()
    for line in lines:
        found.update(line.counts)
    return found
