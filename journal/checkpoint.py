"""A signed statement of where a chain stood, from which verification starts once the entries before it are pruned."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from journal.canonical import NotCanonical, canonical, parse
from journal.chain import ChainError, Fault
from journal.database import Identity
from journal.entry import GENESIS, Head, format_utc
from journal.keys import BadSignature, SigningKey, sign_document, verify_document

CONTEXT = "refectory/checkpoint/1"


def make_checkpoint(key: SigningKey, terminal: str, epoch: int, head: Head, now_utc: datetime) -> dict[str, Any]:
    """The signed document saying that this terminal's chain stood at `head`."""
    return sign_document(
        key,
        CONTEXT,
        {
            "v": 1,
            "terminal": terminal,
            "epoch": epoch,
            "seq": head.seq,
            "hash": head.hash,
            "time_utc": format_utc(now_utc),
        },
    )


def read_checkpoint(document: dict[str, Any], identity: Identity) -> Head:
    """Where the chain stood. Raises ChainError if the document is not a checkpoint of that terminal, epoch and key."""
    seq, digest = document.get("seq"), document.get("hash")
    if type(seq) is not int or not isinstance(digest, str) or document.get("v") != 1:
        raise ChainError(Fault.FORMAT, seq if type(seq) is int else 0, "its checkpoint is malformed")
    try:
        verify_document(identity.public_key, CONTEXT, document)
    except BadSignature as error:
        raise ChainError(Fault.SIGNATURE, seq, f"its checkpoint is not genuine: {error}") from error
    if (document.get("terminal"), document.get("epoch")) != (identity.terminal, identity.epoch):
        raise ChainError(Fault.ORIGIN, seq, "its checkpoint is of another terminal or epoch")
    return Head(seq, digest)


def store_checkpoint(connection: sqlite3.Connection, document: dict[str, Any]) -> None:
    """Write the checkpoint into the journal file in the place of earlier ones, within the caller's transaction."""
    connection.execute(
        "insert or replace into checkpoint (seq, document) values (?, ?)",
        (document["seq"], canonical(document).decode()),
    )
    connection.execute("delete from checkpoint where seq < ?", (document["seq"],))


def stored_checkpoint(connection: sqlite3.Connection, identity: Identity) -> Head | None:
    """Where the chain stood when it was pruned last, None if it never was. Raises ChainError if it is not genuine."""
    row = connection.execute("select seq, document from checkpoint order by seq desc limit 1").fetchone()
    return None if row is None else _read_stored(row[0], row[1], identity)


def chain_start(connection: sqlite3.Connection, identity: Identity) -> Head:
    """What the file's first entry must follow: GENESIS, or the checkpoint that stands for the entries pruned before it.

    Raises ChainError if the first entries are gone and no genuine checkpoint stands for them.
    """
    first = connection.execute("select min(seq) from entry").fetchone()[0]
    if first is None or first <= 1:
        return GENESIS
    row = connection.execute("select document from checkpoint where seq = ?", (first - 1,)).fetchone()
    if row is None:
        raise ChainError(Fault.SEQUENCE, first, "is the first of the file; entries before it are missing")
    return _read_stored(first - 1, row[0], identity)


def _read_stored(seq: int, text: bytes | str, identity: Identity) -> Head:
    try:
        document = parse(text)
    except NotCanonical as error:
        raise ChainError(Fault.FORMAT, seq, f"its checkpoint {error}") from error
    return read_checkpoint(document, identity)
