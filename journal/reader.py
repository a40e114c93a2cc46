"""Reading a journal while its terminal writes it."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from journal.database import Identity, connect, journal_file, read_entries, read_head, read_identity, read_last_seq
from journal.entry import Entry, Head

MAX_ENTRIES = 50


class JournalReader:
    """A reader that cannot write. Each call is one short transaction, so the writer's log can always be folded back."""

    def __init__(self, path: Path) -> None:
        """Raises NotAJournal."""
        self._path = path
        self._connection = connect(path, query_only=True)
        try:
            self.identity: Identity = read_identity(self._connection, path)
        except BaseException:
            self._connection.close()
            raise

    def entries(self, after_seq: int, limit: int = MAX_ENTRIES) -> list[Entry]:
        """Entries with seq > after_seq in order, at most `limit` and never more than 50.

        Raises NotAJournal if the file has become unreadable, EntryFormatError on a damaged entry.
        """
        with journal_file(self._path):
            return read_entries(self._connection, after_seq, min(limit, MAX_ENTRIES))

    def head(self) -> Head:
        """(seq, hash) of the last entry; (0, 64 zeros) if there is none. Raises NotAJournal."""
        with journal_file(self._path):
            return read_head(self._connection)

    def last_seq(self, kind: str) -> int:
        """The newest entry of that kind, 0 if there is none. Raises NotAJournal."""
        with journal_file(self._path):
            return read_last_seq(self._connection, kind)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
