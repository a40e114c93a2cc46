"""The terminal's catalogue files: one immutable SQLite file per revision, and a pointer to the current one.

`<directory>/catalogue-N.sqlite` is built beside, synced and renamed; `<directory>/current` names the revision in use.
Old files stay until nobody needs them.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from sales.catalogue import Catalogue

POINTER = "current"


def file_of(directory: Path, revision: int) -> Path:
    """Return the path of a revision's file, there or not."""
    return directory / f"catalogue-{revision}.sqlite"


def build(catalogue: Catalogue, directory: Path) -> Path:
    """Write the file of that revision, whole or not at all, and return its path. An earlier file of it is replaced."""
    from masterdata.catalogue_tables import write

    directory.mkdir(parents=True, exist_ok=True)
    _sweep(directory)
    beside = directory / f".catalogue-{catalogue.revision}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        write(catalogue, beside)
        return _put(beside, file_of(directory, catalogue.revision))
    finally:
        beside.unlink(missing_ok=True)


def load(path: Path) -> Catalogue:
    """Read a catalogue file. Raises `FileNotFoundError`, or `masterdata.errors.RevisionError` for any other file."""
    from masterdata.catalogue_tables import read

    return read(path)


def set_current(directory: Path, revision: int) -> None:
    """Make that revision the current one, at once. Raises `FileNotFoundError` when its file is not there."""
    if not file_of(directory, revision).is_file():
        raise FileNotFoundError(f"{file_of(directory, revision)}: build it before making it current")
    beside = directory / f".{POINTER}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        beside.write_text(f"{revision}\n", encoding="ascii")
        _put(beside, directory / POINTER)
    finally:
        beside.unlink(missing_ok=True)


def current_revision(directory: Path) -> int | None:
    """Return the number of the current revision, None when there is none or the pointer is damaged."""
    try:
        text = (directory / POINTER).read_bytes().strip()
    except FileNotFoundError:
        return None
    return int(text) if re.fullmatch(rb"[0-9]{1,15}", text) else None


def current(directory: Path) -> Path | None:
    """Return the path of the current catalogue file, None when there is none."""
    revision = current_revision(directory)
    if revision is None or not file_of(directory, revision).is_file():
        return None
    return file_of(directory, revision)


def prune(directory: Path, keep: int) -> None:
    """Remove all but the `keep` newest files; the current one always stays."""
    numbers = sorted(int(path.stem.partition("-")[2]) for path in directory.glob("catalogue-[0-9]*.sqlite"))
    for revision in numbers[:-keep]:
        if revision != current_revision(directory):
            file_of(directory, revision).unlink(missing_ok=True)


def _put(beside: Path, path: Path) -> Path:
    _sync(beside)
    beside.replace(path)
    _sync(path.parent)
    return path


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(directory: Path) -> None:
    """Remove what a build that was cut off left behind."""
    for left in (*directory.glob(".catalogue-*"), *directory.glob(f".{POINTER}.*")):
        left.unlink(missing_ok=True)
