"""`refectory workbench`: the whole house on this machine, with emulated devices, and one page to see and touch it."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from pathlib import Path


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command `workbench`."""
    parser = subparsers.add_parser("workbench", help="run broker, head office and a kiosk with emulated devices")
    parser.add_argument("--data", type=Path, default=Path(".run"), help="folder for all data (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=8080, help="port of the page on 127.0.0.1, 0 for a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--size", type=_size, default=(1080, 1920), help="the kiosk's screen, as 1080x1920, 1280x800 or 1024x600"
    )
    parser.add_argument("--window", action="store_true", help="open the kiosk as a window of this desktop")
    parser.set_defaults(run=_run)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 320 <= int(width) <= 4096 and 320 <= int(height) <= 4096):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1080x1920")
    return int(width), int(height)


def _run(args: argparse.Namespace) -> int:
    return asyncio.run(_main(args))


async def _main(args: argparse.Namespace) -> int:
    from aiohttp import web

    from workbench.house import House, Options
    from workbench.processes import ChildFailed
    from workbench.web import Workbench

    try:
        listener = socket.create_server(("127.0.0.1", args.port))
    except OSError as error:
        print(
            f"port {args.port} cannot be used ({os.strerror(error.errno or 0)}); choose another: make run PORT=8081",
            file=sys.stderr,
        )
        return 1
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print("Starting Refectory ...", flush=True)
    house = House(Options(args.data, args.size, args.window), say=lambda text: print(text, flush=True))
    runner = web.AppRunner(Workbench(house).application(), access_log=None)
    starting = asyncio.create_task(house.start())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            return 130
        await starting
        await runner.setup()
        await web.SockSite(runner, listener).start()
        print(_welcome(listener.getsockname()[1]), flush=True)
        await stop.wait()
        print("Stopping ...", flush=True)
        return 0
    except ChildFailed as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        starting.cancel()
        stopping.cancel()
        await asyncio.gather(starting, stopping, return_exceptions=True)
        await runner.cleanup()
        await house.stop()
        listener.close()


def _welcome(port: int) -> str:
    return f"""
  The workbench:  http://127.0.0.1:{port}/

  Real here: terminal, bridge, journal, drivers, broker (mosquitto), head office, database.
  Emulated here: badge reader and scanner (serial lines), receipt printer (network printer), the network in between.
  Ctrl-C stops everything."""
