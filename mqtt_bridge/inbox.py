"""Proofs that came by hand: `<data_dir>/inbox/*.json`, and which archives they may answer.

The terminal's side writes both folders and the bridge reads them, for `bridge.sqlite` has one writer. A proof is put here
whole (written beside, synced, renamed) and goes when the bridge has dealt with it.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from mqtt_bridge.local_files import INBOX, LONGEST_PROOF_BYTES, stick_note

log = logging.getLogger(__name__)


class Inbox:
    """What waits in the inbox of a data folder. A file that cannot be read or removed is told once and is in nobody's way."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir, self._inbox = data_dir, data_dir / INBOX
        self._stuck: set[tuple[str, int]] = set()

    def waiting(self) -> list[tuple[Path, bytes]]:
        """Return every proof that nobody has dealt with, with its file."""
        found = []
        for path in sorted(self._inbox.glob("*.json")):
            place = _place(path)
            if place in self._stuck:
                continue
            try:
                # Neither waits for a pipe nor follows a link.
                with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
                    found.append((path, file.read(LONGEST_PROOF_BYTES)))
            except OSError as problem:
                log.error("%s: %s", path, problem)
                self._stuck.add(place)
        return found

    def remove(self, path: Path) -> None:
        """Remove a proof that was dealt with."""
        try:
            path.unlink()
        except OSError as problem:
            log.error("%s: %s", path, problem)
            self._stuck.add(_place(path))

    def wrote(self, nonce: str) -> bool:
        """Tell whether this terminal wrote an archive with that nonce."""
        note = stick_note(self._data_dir, nonce)
        return note is not None and note.is_file()


def _place(path: Path) -> tuple[str, int]:
    """A file as long as nobody replaces it."""
    try:
        return path.name, path.stat().st_ino
    except OSError:
        return path.name, 0
