"""The network that can be pulled carries bytes, cuts at once, and goes silent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from workbench.network import Link, Relay


@asynccontextmanager
async def echo_behind_relay() -> AsyncIterator[Relay]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(100):
                writer.write(data)
        await close(writer)

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    relay = Relay(server.sockets[0].getsockname()[:2])
    await relay.start()
    try:
        yield relay
    finally:
        await relay.stop()
        server.close()
        await server.wait_closed()


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def say(relay: Relay, text: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    try:
        writer.write(text)
        return await reader.readexactly(len(text))
    finally:
        await close(writer)


def test_bytes_pass_while_the_network_is_up() -> None:
    async def run() -> bytes:
        async with echo_behind_relay() as relay:
            return await say(relay, b"one badge")

    assert asyncio.run(run()) == b"one badge"


def test_a_cut_closes_open_connections_and_refuses_new_ones_until_it_is_mended() -> None:
    async def run() -> bytes:
        async with echo_behind_relay() as relay:
            reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
            writer.write(b"x")
            assert await reader.readexactly(1) == b"x"
            await relay.set_link(Link.CUT)
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await reader.readexactly(1)
            await close(writer)
            with pytest.raises(OSError):
                await asyncio.open_connection("127.0.0.1", relay.port)
            await relay.set_link(Link.UP)
            return await say(relay, b"again")

    assert asyncio.run(run()) == b"again"


def test_a_silent_network_keeps_bytes_back_and_delivers_them_when_it_speaks_again() -> None:
    async def run() -> bytes:
        async with echo_behind_relay() as relay:
            reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
            await relay.set_link(Link.SILENT)
            writer.write(b"later")
            answer = asyncio.create_task(reader.readexactly(5))
            done, _ = await asyncio.wait({answer}, timeout=0.3)
            assert not done
            await relay.set_link(Link.UP)
            try:
                return await answer
            finally:
                await close(writer)

    assert asyncio.run(run()) == b"later"
