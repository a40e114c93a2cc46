"""Entries that were pruned: a head office that was restored from an old backup gets them from the terminal's archives."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from journal.archive import ArchiveError, read_archive
from journal.chain import ChainError
from journal.database import Identity
from journal.entry import Entry

log = logging.getLogger(__name__)

_NAME = re.compile(r"journal-(\d+)-(\d+)-(\d+)\.archive\.gz")


class ArchiveShelf:
    """The archives of one journal in a folder. Holds the entries of one of them at a time."""

    def __init__(self, folder: Path, identity: Identity) -> None:
        self._folder, self._identity = folder, identity
        self._open: tuple[Path, list[Entry]] | None = None

    def entries(self, after_seq: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries above `after_seq`, oldest first; none when the first of them is in no sound archive."""
        for path in self._holding(after_seq + 1):
            if self._open is None or self._open[0] != path:
                try:
                    self._open = path, list(read_archive(path, self._identity.public_key))
                except (ArchiveError, ChainError) as problem:
                    log.error("%s", problem)
                    continue
            return [entry for entry in self._open[1] if after_seq < entry.seq <= after_seq + limit]
        return []

    def close(self) -> None:
        """Let go of what was read."""
        self._open = None

    def _holding(self, seq: int) -> list[Path]:
        """The archives with that entry in them, as their names say; an interrupted pruning leaves several."""
        found = sorted(self._folder.glob(f"journal-{self._identity.epoch}-*.archive.gz"))
        names = [(path, _NAME.fullmatch(path.name)) for path in found]
        return [path for path, name in names if name and int(name[2]) <= seq <= int(name[3])]
