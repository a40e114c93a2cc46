"""What a backup holds (`manifest.json`): every file with its SHA-256, and how far every journal reaches in it."""

import hashlib
import os
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from journal.files import sync_directory

MANIFEST = "manifest.json"
_CHUNK_BYTES = 1024 * 1024


class BackupError(Exception):
    """A backup cannot be taken, read or put back; the message says why and what to do."""


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a backup; `path` is relative to its folder."""

    path: str
    size_bytes: int
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class Reach(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far the journal of one enrolment is in the backup; `head` is the hash of entry `upto`."""

    terminal: str
    epoch: int
    upto: int
    head: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`engine` is sqlite or postgresql, `server` the head office's name, `made_at` ISO 8601 UTC."""

    backup: Literal["refectory-head-office"] = "refectory-head-office"
    v: Literal[1] = 1
    engine: Literal["sqlite", "postgresql"]
    server: str
    software: str
    made_at: str
    files: list[File]
    enrolments: list[Reach]


def describe(folder: Path, path: Path) -> File:
    """The manifest's line for a file in `folder`, read from the disk."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return File(path=path.relative_to(folder).as_posix(), size_bytes=size, sha256=digest.hexdigest())


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest durably, with mode 0600."""
    descriptor = os.open(folder / MANIFEST, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync_directory(folder)


def read(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`, after every file it names has been read and compared. Raises BackupError."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise BackupError(f"{folder} holds no {MANIFEST}: it is no backup, or not a finished one") from error
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BackupError(f"{folder / MANIFEST} cannot be read: {error}") from error
    for expected in manifest.files:
        path = folder / expected.path
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BackupError(f"{folder / MANIFEST} names a file outside of the backup: {expected.path}")
        try:
            found = describe(folder, path)
        except OSError as error:
            raise BackupError(f"{path} cannot be read: {error.strerror}; this backup is damaged") from error
        if found != expected:
            raise BackupError(f"{path} is not what the manifest says; this backup is damaged")
    return manifest
