"""Small files that must not be lost or half written, and folders that must remember their names.

The content is on the disk before the name is. Whether the name is there after a power cut is up to `sync_directory`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file whole or not at all, in the place of one that is there. `mode` less the umask. Raises OSError."""
    with _written_beside(path, content, mode) as beside:
        beside.replace(path)


def write_new(path: Path, content: bytes) -> None:
    """Write a file for its owner only, whole or not at all. Raises FileExistsError if it is there, or OSError."""
    with _written_beside(path, content, 0o600) as beside:
        os.link(beside, path)


def sync_directory(directory: Path) -> None:
    """Make a name just created in, or renamed within, `directory` survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _written_beside(path: Path, content: bytes, mode: int) -> Iterator[Path]:
    """A file with that content in the same folder, which goes unless it was renamed."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield beside
    finally:
        beside.unlink(missing_ok=True)
