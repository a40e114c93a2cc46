"""A terminal process for the tests: holds a journal open, or sells until it is killed, printing each sale once it is stored."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from journal.keys import SigningKey
from journal.store import Journal


def main() -> None:
    folder, action = Path(sys.argv[1]), sys.argv[2]
    now, day = datetime.now(UTC), date(2026, 11, 21)
    key = SigningKey.load(folder / "journal.key")
    path = folder / "journal.sqlite"
    with Journal.open(path, key, business_day=day, now_utc=now, software="test", reserve_bytes=65536) as journal:
        if action == "hold":
            print("holding", flush=True)
            sys.stdin.readline()
        while action == "sell":
            number = journal.next_number("ticket")
            deltas = [("ticket_count", 1), ("turnover", 450)]
            entry = journal.append("ticket", {"number": number}, deltas, now_utc=now, business_day=day)
            print(number, entry.seq, entry.hash, flush=True)


main()
