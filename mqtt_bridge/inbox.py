"""Proofs that came by hand: `<data_dir>/inbox/*.json`, and which archives they may answer.

The terminal's side writes both folders and the bridge reads them, for `bridge.sqlite` has one writer. A proof is put here
whole (written beside, synced, renamed) and goes when the bridge has dealt with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mqtt_bridge.local_files import INBOX, LONGEST_PROOF_BYTES, stick_note


class Inbox:
    """What waits in the inbox of a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir, self._inbox = data_dir, data_dir / INBOX

    def proofs(self) -> Iterator[tuple[Path, bytes]]:
        """Yield every proof with its file, which the caller removes when it has dealt with it. Raises OSError."""
        for path in sorted(self._inbox.glob("*.json")):
            with path.open("rb") as file:
                yield path, file.read(LONGEST_PROOF_BYTES)

    def wrote(self, nonce: str) -> bool:
        """Tell whether this terminal wrote an archive with that nonce."""
        note = stick_note(self._data_dir, nonce)
        return note is not None and note.is_file()
