"""Memory of a terminal's two processes with ten thousand and with a million entries that head office has not got yet.

    python -m bench.delivery_memory [--plot PICTURE.png]

The bridge delivers the first 2,000 of them to a real head office; the terminal's side opens the journal, and sells 200 times
with the sums that a sale asks for. What counts is the most memory each ever had (VmHWM, proc(5)). Entries in the middle of
the journals, which nobody gets to, are copies without a valid signature. Exit code 1 when a limit is not kept.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.delivery_office import DAY, GUESTS, NOW, Office, running_office, ticket, wait_until
from bench.plot import Bar, bars
from journal.chain import build
from journal.database import Identity, insert_entry
from journal.entry import Entry, Head
from journal.keys import SigningKey
from journal.store import Journal, create_file

FEW, MANY = 10_000, 1_000_000
DELIVERED = 2_000
GENUINE_FIRST, GENUINE_LAST = 4_000, 200
SALES = 200
MOST = 1.10
_COPIES = """
WITH RECURSIVE n(seq) AS (VALUES (?) UNION ALL SELECT seq + 1 FROM n WHERE seq < ?)
INSERT INTO entry SELECT n.seq, v, terminal, epoch, key_id, kind, time_utc, business_day, '{"copied":1}', prev_hash,
    printf('%064x', n.seq), signature FROM n, entry e WHERE e.seq = 2
"""
_COPIED_DELTAS = """
WITH RECURSIVE n(seq) AS (VALUES (?) UNION ALL SELECT seq + 1 FROM n WHERE seq < ?)
INSERT INTO delta SELECT 'account:' || printf('%032x', n.seq % ?), n.seq, -750 FROM n
"""


def fill_long_journal(path: Path, terminal: str, key: SigningKey, entries: int) -> None:
    """A journal with a beginning and an end as they should be."""

    def fill(connection: sqlite3.Connection) -> None:
        def write(last: Entry | Head | None, first: int, upto: int) -> None:
            for seq in range(first, upto + 1):
                kind, payload = ("ticket", ticket(terminal, seq)) if seq > 1 else ("open", {"run_id": "bench"})
                last, content = build(
                    last,
                    terminal=terminal,
                    epoch=1,
                    key=key,
                    kind=kind,
                    time_utc=NOW,
                    business_day=DAY,
                    payload=payload,
                )
                insert_entry(connection, last, content, {f"account:{seq % GUESTS:032x}": -750})

        middle = GENUINE_FIRST + 1, entries - GENUINE_LAST
        write(None, 1, GENUINE_FIRST)
        connection.execute(_COPIES, middle)
        connection.execute(_COPIED_DELTAS, (*middle, GUESTS))
        write(Head(middle[1], f"{middle[1]:064x}"), middle[1] + 1, entries)

    create_file(path, Identity(terminal, 1, key.public), fill)


def most_resident_kb(process: int | str) -> int:
    """The most memory a process has had, in kB."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    return int(found[1]) if found else 0


def sell(data_dir: Path) -> None:
    """The terminal's side, in this process; prints its memory in kB."""
    key = SigningKey.load(data_dir / "journal.key")
    with Journal.open(
        data_dir / "journal.sqlite", key, business_day=DAY, now_utc=NOW, software="bench", reserve_bytes=65536
    ) as journal:
        for number in range(SALES):
            account = f"account:{number % GUESTS:032x}"
            journal.sum(account, above_seq=DELIVERED)
            journal.sum("turnover", above_seq=DELIVERED)
            payload = ticket(data_dir.name, number)
            journal.append("ticket", payload, [(account, -750)], now_utc=datetime.now(UTC), business_day=DAY)
    print(most_resident_kb("self"))


def measure(office: Office, entries: int) -> tuple[int, int]:
    """Memory of bridge and terminal's side with that many unsent entries, in kB."""
    name = f"long-{entries}"
    data_dir = office.open_terminal(name, entries, fill_long_journal)
    done = subprocess.run(
        [sys.executable, "-m", "bench.delivery_memory", "--sell", str(data_dir)],
        capture_output=True,
        text=True,
        check=True,
    )
    with office.spool(), office.bridge(data_dir) as bridge:
        wait_until(lambda: office.upto(name) >= DELIVERED, "the first entries are delivered", 600)
        return most_resident_kb(bridge), int(done.stdout)


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw the memory to this file")
    parser.add_argument("--sell", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.sell:
        sell(args.sell)
        return
    with running_office("sqlite") as office:
        few, many = measure(office, FEW), measure(office, MANY)
    kept = []
    for name, small_kb, large_kb in zip(("bridge", "terminal's side"), few, many, strict=True):
        kept.append(large_kb <= small_kb * MOST)
        print(
            f"{name}: {small_kb / 1024:.1f} MB with {FEW:,} unsent entries, {large_kb / 1024:.1f} MB with {MANY:,}: "
            f"{large_kb / small_kb:.2f} times (limit {MOST:.2f}): {'kept' if kept[-1] else 'NOT KEPT'}"
        )
    if args.plot:
        rows = [
            Bar(f"{name}, {MANY:,} unsent", large_kb / 1024, small_kb * MOST / 1024)
            for name, small_kb, large_kb in zip(("bridge", "terminal"), few, many, strict=True)
        ]
        bars(args.plot, "Memory in MB", rows, f"{MOST:.2f} times that with {FEW:,}")
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
