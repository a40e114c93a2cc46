from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.canonical import NotCanonical, canonical, parse
from journal.chain import ChainError, Fault, check_next, link
from journal.entry import FIELDS, GENESIS, Entry, EntryFormatError, canonical_payload
from journal.keys import SigningKey

FIXED_KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
NOW = datetime(2026, 11, 21, 11, 28, 3, 123456, tzinfo=UTC)

scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text()
documents = st.dictionaries(
    st.text(),
    st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)),
    max_size=5,
)


def first_entry(payload: dict[str, object] | None = None) -> Entry:
    return link(
        None,
        terminal="kiosk-1",
        epoch=1,
        key=FIXED_KEY,
        kind="ticket",
        time_utc=NOW,
        business_day=date(2026, 11, 21),
        payload={"name": "Käsespätzle €", "total_minor": 450} if payload is None else payload,
    )


def test_format_1_stays_as_it_is_so_old_journals_verify_forever() -> None:
    entry = first_entry()
    assert entry.time_utc == "2026-11-21T11:28:03.123456Z"
    assert entry.key_id == "56475aa75463474c"
    assert entry.hash == "63f74a858e50c9214fb3dbdecc6929c7c21505a1afb38af3c9f6c58c366452e7"
    assert entry.signature == "RVgcw6VXbwr8cBXqJ8EVxfQrvFH26Qvj8GzNDeGYV3UYL9QW/fwRFawjJphnnMKPySHHZ/lUVpA+PPwK4gjZBQ=="


@settings(max_examples=100, deadline=None)
@given(documents)
def test_canonical_bytes_are_those_of_rfc_8785(document: dict[str, object]) -> None:
    assert canonical(document) == rfc8785.dumps(document)
    assert parse(canonical(document)) == document


def test_keys_beyond_the_basic_plane_sort_by_utf_16() -> None:
    document = {"\ufb33": 1, "\U0001f600": 2}
    assert canonical(document) == rfc8785.dumps(document) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"lines": [{"price": 1.5}]}, "payload.lines[0].price"),
        ({"big": 2**53}, "payload.big"),
        ({"raw": b"x"}, "payload.raw"),
        ({"a": {1: "x"}}, "payload.a.1"),
        ({"half": "\ud800"}, "payload"),
        ([], "payload"),
    ],
)
def test_a_payload_that_json_cannot_hold_exactly_is_refused_naming_the_place(payload: object, field: str) -> None:
    with pytest.raises(EntryFormatError) as caught:
        canonical_payload(payload)  # type: ignore[arg-type]  # wrong types are what is tested
    assert caught.value.field == field


@pytest.mark.parametrize("text", [b"[1]", b'{"a":1.0}', b'{"a":NaN}', b"{", b"\xff"])
def test_text_that_is_no_object_without_floats_is_refused(text: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse(text)


def test_an_entry_survives_the_wire() -> None:
    entry = first_entry()
    assert Entry.from_json_dict(entry.to_json_dict()) == entry
    check_next(GENESIS.hash, GENESIS.seq, entry, FIXED_KEY.public)


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_field_is_named(field: str) -> None:
    document = first_entry().to_json_dict()
    del document[field]
    with pytest.raises(EntryFormatError, match="is missing") as caught:
        Entry.from_json_dict(document)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", 2),
        ("v", True),
        ("terminal", "Kiosk 1"),
        ("epoch", 0),
        ("epoch", "1"),
        ("key_id", "xyz"),
        ("seq", -1),
        ("kind", "Ticket!"),
        ("time_utc", "2026-11-21T11:28:03Z"),
        ("time_utc", "2026-13-21T11:28:03.123456Z"),
        ("business_day", "2026-02-30"),
        ("payload", "x"),
        ("prev_hash", "0" * 63),
        ("hash", None),
        ("signature", "AAAA"),
        ("signature", 7),
    ],
)
def test_a_malformed_field_is_named(field: str, value: object) -> None:
    with pytest.raises(EntryFormatError) as caught:
        Entry.from_json_dict({**first_entry().to_json_dict(), field: value})
    assert caught.value.field == field


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(EntryFormatError, match="extra: is not a field"):
        Entry.from_json_dict({**first_entry().to_json_dict(), "extra": 1})


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(EntryFormatError, match="time_utc: needs a time zone"):
        link(
            None,
            terminal="kiosk-1",
            epoch=1,
            key=FIXED_KEY,
            kind="ticket",
            time_utc=NOW.replace(tzinfo=None),
            business_day=date(2026, 11, 21),
            payload={},
        )


def test_a_second_spelling_of_the_signature_is_refused() -> None:
    entry = first_entry()
    last = entry.signature[-3]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    respelt = entry.signature[:-3] + alphabet[alphabet.index(last) + 1] + "=="
    with pytest.raises(EntryFormatError, match="canonical base64"):
        Entry.from_json_dict({**entry.to_json_dict(), "signature": respelt})


def test_another_terminals_key_is_told_from_ours() -> None:
    with pytest.raises(ChainError) as caught:
        check_next(GENESIS.hash, GENESIS.seq, first_entry(), SigningKey.generate().public)
    assert caught.value.kind is Fault.KEY
