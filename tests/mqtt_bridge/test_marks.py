"""`bridge.sqlite` across versions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from journal.keys import SigningKey, sign_document
from mqtt_bridge import wire
from mqtt_bridge.marks import Marks


def test_the_newest_proof_of_an_earlier_version_is_still_at_hand(tmp_path: Path) -> None:
    key = SigningKey.generate()
    fields = {
        "v": 1,
        "terminal": "kiosk-1",
        "server": "test",
        "number": 1,
        "epoch": 1,
        "upto": 7,
        "head": "7" * 64,
        "quarantined": [],
        "need": None,
        "alarm": None,
        "nonce": "0" * 32,
    }
    document = sign_document(key, wire.ACK_CONTEXT, fields)
    marks = Marks(tmp_path / "bridge.sqlite")
    marks.record(wire.from_document(wire.Ack, document), document)
    marks.close()
    with closing(sqlite3.connect(tmp_path / "bridge.sqlite")) as connection:
        connection.executescript(
            "drop table newest; drop table gate; drop table answer; alter table stop drop column number;"
            "delete from _sqlite_migrations where name = 'm003_gate_and_proofs'"
        )
    marks = Marks(tmp_path / "bridge.sqlite")
    assert marks.mark(1).upto == 7
    assert marks.newest(1) == document
    marks.close()
