"""`bridge.sqlite`: how far head office has acknowledged, with the signed proofs, what may be sent, and which revisions were announced."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database, Migrations

from mqtt_bridge.transfer import Opening
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


@migrations()
def m003_gate_and_proofs(db: Database) -> None:
    """What the transfer mode let through last, the newest proof, the number of the one that stopped the terminal, and the
    highest number in which each archive was answered."""
    db.table("gate").create(
        {"epoch": int, "through": int, "opened_at": str}, pk="epoch", not_null={"through"}, strict=True
    )
    db.table("newest").create(
        {"epoch": int, "received_at": str, "document": str}, pk="epoch", not_null={"document"}, strict=True
    )
    db.execute(
        "INSERT INTO newest (epoch, received_at, document) SELECT epoch, received_at, document FROM ack"
        " WHERE id IN (SELECT max(id) FROM ack GROUP BY epoch)"
    )
    db.table("answer").create({"nonce": str, "number": int}, pk="nonce", not_null={"number"}, strict=True)
    db.execute("ALTER TABLE stop ADD COLUMN number INTEGER NOT NULL DEFAULT 0")


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
        """Note a believed acknowledgement: the mark becomes its `upto`, also when that is lower than before.

        The newest one is always kept, and of those before it the last 50 that moved the mark.
        """
        marked = Marked(ack.upto, ack.head, len(ack.quarantined))
        text, now = json.dumps(document, ensure_ascii=False), datetime.now(UTC).isoformat()
        with self._db.atomic():
            self._db.table("newest").insert({"epoch": ack.epoch, "received_at": now, "document": text}, replace=True)
            if marked == self.mark(ack.epoch):
                return
            self._db.table("mark").insert({"epoch": ack.epoch, **marked._asdict()}, replace=True)
            self._db.table("ack").insert({"epoch": ack.epoch, "upto": ack.upto, "received_at": now, "document": text})
            self._db.execute("DELETE FROM ack WHERE id <= (SELECT max(id) FROM ack) - ?", [KEPT_PROOFS])

    def newest(self, epoch: int) -> dict[str, Any] | None:
        """Return the newest believed acknowledgement of that epoch as it was signed, None when there is none."""
        row = self._db.execute("SELECT document FROM newest WHERE epoch = ?", [epoch]).fetchone()
        return json.loads(row[0]) if row else None

    def opening(self, epoch: int) -> Opening:
        """Return what the transfer mode let through last in that epoch."""
        row = self._db.execute("SELECT through, opened_at FROM gate WHERE epoch = ?", [epoch]).fetchone()
        return Opening(row[0], datetime.fromisoformat(row[1]) if row[1] else None) if row else Opening()

    def set_opening(self, epoch: int, opening: Opening) -> None:
        """Note what the transfer mode let through."""
        at = opening.at.isoformat() if opening.at else None
        self._db.table("gate").insert({"epoch": epoch, "through": opening.through, "opened_at": at}, replace=True)

    def answered(self, nonce: str) -> int:
        """Return the highest number of a proof taken for the archive with that nonce, -1 when there was none."""
        row = self._db.execute("SELECT number FROM answer WHERE nonce = ?", [nonce]).fetchone()
        return int(row[0]) if row else -1

    def set_answered(self, nonce: str, number: int) -> None:
        """Note that a proof for the archive with that nonce was taken."""
        self._db.table("answer").insert({"nonce": nonce, "number": number}, replace=True)

    def stop(self, epoch: int) -> str:
        """Return why the terminal must not sell in that epoch, empty when it may."""
        return self._stop(epoch)[0]

    def stop_number(self, epoch: int) -> int:
        """Return the number of the acknowledgement that stopped the terminal in that epoch."""
        return self._stop(epoch)[1]

    def set_stop(self, epoch: int, text: str, number: int = 0) -> None:
        """Note why the terminal must not sell in that epoch, or with an empty text that it may again."""
        self._db.table("stop").insert({"epoch": epoch, "text": text, "number": number}, replace=True)

    def _stop(self, epoch: int) -> tuple[str, int]:
        row = self._db.execute("SELECT text, number FROM stop WHERE epoch = ?", [epoch]).fetchone()
        return (str(row[0]), int(row[1])) if row else ("", 0)

    def announced_sha256(self, revision: int, sha256: str) -> str:
        """Note the hash a revision is announced with; return the one it was first announced with."""
        self._db.table("revision").insert({"revision": revision, "sha256": sha256}, ignore=True)
        return str(self._db.execute("SELECT sha256 FROM revision WHERE revision = ?", [revision]).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()
