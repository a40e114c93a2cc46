"""Write an archive to a stick that has no room for it; prints what the technician is told and what is left on the stick.

Run as a process with the folder as its argument, by `test_delivery.py`.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from journal.delivery import CannotWrite, write_delivery
from journal.keys import SigningKey
from journal.sealing import SealingKey


def main(folder: Path) -> None:
    stick = folder / "stick"
    (stick / "holiday.jpg").write_bytes(b"x" * 1000)
    try:
        write_delivery(
            folder / "journal.sqlite",
            1,
            200,
            stick,
            key=SigningKey.load(folder / "journal.key"),
            recipient=SealingKey.from_base64((folder / "office.txt").read_text()),
            nonce="5" * 32,
            now_utc=datetime(2026, 11, 21, tzinfo=UTC),
        )
    except CannotWrite as problem:
        print(problem)
    print("left:", *sorted(path.name for path in stick.iterdir()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
