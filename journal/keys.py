"""Ed25519 keys (RFC 8032): the terminal's journal key, and signed documents in general.

Whoever holds a terminal's disk holds its journal key and can re-sign entries head office has not acknowledged; what
is acknowledged is fixed by head office's own copy.
"""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from journal.canonical import canonical
from journal.entry import decode_base64
from journal.files import sync_directory, write_new


class KeyFileError(Exception):
    """A key file is missing, readable by others, or not a key; the message names the file and what to do."""


class BadSignature(Exception):
    """A signature is missing, malformed, or not made by this key over these bytes."""


class PublicKey:
    """The half of a key that everybody may know; checks signatures."""

    def __init__(self, raw: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(raw)
        self._raw = raw

    @classmethod
    def from_base64(cls, text: str) -> PublicKey:
        """From the base64 of the raw 32 bytes. Raises ValueError if it is anything else."""
        return cls(decode_base64(text.strip(), 32))

    @classmethod
    def load(cls, path: Path) -> PublicKey:
        """From a text file holding the base64. Raises KeyFileError."""
        try:
            return cls.from_base64(path.read_text(encoding="ascii"))
        except OSError as error:
            raise KeyFileError(f"cannot read the public key {path}: {error.strerror}") from error
        except ValueError as error:
            raise KeyFileError(f"{path} is not a public key: it {error}") from error

    def to_base64(self) -> str:
        """The raw 32 bytes as base64 (44 characters)."""
        return base64.b64encode(self._raw).decode()

    @property
    def key_id(self) -> str:
        """First 16 hex digits of the SHA-256 of the raw key."""
        return hashlib.sha256(self._raw).hexdigest()[:16]

    def verify(self, signature: bytes, data: bytes) -> None:
        """Raises BadSignature unless `signature` is this key's over `data`."""
        try:
            self._key.verify(signature, data)
        except InvalidSignature as error:
            raise BadSignature(f"the signature was not made by key {self.key_id} over this content") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self._raw == other._raw

    def __hash__(self) -> int:
        return hash(self._raw)

    def __repr__(self) -> str:
        return f"PublicKey({self.key_id})"


class SigningKey:
    """A private key. Its repr shows the key id only."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(
            key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        )

    @classmethod
    def generate(cls) -> SigningKey:
        """A new random key, not yet stored anywhere."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """From an unencrypted PKCS#8 PEM file that only its owner can read. Raises KeyFileError."""
        key = read_private_key(path)
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyFileError(f"{path} holds a key of another kind; an Ed25519 key is needed")
        return cls(key)

    def save(self, path: Path) -> None:
        """Write PKCS#8 PEM with mode 0600, whole or not at all. Raises KeyFileError if the file exists: keys are never replaced."""
        write_private_key(path, self._key)

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature over `data`."""
        return self._key.sign(data)

    def __repr__(self) -> str:
        return f"SigningKey({self.public.key_id})"


def sign_document(key: SigningKey, context: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `document` with "signature": base64 Ed25519 over context, newline, and its RFC 8785 bytes.

    `context` names the kind of document and its version, so that a signature is never valid for another kind.
    """
    signature = key.sign(_document_bytes(context, document))
    return {**document, "signature": base64.b64encode(signature).decode()}


def verify_document(public: PublicKey, context: str, document: Mapping[str, Any]) -> None:
    """Raises BadSignature unless `document` was signed by that key in that context."""
    signature = document.get("signature")
    if not isinstance(signature, str):
        raise BadSignature("signature: is missing")
    try:
        raw = decode_base64(signature, 64)
        data = _document_bytes(context, document)
    except ValueError as error:
        raise BadSignature(f"signature: {error}") from error
    public.verify(raw, data)


def read_private_key(path: Path) -> PrivateKeyTypes:
    """A key of any kind from an unencrypted PKCS#8 PEM file that only its owner can read. Raises KeyFileError."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise KeyFileError(f"{path} can be read by others (mode {mode:04o}); run: chmod 600 {path}")
            content = file.read()
    except OSError as error:
        raise KeyFileError(f"cannot read the key {path}: {error.strerror}") from error
    try:
        return serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(f"{path} is not an unencrypted private key in PEM form") from error


def write_private_key(path: Path, key: Ed25519PrivateKey | X25519PrivateKey) -> None:
    """Write PKCS#8 PEM with mode 0600, whole or not at all. Raises KeyFileError if the file exists: keys are never replaced."""
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        write_new(path, content)
        sync_directory(path.parent)
    except FileExistsError as error:
        raise KeyFileError(f"{path} exists; move it away first, a key is never overwritten") from error
    except OSError as error:
        raise KeyFileError(f"cannot write the key {path}: {error.strerror}") from error


def _document_bytes(context: str, document: Mapping[str, Any]) -> bytes:
    return context.encode() + b"\n" + canonical({k: v for k, v in document.items() if k != "signature"})
