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


@migrations()
def m003_payers_and_cashiers(db: Database) -> None:
    """Payers, photos, meals and names to search for; when badges begin and their short forms; cashiers.

    What was held lacks all of it, so the version becomes 0: head office is asked for everything.
    """
    for column in ("payer_id TEXT", "photo TEXT NOT NULL DEFAULT ''", "meals TEXT NOT NULL DEFAULT '[]'"):
        db.execute(f"ALTER TABLE guest ADD COLUMN {column}")
    db.execute("ALTER TABLE guest ADD COLUMN name_key TEXT NOT NULL DEFAULT ''")
    for column in ("short_hash TEXT NOT NULL DEFAULT ''", "valid_from TEXT", "replaced INTEGER NOT NULL DEFAULT 0"):
        db.execute(f"ALTER TABLE badge ADD COLUMN {column}")
    db.table("badge").create_index(["short_hash"])
    db.table("cashier").create(
        {"cashier_id": str, "name": str, "language": str, "pin_hash": str, "permissions": str, "blocked": int},
        pk="cashier_id",
        strict=True,
    )
    badges = db.table("cashier_badge")
    badges.create({"hash": str, "cashier_id": str}, pk=("hash", "cashier_id"), strict=True)
    db.execute("UPDATE replica SET version = 0")


@migrations()
def m004_held(db: Database) -> None:
    """What head office holds of a balance for other terminals."""
    db.execute("ALTER TABLE guest ADD COLUMN held_minor INTEGER NOT NULL DEFAULT 0")
