"""One journal entry: what it holds, its canonical bytes, its hash.

A hash is SHA-256 over a context line and the canonical JSON (`journal.canonical`) of all fields but hash and signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypedDict

from journal.canonical import NotCanonical, canonical, parse

FORMAT_VERSION = 1
HASH_CONTEXT = b"refectory/entry/1\n"

TERMINAL_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
KIND_PATTERN = re.compile(r"[a-z][a-z0-9._-]{0,39}")
_HASH_PATTERN = re.compile(r"[0-9a-f]{64}")
_KEY_ID_PATTERN = re.compile(r"[0-9a-f]{16}")
_TIME_PATTERN = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z", re.ASCII)
_DAY_PATTERN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SIGNATURE_BYTES = 64


class EntryFormatError(ValueError):
    """An entry, or what should become one, is not of the journal's format; `field` names the part that is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Head(NamedTuple):
    """Where a chain ends: the sequence number and the hash (64 hex digits) of its last entry."""

    seq: int
    hash: str


GENESIS = Head(0, "0" * 64)


@dataclass(frozen=True, slots=True)
class Entry:
    """One signed link of a terminal's chain. Treat `payload` as immutable; the hash covers it."""

    v: int
    terminal: str
    epoch: int
    key_id: str
    seq: int
    kind: str
    time_utc: str
    business_day: str
    payload: dict[str, Any]
    prev_hash: str
    hash: str
    signature: str

    @property
    def head(self) -> Head:
        """The chain's end when this entry is its last."""
        return Head(self.seq, self.hash)

    def to_json_dict(self) -> dict[str, Any]:
        """The entry as plain JSON values, ready for the wire or a file; `from_json_dict` reads it back."""
        return {name: getattr(self, name) for name in FIELDS}

    @classmethod
    def from_json_dict(cls, document: object) -> Entry:
        """Read an entry from plain JSON values. Checks the format only; `chain.check_next` checks hash and signature.

        Raises EntryFormatError naming the field that is missing, unknown or malformed.
        """
        if not isinstance(document, dict):
            raise EntryFormatError("entry", "must be a JSON object")
        for name in FIELDS:
            if name not in document:
                raise EntryFormatError(name, "is missing")
        for name in document:
            if name not in FIELDS:
                raise EntryFormatError(str(name), "is not a field of an entry")
        for name, check in _CHECKS.items():
            check(name, document[name])
        return cls(**document)


class Header(TypedDict):
    """An entry's fields apart from payload, hash and signature."""

    v: int
    terminal: str
    epoch: int
    key_id: str
    seq: int
    kind: str
    time_utc: str
    business_day: str
    prev_hash: str


FIELDS = tuple(Entry.__dataclass_fields__)


def canonical_payload(payload: Mapping[str, Any]) -> bytes:
    """The payload's canonical bytes. Raises EntryFormatError (field "payload...") for what is not JSON without floats."""
    if not isinstance(payload, dict):
        raise EntryFormatError("payload", "must be a JSON object")
    try:
        return canonical(payload)
    except NotCanonical as error:
        raise EntryFormatError(f"payload{error.path}", error.reason) from error


def parse_payload(text: bytes | str) -> dict[str, Any]:
    """Payload from its JSON text. Raises EntryFormatError if it is not a JSON object without floats."""
    try:
        return parse(text)
    except NotCanonical as error:
        raise EntryFormatError("payload", str(error)) from error


def entry_hash(header: Header, payload: bytes) -> bytes:
    """SHA-256 over the entry's canonical bytes without `hash` and `signature`; `payload` comes as canonical bytes.

    RFC 8785 sorts keys, so everything before and after `payload` can be written round the payload's own bytes and the
    payload is made canonical once only.
    """
    before = canonical(
        {
            "business_day": header["business_day"],
            "epoch": header["epoch"],
            "key_id": header["key_id"],
            "kind": header["kind"],
        }
    )
    after = canonical(
        {
            "prev_hash": header["prev_hash"],
            "seq": header["seq"],
            "terminal": header["terminal"],
            "time_utc": header["time_utc"],
            "v": header["v"],
        }
    )
    return hashlib.sha256(HASH_CONTEXT + before[:-1] + b',"payload":' + payload + b"," + after[1:]).digest()


def hash_of(entry: Entry) -> bytes:
    """The hash (32 bytes) the entry's fields call for. Raises EntryFormatError if the payload is not canonicalisable."""
    header: Header = {
        "v": entry.v,
        "terminal": entry.terminal,
        "epoch": entry.epoch,
        "key_id": entry.key_id,
        "seq": entry.seq,
        "kind": entry.kind,
        "time_utc": entry.time_utc,
        "business_day": entry.business_day,
        "prev_hash": entry.prev_hash,
    }
    return entry_hash(header, canonical_payload(entry.payload))


def format_utc(moment: datetime) -> str:
    """An aware moment as the journal writes it: UTC, six decimals, `Z`. Raises EntryFormatError for a naive one."""
    if moment.tzinfo is None:
        raise EntryFormatError("time_utc", "needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def decode_base64(text: str, length: int) -> bytes:
    """Exactly `length` bytes from the one correct base64 spelling of them; ValueError for any other text."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not base64") from error
    if len(raw) != length:
        raise ValueError(f"must be base64 of {length} bytes")
    if base64.b64encode(raw).decode() != text:
        raise ValueError("is not canonical base64")
    return raw


def _version(name: str, value: object) -> None:
    if type(value) is not int or value != FORMAT_VERSION:
        raise EntryFormatError(name, f"is {value!r}; this software reads format {FORMAT_VERSION}")


def _positive(name: str, value: object) -> None:
    if type(value) is not int or not 0 < value < 2**53:
        raise EntryFormatError(name, f"must be a positive whole number, not {value!r}")


def _text(pattern: re.Pattern[str]) -> Callable[[str, object], None]:
    def check(name: str, value: object) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise EntryFormatError(name, f"{str(value)[:60]!r} does not have the form {pattern.pattern}")

    return check


def _time(name: str, value: object) -> None:
    _text(_TIME_PATTERN)(name, value)
    try:
        datetime.fromisoformat(str(value))
    except ValueError as error:
        raise EntryFormatError(name, f"{value!r} is no moment in time") from error


def _day(name: str, value: object) -> None:
    _text(_DAY_PATTERN)(name, value)
    try:
        date.fromisoformat(str(value))
    except ValueError as error:
        raise EntryFormatError(name, f"{value!r} is no day") from error


def _payload(name: str, value: object) -> None:
    if not isinstance(value, dict):
        raise EntryFormatError(name, "must be a JSON object")


def _signature(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise EntryFormatError(name, "must be text")
    try:
        decode_base64(value, _SIGNATURE_BYTES)
    except ValueError as error:
        raise EntryFormatError(name, str(error)) from error


_CHECKS: dict[str, Callable[[str, object], None]] = {
    "v": _version,
    "terminal": _text(TERMINAL_PATTERN),
    "epoch": _positive,
    "key_id": _text(_KEY_ID_PATTERN),
    "seq": _positive,
    "kind": _text(KIND_PATTERN),
    "time_utc": _time,
    "business_day": _day,
    "payload": _payload,
    "prev_hash": _text(_HASH_PATTERN),
    "hash": _text(_HASH_PATTERN),
    "signature": _signature,
}
