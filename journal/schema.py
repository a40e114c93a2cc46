"""The journal file's tables, made and migrated with sqlite-utils."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database, Migrations

migrations = Migrations("journal")


@migrations()
def first_tables(db: Database) -> None:
    """Entries, the (key, delta) index over them, signed checkpoints, and whose journal this is."""
    text = ("terminal", "key_id", "kind", "time_utc", "business_day", "payload", "prev_hash", "hash", "signature")
    db.create_table(
        "entry",
        {
            "seq": int,
            "v": int,
            "terminal": str,
            "epoch": int,
            "key_id": str,
            "kind": str,
            "time_utc": str,
            "business_day": str,
            "payload": str,
            "prev_hash": str,
            "hash": str,
            "signature": str,
        },
        pk="seq",
        not_null={"v", "epoch", *text},
        strict=True,
    ).create_index(["kind", "seq"])
    # Without a rowid a key's deltas lie side by side: one tree to write on a sale, one range to read for a balance.
    db.execute(
        "create table delta (key text not null, seq integer not null, delta_minor integer not null,"
        " primary key (key, seq)) strict, without rowid"
    )
    db.create_table("checkpoint", {"seq": int, "document": str}, pk="seq", not_null={"document"}, strict=True)
    db.create_table("identity", {"name": str, "value": str}, pk="name", not_null={"value"}, strict=True)
    db.execute(
        "create trigger entry_never_changes before update on entry"
        " begin select raise(abort, 'a journal entry never changes'); end"
    )
    db.execute(
        "create trigger entry_kept_above_checkpoint before delete on entry"
        " when old.seq > coalesce((select max(seq) from checkpoint), 0)"
        " begin select raise(abort, 'a journal entry above the last checkpoint is never deleted'); end"
    )


@migrations()
def deltas_by_entry(db: Database) -> None:
    """Finds the deltas of some entries among those of years, for pruning and archives."""
    db.table("delta").create_index(["seq"], index_name="delta_by_entry")


def migrate(path: Path) -> None:
    """Bring the file at `path` to the newest schema; creates it if it is missing."""
    db = Database(path)
    try:
        migrations.apply(db)
    finally:
        db.close()
