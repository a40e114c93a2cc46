"""The chain: making the next link, and checking one."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from journal.entry import (
    FORMAT_VERSION,
    GENESIS,
    Entry,
    EntryFormatError,
    Head,
    Header,
    canonical_payload,
    decode_base64,
    entry_hash,
    format_utc,
    hash_of,
    parse_payload,
)
from journal.keys import BadSignature, PublicKey, SigningKey

SIGNATURE_CONTEXT = b"refectory/entry-signature/1\n"


class Fault(StrEnum):
    """What is wrong with a link."""

    FORMAT = "format"
    SEQUENCE = "sequence"
    PREVIOUS = "previous"
    KEY = "key"
    HASH = "hash"
    SIGNATURE = "signature"
    ORIGIN = "origin"
    MISSING = "missing"


class ChainError(Exception):
    """A chain is broken at entry `seq`; `kind` says how, the message says it to a person."""

    def __init__(self, kind: Fault, seq: int, message: str) -> None:
        super().__init__(f"entry {seq}: {message}")
        self.kind = kind
        self.seq = seq


def link(
    prev: Entry | Head | None,
    *,
    terminal: str,
    epoch: int,
    key: SigningKey,
    kind: str,
    time_utc: datetime,
    business_day: date,
    payload: Mapping[str, Any],
) -> Entry:
    """The signed entry that follows `prev` (None: the first of its chain).

    Raises EntryFormatError naming the field that does not fit the format.
    """
    return build(
        prev,
        terminal=terminal,
        epoch=epoch,
        key=key,
        kind=kind,
        time_utc=time_utc,
        business_day=business_day,
        payload=payload,
    )[0]


def build(
    prev: Entry | Head | None,
    *,
    terminal: str,
    epoch: int,
    key: SigningKey,
    kind: str,
    time_utc: datetime,
    business_day: date,
    payload: Mapping[str, Any],
) -> tuple[Entry, bytes]:
    """As `link`, with the payload's canonical bytes beside the entry, for who stores them."""
    head = GENESIS if prev is None else (prev.head if isinstance(prev, Entry) else prev)
    content = canonical_payload(payload)
    header: Header = {
        "v": FORMAT_VERSION,
        "terminal": terminal,
        "epoch": epoch,
        "key_id": key.public.key_id,
        "seq": head.seq + 1,
        "kind": kind,
        "time_utc": format_utc(time_utc),
        "business_day": business_day.isoformat(),
        "prev_hash": head.hash,
    }
    digest = entry_hash(header, content)
    entry = Entry.from_json_dict(
        {
            **header,
            "payload": parse_payload(content),
            "hash": digest.hex(),
            "signature": base64.b64encode(key.sign(SIGNATURE_CONTEXT + digest)).decode(),
        }
    )
    return entry, content


def check_next(prev_hash: str, prev_seq: int, entry: Entry, public_key: PublicKey) -> None:
    """Check that `entry` follows (prev_seq, prev_hash), is what its hash says, and was signed by `public_key`.

    Raises ChainError naming the entry and the fault.
    """
    seq = entry.seq
    if seq != prev_seq + 1:
        raise ChainError(Fault.SEQUENCE, seq, f"stands where entry {prev_seq + 1} belongs")
    if entry.prev_hash != prev_hash:
        raise ChainError(Fault.PREVIOUS, seq, f"does not follow entry {prev_seq}: its previous hash is another one")
    if entry.key_id != public_key.key_id:
        raise ChainError(Fault.KEY, seq, f"names key {entry.key_id}, not {public_key.key_id}")
    try:
        digest = hash_of(entry)
    except EntryFormatError as error:
        raise ChainError(Fault.FORMAT, seq, str(error)) from error
    if digest.hex() != entry.hash:
        raise ChainError(Fault.HASH, seq, "its content is not what its hash says; it was changed")
    try:
        public_key.verify(decode_base64(entry.signature, 64), SIGNATURE_CONTEXT + digest)
    except (BadSignature, ValueError) as error:
        raise ChainError(Fault.SIGNATURE, seq, f"its signature is wrong: {error}") from error


def check_origin(entry: Entry, terminal: str, epoch: int) -> None:
    """Check that `entry` is of that terminal and epoch. Raises ChainError."""
    if (entry.terminal, entry.epoch) != (terminal, epoch):
        raise ChainError(
            Fault.ORIGIN,
            entry.seq,
            f"is of terminal {entry.terminal} epoch {entry.epoch}, not of {terminal} epoch {epoch}",
        )
