"""The journal as the uplink sees it: entries above a mark, and what its hash was at a mark. It is the only queue."""

from __future__ import annotations

from pathlib import Path

from journal.entry import GENESIS, Entry, Head
from journal.errors import JournalError
from journal.reader import JournalReader
from mqtt_bridge.archive_shelf import ArchiveShelf
from mqtt_bridge.local_files import ARCHIVES


class WrongJournal(JournalError):
    """The journal file belongs to another terminal or enrolment."""


class JournalTail:
    """Reads `journal.sqlite`. Until the terminal has made the file there are no entries."""

    def __init__(self, path: Path, terminal: str, epoch: int) -> None:
        self._path, self._terminal, self._epoch = path, terminal, epoch
        self._reader: JournalReader | None = None
        self._archives: ArchiveShelf | None = None

    def entries(self, after_seq: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries above `after_seq`, oldest first; pruned ones from the archives beside the journal.

        Raises `JournalError`.
        """
        reader = self._open()
        if reader is None or limit < 1:
            return []
        found = reader.entries(after_seq, limit)
        if found and found[0].seq > after_seq + 1 and self._archives:
            return self._archives.entries(after_seq, limit) or found
        if self._archives:
            self._archives.close()
        return found

    def head(self) -> Head:
        """Return sequence number and hash of the last entry. Raises `JournalError`."""
        reader = self._open()
        return reader.head() if reader else GENESIS

    def hash_at(self, seq: int) -> str | None:
        """Return the hash of entry `seq`, None when the journal does not reach it or holds it no longer.

        Every entry carries its predecessor's hash, so a mark just below the oldest entry can still be checked.
        """
        following = self.entries(seq, 1)
        if following:
            return following[0].prev_hash if following[0].seq == seq + 1 else None
        head = self.head()
        return head.hash if head.seq == seq else None

    def last_seq(self, kind: str) -> int:
        """Return the newest entry of that kind, 0 when there is none. Raises `JournalError`."""
        reader = self._open()
        return reader.last_seq(kind) if reader else 0

    def close(self) -> None:
        """Let go of the file."""
        if self._reader:
            self._reader.close()
            self._reader = None

    def _open(self) -> JournalReader | None:
        if self._reader is None and self._path.is_file():
            reader = JournalReader(self._path)
            identity = reader.identity
            if (identity.terminal, identity.epoch) != (self._terminal, self._epoch):
                reader.close()
                raise WrongJournal(
                    f"{self._path} is of terminal {identity.terminal} epoch {identity.epoch}, enrolment.json says "
                    f"{self._terminal} epoch {self._epoch}; put back the file that belongs here, or enrol again"
                )
            self._reader = reader
            self._archives = ArchiveShelf(self._path.parent / ARCHIVES, identity)
        return self._reader
