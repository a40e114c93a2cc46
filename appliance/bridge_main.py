"""`refectory bridge`: runs the terminal's line to head office, in a process of its own."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from datetime import time
from importlib.metadata import version
from pathlib import Path
from types import FrameType

from appliance import config


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "bridge",
        help="run the terminal's line to head office",
        description=(
            "Deliver the terminal's journal to head office and bring down menus, prices and guests, until told to stop. "
            "Runs beside `refectory terminal` with the same configuration; either may be stopped without the other. A "
            "broker or a head office that is away is tried again until it is there."
        ),
        epilog="What happens is logged on the error stream; what needs a person shows on the terminal's screen too.",
    )
    parser.add_argument(
        "--config", required=True, type=Path, metavar="FILE", help="the terminal's configuration (TOML)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the bridge; returns 0 when it was told to stop, 1 after a message when it cannot work."""
    from appliance.enrolled import enrolment_of
    from mqtt_bridge.bridge import Bridge
    from mqtt_bridge.lock import FolderInUse
    from mqtt_bridge.transfer import TransferMode, TransferPlan
    from mqtt_bridge.wire import WireError

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    try:
        loaded = config.load(arguments.config)
        enrolment = enrolment_of(loaded)
        plan = TransferPlan(
            TransferMode(loaded.transfer.mode),
            loaded.transfer.every_minutes,
            tuple(time.fromisoformat(moment) for moment in loaded.transfer.times),
        )
        Bridge(enrolment, loaded.terminal.data_dir, software=f"refectory {version('refectory')}", transfer=plan).run(
            stop
        )
    except (config.ConfigError, WireError, FolderInUse, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
