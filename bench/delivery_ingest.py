"""Takes a terminal's journal into head office's database without any wire, and prints entries a second.

    python -m bench.delivery_ingest DATA_DIR PER_MESSAGE

Reading the journal is not counted: the database alone is what delivery is compared with.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django

from journal.reader import JournalReader


def main() -> None:
    """Ingest, print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    django.setup()
    from server.spool.intake import take_in

    data_dir, per_message = Path(sys.argv[1]), int(sys.argv[2])
    spent_s, upto = 0.0, 0
    with JournalReader(data_dir / "journal.sqlite") as reader:
        while entries := reader.entries(upto, per_message):
            documents = [entry.to_json_dict() for entry in entries]
            began_s = time.perf_counter()
            taken = take_in(data_dir.name, 1, documents)
            spent_s += time.perf_counter() - began_s
            if taken.accepted != len(entries):
                raise SystemExit(f"head office took {taken.accepted} of {len(entries)} entries after {upto}")
            upto = entries[-1].seq
    print(upto / spent_s)


if __name__ == "__main__":
    main()
