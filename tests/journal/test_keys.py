from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from journal.keys import BadSignature, KeyFileError, PublicKey, SigningKey, sign_document, verify_document


def test_a_key_is_stored_for_its_owner_only_and_read_back(tmp_path: Path) -> None:
    key, path = SigningKey.generate(), tmp_path / "journal.key"
    key.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.load(path).public == key.public
    assert [file.name for file in tmp_path.iterdir()] == ["journal.key"]


def test_a_key_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "journal.key"
    SigningKey.generate().save(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match=r"mode 0640.*chmod 600"):
        SigningKey.load(path)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    key, path = SigningKey.generate(), tmp_path / "journal.key"
    key.save(path)
    with pytest.raises(KeyFileError, match="exists"):
        SigningKey.generate().save(path)
    assert SigningKey.load(path).public == key.public
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=r"journal\.key is not an unencrypted private key"):
        SigningKey.load(path)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.key"
    pem = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(pem)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="an Ed25519 key is needed"):
        SigningKey.load(path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"nowhere\.key: No such file"):
        SigningKey.load(tmp_path / "nowhere.key")
    with pytest.raises(KeyFileError, match=r"nowhere\.pub: No such file"):
        PublicKey.load(tmp_path / "nowhere.pub")


def test_a_public_key_file_must_hold_a_public_key(tmp_path: Path) -> None:
    path = tmp_path / "journal.pub"
    path.write_text("AAAA")
    with pytest.raises(KeyFileError, match="must be base64 of 32 bytes"):
        PublicKey.load(path)


def test_the_private_key_shows_only_its_id() -> None:
    key = SigningKey.generate()
    assert repr(key) == f"SigningKey({key.public.key_id})"


def test_a_signed_document_is_genuine_only_as_signed() -> None:
    key = SigningKey.generate()
    signed = sign_document(key, "refectory/ack/1", {"upto": 5, "terminal": "kiosk-1"})
    verify_document(key.public, "refectory/ack/1", dict(reversed(signed.items())))
    for public, context, document in [
        (key.public, "refectory/ack/1", {**signed, "upto": 6}),
        (key.public, "refectory/ack/1", {**signed, "more": 1}),
        (key.public, "refectory/ack/1", {**signed, "upto": 5.0}),
        (key.public, "refectory/ack/1", {"upto": 5}),
        (key.public, "refectory/ack/1", {**signed, "signature": "no"}),
        (key.public, "refectory/accounts/1", signed),
        (SigningKey.generate().public, "refectory/ack/1", signed),
    ]:
        with pytest.raises(BadSignature):
            verify_document(public, context, document)
