"""Both ends read the same messages; a wrong one is refused with the name of the field."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from journal.keys import SigningKey, sign_document, verify_document
from mqtt_bridge import wire
from tests.mqtt_bridge.terminal import BADGE_KEY, enrolment

KEY = SigningKey.generate()
ASK = wire.Ask(terminal="kiosk-1", epoch=1, nonce="a" * 32, head_seq=3, head_hash="b" * 64, accounts_version=0)
UP = wire.Up(terminal="kiosk-1", epoch=1, entries=[{"seq": 1, "payload": {"name": "Käse ü €"}}])
ACK = wire.Ack(terminal="kiosk-1", server="main", number=1, epoch=1, upto=3, head="c" * 64, nonce="a" * 32)
STATE = wire.State(
    terminal="kiosk-1", online=True, software="x", epoch=1, head_seq=3, upto=2, at="2026-11-21T11:28:03Z"
)


@pytest.mark.parametrize("message", [ASK, UP, ACK, STATE])
def test_a_message_reads_back_as_it_was(message: Any) -> None:
    assert wire.decode(type(message), wire.encode(message)) == message


def test_an_acknowledgement_is_signed_as_a_whole() -> None:
    signed = sign_document(KEY, wire.ACK_CONTEXT, wire.unsigned(ACK))
    received = wire.document(wire.encode(wire.from_document(wire.Ack, signed)))

    verify_document(KEY.public, wire.ACK_CONTEXT, received)
    assert set(received) == set(wire.Ack.__struct_fields__)


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (wire.Ask, {"nonce": "short"}, r"ask: .*\$\.nonce"),
        (wire.Ask, {"v": 2}, r"ask: .*\$\.v"),
        (wire.Ask, {"terminal": "Kiosk 1"}, r"ask: .*\$\.terminal"),
        (wire.Ask, {"head_seq": -1}, r"ask: .*\$\.head_seq"),
        (wire.Ask, {"epoch": "1"}, r"ask: .*\$\.epoch"),
        (wire.Up, {"entries": []}, r"up: .*\$\.entries"),
        (wire.Up, {"entries": [{}] * 51}, r"up: .*\$\.entries"),
        (wire.Ack, {"quarantined": [0]}, r"ack: .*\$\.quarantined"),
        (wire.State, {"online": "yes"}, r"state: .*\$\.online"),
    ],
)
def test_a_wrong_field_is_named(kind: Any, changes: dict[str, Any], field: str) -> None:
    good = {wire.Ask: ASK, wire.Up: UP, wire.Ack: ACK, wire.State: STATE}[kind]
    payload = msgspec.json.encode(msgspec.to_builtins(good) | changes)

    with pytest.raises(wire.WireError, match=field):
        wire.decode(kind, payload)


@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"[1]", b'{"v":1', b'"text"', b'{"v":' + b"[" * 100_000])
def test_what_is_not_a_message_is_refused(payload: bytes) -> None:
    # What other tests left behind must not be finalised at the edge of the stack that the deepest payload reaches.
    gc.collect()
    with pytest.raises(wire.WireError):
        wire.decode(wire.Ask, payload)
    with pytest.raises(wire.WireError):
        wire.document(payload)


def test_a_newer_end_may_say_more() -> None:
    payload = msgspec.json.encode(msgspec.to_builtins(ASK) | {"colour": "red"})

    assert wire.decode(wire.Ask, payload) == ASK


def test_topics_can_be_taken_apart_again() -> None:
    text = wire.topic("main", "kiosk-1", "ack")

    assert text == "refectory/1/main/kiosk-1/ack"
    assert wire.parse_topic(text) == ("main", "kiosk-1", "ack")
    for wrong in ("refectory/2/main/kiosk-1/ack", "refectory/1/main/kiosk-1/gossip", "refectory/1/main/ack", "x"):
        with pytest.raises(wire.WireError, match="topic"):
            wire.parse_topic(wrong)


def test_an_enrolment_is_kept_from_others(tmp_path: Path) -> None:
    path = tmp_path / "enrolment.json"
    made = enrolment(1883, KEY, KEY)

    wire.save_enrolment(path, made)

    assert wire.load_enrolment(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert made.badge_key_bytes == BADGE_KEY
    assert made.badge_key not in f"{made!r} {made}"
    path.chmod(0o640)
    with pytest.raises(wire.WireError, match="mode 0640 lets others read its keys"):
        wire.load_enrolment(path)


def test_the_keys_of_an_enrolment_go_nowhere_else(tmp_path: Path) -> None:
    """Neither into a file that somebody put where it is written first, nor are they left behind when it fails."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.touch(mode=0o644)
    path = tmp_path / "enrolment.json"
    path.with_name(f".{path.name}.{os.getpid()}").symlink_to(elsewhere)

    wire.save_enrolment(path, enrolment(1883, KEY, KEY))

    assert elsewhere.read_bytes() == b""
    folder = tmp_path / "folder"
    (folder / "enrolment.json").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        wire.save_enrolment(folder / "enrolment.json", enrolment(1883, KEY, KEY))
    assert [found.name for found in folder.iterdir()] == ["enrolment.json"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"badge_key": "c2hvcnQ="}, "badge_key has 5 bytes"),
        ({"ack_public_key": "?"}, "ack_public_key is not base64"),
        ({"head_office_url": "ftp://elsewhere"}, "head_office_url"),
        ({"broker": {"host": "127.0.0.1", "port": 0}}, r"broker\.port"),
        ({"nickname": "x"}, "nickname"),
    ],
)
def test_a_wrong_enrolment_names_file_and_field(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    path = tmp_path / "enrolment.json"
    path.write_bytes(msgspec.json.encode(msgspec.to_builtins(enrolment(1883, KEY, KEY)) | changes))
    path.chmod(0o600)

    with pytest.raises(wire.WireError, match=rf"enrolment\.json: .*{field}"):
        wire.load_enrolment(path)


def test_a_terminal_without_enrolment_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(wire.WireError, match="not enrolled yet"):
        wire.load_enrolment(tmp_path / "enrolment.json")
