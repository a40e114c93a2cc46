"""`bridge.sqlite`: how far head office has acknowledged, with the signed proofs, and which revisions were announced."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database, Migrations

from mqtt_bridge.wire import EMPTY_HEAD, Ack

KEPT_PROOFS = 50

migrations = Migrations("bridge")


@migrations()
def m001_first(db: Database) -> None:
    """The mark per epoch, acknowledgements as they came, and the hash each revision was announced with."""
    db.table("mark").create(
        {"epoch": int, "upto": int, "head": str, "quarantined": int}, pk="epoch", not_null={"upto", "head"}, strict=True
    )
    db.table("ack").create(
        {"id": int, "epoch": int, "upto": int, "received_at": str, "document": str}, pk="id", strict=True
    )
    db.table("revision").create({"revision": int, "sha256": str}, pk="revision", strict=True)


@migrations()
def m002_stop(db: Database) -> None:
    """Why the terminal must not sell in an epoch, as long as head office has not taken it back."""
    db.table("stop").create({"epoch": int, "text": str}, pk="epoch", not_null={"text"}, strict=True)


class Marked(NamedTuple):
    """Head office's mark for one epoch."""

    upto: int = 0
    head: str = EMPTY_HEAD
    quarantined: int = 0


class Marks:
    """The bridge's own file; it is the only writer."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = Database(path)
        self._db.enable_wal()
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA busy_timeout=5000")
        migrations.apply(self._db)

    def mark(self, epoch: int) -> Marked:
        """Return the mark last acknowledged in that epoch."""
        row = self._db.execute("SELECT upto, head, quarantined FROM mark WHERE epoch = ?", [epoch]).fetchone()
        return Marked(*row) if row else Marked()

    def record(self, ack: Ack, document: dict[str, Any]) -> None:
        """Note a believed acknowledgement: the mark becomes its `upto`, also when that is lower than before."""
        with self._db.atomic():
            self._db.table("mark").insert(
                {"epoch": ack.epoch, "upto": ack.upto, "head": ack.head, "quarantined": len(ack.quarantined)},
                replace=True,
            )
            self._db.table("ack").insert(
                {
                    "epoch": ack.epoch,
                    "upto": ack.upto,
                    "received_at": datetime.now(UTC).isoformat(),
                    "document": json.dumps(document, ensure_ascii=False),
                }
            )
            self._db.execute("DELETE FROM ack WHERE id <= (SELECT max(id) FROM ack) - ?", [KEPT_PROOFS])

    def stop(self, epoch: int) -> str:
        """Return why the terminal must not sell in that epoch, empty when it may."""
        row = self._db.execute("SELECT text FROM stop WHERE epoch = ?", [epoch]).fetchone()
        return str(row[0]) if row else ""

    def set_stop(self, epoch: int, text: str) -> None:
        """Note why the terminal must not sell in that epoch, or with an empty text that it may again."""
        self._db.table("stop").insert({"epoch": epoch, "text": text}, replace=True)

    def announced_sha256(self, revision: int, sha256: str) -> str:
        """Note the hash a revision is announced with; return the one it was first announced with."""
        self._db.table("revision").insert({"revision": revision, "sha256": sha256}, ignore=True)
        return str(self._db.execute("SELECT sha256 FROM revision WHERE revision = ?", [revision]).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()
