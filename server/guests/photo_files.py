"""Where photos of guests are kept: REFECTORY_DATA/photos/<key>.jpg, under names nobody can guess."""

import re
import secrets
from pathlib import Path

from django.conf import settings

from journal.files import write_whole

_KEY = re.compile(r"[0-9a-f]{32}")


def path_of(key: str) -> Path:
    """Return the file of the photo `key`. Raises ValueError for what is not 32 hexadecimal digits."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"photo key {key!r} is not 32 hexadecimal digits")
    return Path(settings.REFECTORY_DATA) / "photos" / f"{key}.jpg"


def write(jpeg: bytes) -> str:
    """Keep a photo, readable by head office only; returns its new random key."""
    key = secrets.token_hex(16)
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, jpeg)
    return key


def remove(key: str) -> None:
    """Delete a photo; one that is gone already is no error."""
    path_of(key).unlink(missing_ok=True)
