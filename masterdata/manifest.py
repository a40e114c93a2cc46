"""The signed announcement of a revision: which bytes head office published under which number."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec

from masterdata.errors import BadManifest

CONTEXT = "refectory/revision/1"
LARGEST_REVISION_BYTES = 32 * 1024 * 1024


class RevisionManifest(msgspec.Struct, frozen=True, kw_only=True):
    """`path` is below head office's URL; `sha256` and `size_bytes` are of the XML as published."""

    v: Literal[1] = 1
    kind: Literal["revision"] = "revision"
    store: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    revision: Annotated[int, msgspec.Meta(ge=1)]
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    size_bytes: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_REVISION_BYTES)]
    path: Annotated[str, msgspec.Meta(pattern=r"^/replication/[A-Za-z0-9/_-]+(\.[a-z0-9]+)?$")]
    published_at: Annotated[datetime, msgspec.Meta(tz=True)]
    signature: str = ""


def make_manifest(store: str, revision: int, xml: bytes, path: str, published_at: datetime) -> dict[str, Any]:
    """Return the manifest of `xml` as a document, not yet signed (context `CONTEXT`). Raises `BadManifest`."""
    document = {
        "v": 1,
        "kind": "revision",
        "store": store,
        "revision": revision,
        "sha256": hashlib.sha256(xml).hexdigest(),
        "size_bytes": len(xml),
        "path": path,
        "published_at": published_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
    _read(document)
    return document


def verify_manifest(document: dict[str, Any], public_key: str) -> RevisionManifest:
    """Check the Ed25519 signature (RFC 8032, over context, newline and the RFC 8785 form) and the fields.

    `public_key` is the base64 of head office's raw revision key. Raises `BadManifest` saying what is wrong.
    """
    import rfc8785
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    signed = {name: value for name, value in document.items() if name != "signature"}
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        signature = base64.b64decode(str(document.get("signature", "")), validate=True)
        key.verify(signature, CONTEXT.encode() + b"\n" + rfc8785.dumps(signed))
    except InvalidSignature as problem:
        raise BadManifest("manifest: signature is not of head office's revision key") from problem
    except (ValueError, RecursionError, rfc8785.CanonicalizationError) as problem:
        raise BadManifest(f"manifest: signature cannot be checked: {problem}") from problem
    return _read(document)


def check_bytes(manifest: RevisionManifest, xml: bytes) -> None:
    """Raise `BadManifest` unless `xml` is what the manifest announces."""
    if len(xml) != manifest.size_bytes:
        raise BadManifest(f"revision {manifest.revision}: size is not {manifest.size_bytes} bytes as announced")
    if hashlib.sha256(xml).hexdigest() != manifest.sha256:
        raise BadManifest(f"revision {manifest.revision}: sha256 is not {manifest.sha256} as announced")


def _read(document: dict[str, Any]) -> RevisionManifest:
    try:
        return msgspec.convert(document, type=RevisionManifest)
    except msgspec.ValidationError as problem:
        raise BadManifest(f"manifest: {problem}") from problem
