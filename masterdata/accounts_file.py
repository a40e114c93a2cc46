"""The accounts replica: who may pay from which account in this store, as head office last said (`accounts.sqlite`).

The bridge writes it, the terminal reads it (`AccountsReader`). Every document carries the terminal's own (epoch, mark)
from the same head office transaction. Badge numbers are in it only as keyed hashes, PINs only as Argon2id hashes.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from masterdata.accounts_document import AccountsDocument, AccountsError, Guest, parse_document
from masterdata.accounts_reader import AccountRow, AccountsReader, AmbiguousBadge, CashierRow
from masterdata.name_search import search_key

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = [
    "AccountRow",
    "AccountsError",
    "AccountsGap",
    "AccountsReader",
    "AccountsReplica",
    "AmbiguousBadge",
    "CashierRow",
    "initials",
    "parse_document",
]


class AccountsGap(AccountsError):
    """A delta that does not continue what is here, or a document older than it: ask for a full one."""


def initials(name: str) -> str:
    """Return at most two letters: first of the first word, first of the last."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words))


class AccountsReplica:
    """The bridge's end: the only writer."""

    def __init__(self, path: Path) -> None:
        from sqlite_utils import Database

        from masterdata.accounts_schema import migrations

        path.parent.mkdir(parents=True, exist_ok=True)
        self._db: Database = Database(path)
        self._db.enable_wal()
        self._db.execute("PRAGMA busy_timeout=5000")
        migrations.apply(self._db)

    @property
    def version(self) -> int:
        """The version held, 0 when there is none yet."""
        row = self._db.execute("SELECT version FROM replica").fetchone()
        return int(row[0]) if row else 0

    def apply(self, document: dict[str, Any]) -> int:
        """Apply a document in one transaction and return the version now held; one already held changes nothing.

        Raises `AccountsError` for a wrong field and `AccountsGap` when it does not fit what is here; then nothing changed.
        """
        new = parse_document(document)
        with self._db.atomic():
            held = self._db.execute("SELECT version, as_of_us, upto FROM replica").fetchone()
            as_of_us = _microseconds(new.as_of)
            if held and (new.version, as_of_us) == held[:2]:
                return new.version
            # Head office's clock may have been set back, and its version after a backup was put back: never both.
            if held and as_of_us < held[1] and (new.version, new.upto) < (held[0], held[2]):
                raise AccountsGap(f"accounts: as_of {new.as_of.isoformat()} is older than what is held")
            if not new.full and new.base_version != (held[0] if held else 0):
                raise AccountsGap(f"accounts: base_version {new.base_version}, held is {held[0] if held else 0}")
            if new.full:
                self._db.execute("DELETE FROM badge")
                self._db.execute("DELETE FROM guest")
            self._write(new)
            self._db.execute("DELETE FROM replica")
            self._db.table("replica").insert(
                {
                    "id": 1,
                    "server": new.server,
                    "version": new.version,
                    "epoch": new.epoch,
                    "upto": new.upto,
                    "as_of": new.as_of.isoformat(),
                    "as_of_us": as_of_us,
                    "quarantined": json.dumps(new.quarantined),
                }
            )
        return new.version

    def photos(self) -> set[str]:
        """Return the keys of all photos that guests have."""
        return {str(row[0]) for row in self._db.execute("SELECT DISTINCT photo FROM guest WHERE photo <> ''")}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, new: AccountsDocument) -> None:
        changed = [(guest.id,) for guest in new.guests]
        if not new.full:
            self._db.conn.executemany("DELETE FROM badge WHERE guest_id = ?", changed)
            self._db.conn.executemany("DELETE FROM guest WHERE guest_id = ?", changed)
        kept = [guest for guest in new.guests if not guest.removed]
        self._db.table("guest").insert_all(_guest_row(guest) for guest in kept)
        self._db.table("badge").insert_all((row for guest in kept for row in _badge_rows(guest)), replace=True)
        self._db.execute("DELETE FROM cashier")
        self._db.execute("DELETE FROM cashier_badge")
        self._db.table("cashier").insert_all(
            {
                "cashier_id": cashier.id,
                "name": cashier.name,
                "language": cashier.language,
                "pin_hash": cashier.pin_hash,
                "permissions": json.dumps(cashier.permissions),
                "blocked": cashier.blocked,
            }
            for cashier in new.cashiers
        )
        self._db.table("cashier_badge").insert_all(
            ({"hash": hashed, "cashier_id": cashier.id} for cashier in new.cashiers for hashed in cashier.badges),
            ignore=True,
        )


def _guest_row(guest: Guest) -> dict[str, Any]:
    return {
        "guest_id": guest.id,
        "display_name": guest.name,
        "initials": initials(guest.name),
        "guest_category_id": guest.category,
        "balance_minor": guest.balance_minor,
        "credit_limit_minor": guest.credit_limit_minor,
        "held_minor": guest.held_minor,
        "blocked": guest.blocked,
        "payer_id": guest.payer,
        "photo": guest.photo,
        "meals": msgspec.json.encode(guest.meals).decode(),
        "name_key": search_key(guest.name),
    }


def _badge_rows(guest: Guest) -> list[dict[str, Any]]:
    return [
        {
            "hash": badge.hash,
            "guest_id": guest.id,
            "blocked": badge.blocked,
            "valid_to": badge.valid_to.isoformat() if badge.valid_to else None,
            "short_hash": badge.short_hash,
            "valid_from": badge.valid_from.isoformat() if badge.valid_from else None,
            "replaced": badge.replaced,
        }
        for badge in guest.badges
    ]


def _microseconds(moment: datetime) -> int:
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + moment.microsecond
