"""Memory at rest of the three programs that are always there, against their limits: terminal 250 MB, bridge 60 MB, spool 120 MB.

RSS (resident set size) of each process and its children, 10 s after the last one was ready, with the demonstration canteen and its attract screen.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import psutil

from bench.house import running_house
from bench.plot import Bar, bars

LIMITS_MB = {"terminal": 250, "bridge": 60, "spool": 120}


def rss_mb(pid: int) -> float:
    """RSS of a process and its children in MB (10^6 bytes)."""
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    with running_house() as running:
        time.sleep(10)
        kiosk = running.house.kiosk
        children = {"terminal": kiosk.terminal, "bridge": kiosk.bridge, **running.house.children}
        found = {name: rss_mb(children[name].pid or 0) for name in LIMITS_MB}
    for name, limit in LIMITS_MB.items():
        print(f"{name:10} {found[name]:6.0f} MB   limit {limit} MB   ratio {found[name] / limit:.2f}")
    if args.plot:
        bars(args.plot, "Memory at rest, MB", [Bar(n, found[n], LIMITS_MB[n]) for n in LIMITS_MB], "limit")


if __name__ == "__main__":
    main()
