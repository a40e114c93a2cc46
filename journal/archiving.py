"""Write one archive and read it back, in a process of its own: `python -m journal.archiving JOURNAL FIRST LAST ARCHIVE`.

Checking signatures takes a processor for a while; a screen keeps its frames when another process does it, at the lowest
priority. Exit code 0: the archive is on the disk, was read from there and holds exactly these entries of this journal.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

from journal.archive import ArchiveError, export_range, verify_archive
from journal.chain import ChainError
from journal.database import connect, read_identity
from journal.errors import JournalError


def archive_range(journal: Path, first_seq: int, last_seq: int, archive: Path) -> None:
    """Have entries first_seq..last_seq in `archive`, verified. One that is there already counts if it is what it should be.

    Raises ArchiveError, ChainError or JournalError.
    """
    with closing(connect(journal, query_only=True)) as connection:
        identity = read_identity(connection, journal)
        row = connection.execute("select hash from entry where seq = ?", (last_seq,)).fetchone()
    head = row[0].decode() if row else ""
    if not archive.exists():
        export_range(journal, first_seq, last_seq, archive)
    _forget_pages(archive)
    report = verify_archive(archive, identity.public_key)
    wanted = (identity.terminal, identity.epoch, first_seq, last_seq, head)
    if (report.terminal, report.epoch, report.first_seq, report.head.seq, report.head.hash) != wanted:
        raise ArchiveError(f"{archive} holds other entries than {first_seq} to {last_seq} of {journal}")


def _forget_pages(archive: Path) -> None:
    """Have the kernel read the file from the disk, not from what it remembers of writing it."""
    descriptor = os.open(archive, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def main() -> int:
    """Carry out the command line; says on the error stream what went wrong."""
    os.nice(19)
    journal, first, last, archive = sys.argv[1:]
    try:
        archive_range(Path(journal), int(first), int(last), Path(archive))
    except (ArchiveError, ChainError, JournalError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
