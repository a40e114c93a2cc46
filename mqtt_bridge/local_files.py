"""The files of a terminal's data folder that its two processes and its commands share."""

from __future__ import annotations

import re
from pathlib import Path

JOURNAL_FILE = "journal.sqlite"
JOURNAL_KEY_FILE = "journal.key"
WIRE_KEY_FILE = "wire.key"
ENROLMENT_FILE = "enrolment.json"
ACCOUNTS_FILE = "accounts.sqlite"
BRIDGE_FILE = "bridge.sqlite"
INBOX = "inbox"
"""Proofs that came by hand, for the bridge."""
ARCHIVES = "archives"
"""Entries that were pruned."""
STICKS = "sticks"
"""Notes of the archives that were written to sticks, for their proofs to be known by."""
LONGEST_PROOF_BYTES = 1024 * 1024


def stick_note(data_dir: Path, nonce: str) -> Path | None:
    """The file that remembers the archive with that nonce, there or not; None for what cannot be a nonce."""
    return data_dir / STICKS / f"{nonce}.json" if re.fullmatch(r"[0-9a-f]{32}", nonce) else None
