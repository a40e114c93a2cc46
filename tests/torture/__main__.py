"""`python -m tests.torture`: sell on several terminals while everything breaks, then count every cent.

Exit code 0: everything agrees; 1: it does not, and the seed, the differences and the logs are named.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.torture import clocks, disks, reckoning, schedule
from tests.torture.house import House, Plan

SHORT_MINUTES, LONG_MINUTES = 0.8, 18.0
SELLING_SHARE = 0.7
"""Of the time of a run, what the selling itself would take if nothing broke."""


def main() -> int:
    """Run one seed."""
    arguments = _arguments()
    try:
        disks.go_inside("tests.torture")
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    minutes = SHORT_MINUTES if arguments.short else arguments.minutes
    sizes = schedule.SHORT if arguments.short else schedule.LONG.scaled(min(1.0, minutes / LONG_MINUTES))
    every_s = minutes * 60 * SELLING_SHARE / sizes.sales_each
    postgresql = not arguments.sqlite and not arguments.short
    steps = schedule.make(arguments.seed, sizes, postgresql=postgresql, clocks=clocks.can_be_set())
    folder = Path(tempfile.mkdtemp(prefix="refectory-torture-"))
    print(
        f"seed {arguments.seed}: {sizes.terminals} terminals x {sizes.sales_each} tickets, {len(steps)} steps, "
        f"{'PostgreSQL' if postgresql else 'SQLite'}, {folder}",
        flush=True,
    )
    if not clocks.can_be_set():
        print("clocks are not set: apt-get install libfaketime", flush=True)
    plan = Plan(arguments.seed, sizes, steps, every_s, postgresql)
    found = _run(House(plan, folder, sys.executable, lambda text: print(text, flush=True)))
    if found:
        print(f"SEED {arguments.seed} FAILS; logs and files: {folder}", *found, sep="\n  ", flush=True)
        return 1
    if not arguments.keep:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"seed {arguments.seed}: every sale exactly once, every cent in its place", flush=True)
    return 0


def _run(house: House) -> list[str]:
    """Run, and return what is wrong."""
    began_s = time.monotonic()
    found: list[str] = []
    try:
        house.start()
        print(f"{time.monotonic() - began_s:6.0f} s  the house is up", flush=True)
        house.run()
        house.heal()
        house.drain()
        print(f"{time.monotonic() - began_s:6.0f} s  everything is delivered", flush=True)
        found = reckoning.differences(house)
    except Exception:
        found = traceback.format_exc().splitlines()
    finally:
        _print_table(house, time.monotonic() - began_s)
        house.close()
    return found


def _print_table(house: House, seconds: float) -> None:
    faults = house.faults()
    kills = sum(number for what, number in faults.items() if what.startswith("kill: "))
    wire = sum(number for what, number in faults.items() if what.startswith("wire: "))
    print(f"\n{house.tickets} tickets in {seconds:.0f} s; {kills} processes killed, {wire} wire faults", flush=True)
    for what, number in sorted(faults.items()):
        print(f"  {what:55}{number:8}")
    for service in house.services:
        for text in sorted(set(service.ended_by_itself)):
            print(f"  {text} by itself: {service.ended_by_itself.count(text)} times")
    for text in (*house.remarks, f"payments by account: {reckoning.distribution(house)}"):
        print(f"  {text}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=20261121, help="the schedule (default: 20261121)")
    parser.add_argument(
        "--minutes",
        type=float,
        default=LONG_MINUTES,
        help="how long it is to take, roughly; fewer also make it smaller",
    )
    parser.add_argument("--short", action="store_true", help="a small run on SQLite")
    parser.add_argument("--sqlite", action="store_true", help="the long run on SQLite instead of PostgreSQL")
    parser.add_argument("--keep", action="store_true", help="keep the files of a run that went well")
    return parser.parse_args()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
