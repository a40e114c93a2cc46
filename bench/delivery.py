"""What the way to head office costs: journal, bridge, broker and spool against the database alone.

    python -m bench.delivery [--plot PICTURE.png] [--entries N] [--engine postgresql|sqlite]

A terminal's journal of N tickets (three lines, paid by account, about 2 kB each) is drained through a real bridge, mosquitto
and spool. Before and after that, half as many are handed straight to the function that writes them to the database: what
the disk and the database can do in the same minutes. Then a tenth of N goes with one entry a message instead of 50. Exit
code 1 when a limit is not kept.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

from bench.delivery_office import ENGINES, Office, running_office
from bench.plot import Bar, bars
from mqtt_bridge.wire import MAX_ENTRIES

LEAST_OF_DATABASE = {"postgresql": 0.7, "sqlite": 0.4}
LEAST_PACKING = 3.0
SHARE_ON_SQLITE = 5
"""SQLite gets a fifth of the entries: it is the engine of small houses."""


class Measured(NamedTuple):
    """Entries a second."""

    engine: str
    direct: float
    wire: float
    single: float

    @property
    def of_database(self) -> float:
        """What is left of the database's own speed."""
        return self.wire / self.direct

    @property
    def packing(self) -> float:
        """How many times faster 50 entries a message are than one."""
        return self.wire / self.single


def measure(office: Office, entries: int) -> Measured:
    """The database alone before and after, the wire between them."""
    before = office.take_in(office.open_terminal("alone-1", entries // 2))
    drained, singly = office.open_terminal("wire-1", entries), office.open_terminal("wire-2", entries // 10)
    with office.spool():
        wire = office.drain(drained, entries)
        single = office.drain(singly, entries // 10, per_message=1)
    after = office.take_in(office.open_terminal("alone-2", entries // 2))
    return Measured(office.engine, 2 / (1 / before + 1 / after), wire, single)


def verdict(measured: Measured) -> bool:
    """Print figures and limits; returns whether they are kept."""
    least = LEAST_OF_DATABASE[measured.engine]
    kept = measured.of_database >= least, measured.packing >= LEAST_PACKING
    said = ["kept" if one else "NOT KEPT" for one in kept]
    print(
        f"{measured.engine}: {measured.wire:.0f} entries a second from journal to commit, {measured.direct:.0f} database alone"
    )
    print(f"  {measured.of_database:.2f} of the database alone (limit {least:.1f} or more): {said[0]}")
    print(
        f"  {measured.packing:.1f} times one entry a message ({measured.single:.0f} a second; "
        f"limit {LEAST_PACKING:.0f} or more): {said[1]}"
    )
    return all(kept)


def draw(results: list[Measured], picture: Path) -> None:
    """One group of bars an engine; the line across the drain is the least it may be."""
    rows = []
    for result in results:
        rows += [
            Bar(f"{result.engine}: database", result.direct),
            Bar("  journal to commit", result.wire, result.direct * LEAST_OF_DATABASE[result.engine]),
            Bar("  one entry a message", result.single, result.wire / LEAST_PACKING),
        ]
    bars(picture, "Entries a second", rows, "limit")


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw the rates to this file")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="default: both")
    args = parser.parse_args()
    results = []
    for engine in args.engine or ENGINES:
        entries = args.entries if engine == "postgresql" else args.entries // SHARE_ON_SQLITE
        print(f"{engine}: draining {entries} entries, {MAX_ENTRIES} a message at most ...", flush=True)
        with running_office(engine) as office:
            results.append(measure(office, entries))
    kept = [verdict(result) for result in results]
    if args.plot:
        draw(results, args.plot)
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
