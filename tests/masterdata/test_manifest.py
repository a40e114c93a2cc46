"""Only head office can announce a revision, and only the bytes it announced count."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from journal.keys import SigningKey, sign_document
from masterdata.revision import CONTEXT, BadManifest, check_bytes, encode, make_manifest, verify_manifest
from tests.masterdata.lunch import lunch

KEY = SigningKey.generate()
XML = encode(lunch(7))
WHEN = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)


def manifest(**changes: Any) -> dict[str, Any]:
    document = make_manifest("north", 7, XML, "/replication/north/7.xml", WHEN)
    return sign_document(KEY, CONTEXT, document | changes)


def test_a_signed_manifest_is_believed() -> None:
    found = verify_manifest(manifest(), KEY.public.to_base64())

    assert (found.store, found.revision, found.size_bytes, found.published_at) == ("north", 7, len(XML), WHEN)
    check_bytes(found, XML)


@pytest.mark.parametrize(
    "document",
    [
        manifest() | {"revision": 8},
        manifest() | {"note": "added"},
        sign_document(SigningKey.generate(), CONTEXT, manifest()),
        sign_document(KEY, "refectory/ack/1", manifest()),
        {name: value for name, value in manifest().items() if name != "signature"},
        manifest() | {"signature": "?"},
        manifest() | {"revision": 7.5},
    ],
)
def test_a_manifest_that_is_not_head_offices_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(BadManifest, match="signature"):
        verify_manifest(document, KEY.public.to_base64())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("path", "https://elsewhere.example/7.xml"),
        ("path", "/replication/../admin"),
        ("sha256", "00"),
        ("size_bytes", 10**12),
        ("kind", "image"),
        ("published_at", "2026-11-20T17:05:00"),
    ],
)
def test_even_signed_a_manifest_must_make_sense(field: str, value: object) -> None:
    with pytest.raises(BadManifest, match=field):
        verify_manifest(manifest(**{field: value}), KEY.public.to_base64())


def test_other_bytes_than_announced_are_refused() -> None:
    found = verify_manifest(manifest(), KEY.public.to_base64())

    with pytest.raises(BadManifest, match="sha256"):
        check_bytes(found, XML.replace(b"250", b"150"))
    with pytest.raises(BadManifest, match="size"):
        check_bytes(found, XML + b" ")
