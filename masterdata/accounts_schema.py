"""The tables of `accounts.sqlite`."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("accounts")


@migrations()
def m001_first(db: Database) -> None:
    """Guests, their badges, and what the replica as a whole stands at (one row)."""
    db.table("guest").create(
        {
            "guest_id": str,
            "display_name": str,
            "initials": str,
            "guest_category_id": str,
            "balance_minor": int,
            "credit_limit_minor": int,
            "blocked": int,
        },
        pk="guest_id",
        strict=True,
    )
    badge = db.table("badge")
    badge.create({"hash": str, "guest_id": str, "blocked": int, "valid_to": str}, pk="hash", strict=True)
    badge.create_index(["guest_id"])
    db.table("replica").create(
        {
            "id": int,
            "server": str,
            "version": int,
            "epoch": int,
            "upto": int,
            "as_of": str,
            "as_of_us": int,
        },
        pk="id",
        strict=True,
    )


@migrations()
def m002_quarantined(db: Database) -> None:
    """Own entries below the mark that the balances do not contain, as a JSON list."""
    db.execute("ALTER TABLE replica ADD COLUMN quarantined TEXT NOT NULL DEFAULT '[]'")
