"""`refectory workbench`: the whole house on this machine, with emulated devices, and one page to see and touch it."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path

from workbench.station import PLANS, SIDE_BY_SIDE, Plan

MOST_GUESTS = 500


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command `workbench`."""
    parser = subparsers.add_parser("workbench", help="run broker, head office and terminals with emulated devices")
    parser.add_argument("--data", type=Path, default=Path(".run"), help="folder for all data (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=8080, help="port of the page on 127.0.0.1, 0 for a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--size", type=_size, default=(1080, 1920), help="the kiosk's screen, as 1080x1920, 1280x800 or 1024x600"
    )
    parser.add_argument("--window", action="store_true", help="open the terminals as windows of this desktop")
    parser.add_argument(
        "--terminals",
        type=_plans,
        default=SIDE_BY_SIDE,
        help=f"which terminals, with commas between them, of {', '.join(PLANS)} (default: all but pass-1)",
    )
    parser.add_argument(
        "--guests",
        type=_guests,
        default=40,
        help="how many guests another till has served soon after the start; it goes on with one every ten seconds or so. 0: "
        "nobody comes (default: %(default)s)",
    )
    parser.set_defaults(run=_run)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 320 <= int(width) <= 4096 and 320 <= int(height) <= 4096):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1080x1920")
    return int(width), int(height)


def _guests(text: str) -> int:
    if not (text.isdigit() and int(text) <= MOST_GUESTS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to {MOST_GUESTS}")
    return int(text)


def _plans(text: str) -> tuple[Plan, ...]:
    names = text.split(",")
    unknown = [name for name in names if name not in PLANS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(PLANS)}")
    return tuple(PLANS[name] for name in names)


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
    plans = tuple(replace(plan, size=args.size) if plan.role == "kiosk" else plan for plan in args.terminals)
    house = House(Options(args.data, plans, args.window, args.guests), say=lambda text: print(text, flush=True))
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

  Real here: terminals, bridges, journals, drivers, broker (mosquitto), head office, database.
  Emulated here: badge readers, scanners and displays (serial lines), printers (network), the network in between.
  Ctrl-C stops everything."""
