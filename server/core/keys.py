"""Head office's own keys: for acknowledgements and accounts, for revisions, for hashing badge numbers, for opening archives."""

import base64
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from journal.files import write_whole
from journal.keys import KeyFileError, SigningKey
from journal.sealing import OpeningKey
from server.core.authority import CA_CERTIFICATE, CA_KEY, Authority

BADGE_KEY_BYTES = 32


class KeysMissing(RuntimeError):
    """Head office has no keys yet; the message says how to make them."""


@dataclass(frozen=True, repr=False)
class HeadOfficeKeys:
    """The keys in use, and `server`, the name of this head office in everything it signs."""

    ack: SigningKey
    revision: SigningKey
    badge: bytes
    archive: OpeningKey
    server: str


def load_keys(folder: Path | None = None) -> HeadOfficeKeys:
    """Read the keys from `folder` (REFECTORY_DATA/keys). Raises KeysMissing, or KeyFileError for a bad file."""
    folder = folder or settings.REFECTORY_KEYS
    for name in ("ack.key", "revision.key", "badge.key", "archive.key", "server-id"):
        if not (folder / name).is_file():
            raise KeysMissing(f"{folder / name} is missing; run: refectory head-office init_keys")
    badge_key = base64.b64decode((folder / "badge.key").read_text())
    if len(badge_key) != BADGE_KEY_BYTES:
        raise KeyFileError(f"{folder / 'badge.key'} must hold base64 of {BADGE_KEY_BYTES} bytes")
    return HeadOfficeKeys(
        ack=SigningKey.load(folder / "ack.key"),
        revision=SigningKey.load(folder / "revision.key"),
        badge=badge_key,
        archive=OpeningKey.load(folder / "archive.key"),
        server=(folder / "server-id").read_text().strip(),
    )


def load_authority(folder: Path | None = None) -> Authority:
    """Read the certificate authority from `folder` (REFECTORY_DATA/keys). Raises KeysMissing, or KeyFileError."""
    folder = folder or settings.REFECTORY_KEYS
    for name in (CA_KEY, CA_CERTIFICATE):
        if not (folder / name).is_file():
            raise KeysMissing(f"{folder / name} is missing; run: refectory head-office init_keys")
    return Authority.load(folder)


def create_keys(folder: Path | None = None) -> list[Path]:
    """Make whatever keys are missing in `folder`, mode 0600. Returns the files made; existing ones stay as they are."""
    folder = folder or settings.REFECTORY_KEYS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for name in ("ack.key", "revision.key"):
        if not (folder / name).exists():
            SigningKey.generate().save(folder / name)
            made.append(folder / name)
    if not (folder / "archive.key").exists():
        OpeningKey.generate().save(folder / "archive.key")
        made.append(folder / "archive.key")
    texts = {
        "badge.key": lambda: base64.b64encode(secrets.token_bytes(BADGE_KEY_BYTES)).decode(),
        "secret.key": lambda: secrets.token_urlsafe(50),
        "server-id": lambda: f"head-office-{uuid.uuid4().hex[:12]}",
    }
    for name, make in texts.items():
        if not (folder / name).exists():
            write_whole(folder / name, make().encode() + b"\n")
            made.append(folder / name)
    return made + Authority.create(folder, (folder / "server-id").read_text().strip())
