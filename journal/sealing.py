"""Files that only their recipient can read, written and read as a stream in little memory.

A sealed file is a header in clear text, a file key for the recipient (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305,
base mode; the header is its `info`), then the content in chunks of 64 kB under that key. A chunk's nonce is its number
and whether it is the last (the STREAM construction), so that nothing can be changed, moved, repeated or cut off unnoticed.
Who wrote it is not said: sign the content.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from journal.entry import decode_base64
from journal.keys import KeyFileError, read_private_key, write_private_key

CHUNK_BYTES = 64 * 1024
_CONTEXT = b"refectory/sealed/1\n"
_TAG_BYTES = 16
_KEY_BYTES = 32
_SEALED_KEY_BYTES = 32 + _KEY_BYTES + _TAG_BYTES
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class SealBroken(Exception):
    """A sealed file was changed, cut off, or is for another recipient. What was read of it before counts for nothing."""


class SealingKey:
    """The half of a recipient's key that everybody may know; seals."""

    def __init__(self, raw: bytes) -> None:
        self._key = X25519PublicKey.from_public_bytes(raw)
        self._raw = raw

    @classmethod
    def from_base64(cls, text: str) -> SealingKey:
        """From the base64 of the raw 32 bytes. Raises ValueError if it is anything else."""
        return cls(decode_base64(text.strip(), 32))

    def to_base64(self) -> str:
        """The raw 32 bytes as base64 (44 characters)."""
        return base64.b64encode(self._raw).decode()

    @property
    def key_id(self) -> str:
        """First 16 hex digits of the SHA-256 of the raw key."""
        return hashlib.sha256(self._raw).hexdigest()[:16]

    def seal_file_key(self, file_key: bytes, header: bytes) -> bytes:
        """`file_key` for the owner of this key, bound to `header`."""
        return _SUITE.encrypt(file_key, self._key, _CONTEXT + header)

    def __repr__(self) -> str:
        return f"SealingKey({self.key_id})"


class OpeningKey:
    """A recipient's private key. Its repr shows the key id only."""

    def __init__(self, key: X25519PrivateKey) -> None:
        self._key = key
        self.public = SealingKey(
            key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        )

    @classmethod
    def generate(cls) -> OpeningKey:
        """A new random key, not yet stored anywhere."""
        return cls(X25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> OpeningKey:
        """From an unencrypted PKCS#8 PEM file that only its owner can read. Raises KeyFileError."""
        key = read_private_key(path)
        if not isinstance(key, X25519PrivateKey):
            raise KeyFileError(f"{path} holds a key of another kind; an X25519 key is needed")
        return cls(key)

    def save(self, path: Path) -> None:
        """Write PKCS#8 PEM with mode 0600, whole or not at all. Raises KeyFileError if the file exists."""
        write_private_key(path, self._key)

    def open_file_key(self, sealed: bytes, header: bytes) -> bytes:
        """What `SealingKey.seal_file_key` sealed. Raises SealBroken."""
        try:
            file_key = _SUITE.decrypt(sealed, self._key, _CONTEXT + header)
        except (InvalidTag, ValueError) as error:
            raise SealBroken("its header was changed, or it is for another recipient") from error
        if len(file_key) != _KEY_BYTES:
            raise SealBroken("its key has the wrong length")
        return file_key

    def __repr__(self) -> str:
        return f"OpeningKey({self.public.key_id})"


class SealedWriter:
    """Writes one sealed file. Without `finish` what was written can't be read."""

    def __init__(self, file: BinaryIO, recipient: SealingKey, header: bytes) -> None:
        """Write `header`, which ends in its only newline, and the file key to `file`. Raises OSError."""
        self._file = file
        self._held = bytearray()
        self._number = 0
        file_key = secrets.token_bytes(_KEY_BYTES)
        self._cipher = ChaCha20Poly1305(file_key)
        file.write(header + recipient.seal_file_key(file_key, header))

    def write(self, data: bytes) -> None:
        """Add to the content. Raises OSError."""
        self._held += data
        while len(self._held) > CHUNK_BYTES:
            self._put(bytes(self._held[:CHUNK_BYTES]), last=False)
            del self._held[:CHUNK_BYTES]

    def finish(self) -> None:
        """Write the last chunk; the caller syncs and closes the file. Raises OSError."""
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, None))
        self._number += 1


def open_sealed(file: BinaryIO, header: bytes, key: OpeningKey) -> Iterator[bytes]:
    """The content of a sealed file in pieces of at most 64 kB; `file` stands behind its `header`.

    Every piece is genuine; that it was the last shows only when the iterator ends. Raises SealBroken or OSError.
    """
    cipher = ChaCha20Poly1305(key.open_file_key(file.read(_SEALED_KEY_BYTES), header))
    number = 0
    sealed = file.read(CHUNK_BYTES + _TAG_BYTES)
    last = False
    while not last:
        following = file.read(CHUNK_BYTES + _TAG_BYTES)
        last = not following
        try:
            piece = cipher.decrypt(_nonce(number, last=last), sealed, None)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"it was changed or cut off near byte {number * (CHUNK_BYTES + _TAG_BYTES)}") from error
        yield piece
        sealed = following
        number += 1


def _nonce(number: int, *, last: bool) -> bytes:
    """12 bytes (RFC 8439): the chunk's number, and 1 for the last."""
    return number.to_bytes(11, "big") + bytes([last])
