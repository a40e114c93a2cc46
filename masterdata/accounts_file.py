"""The accounts replica: who may pay from which account in this store, as head office last said (`accounts.sqlite`).

The bridge writes it, the terminal reads it. Every document carries the terminal's own (epoch, mark) from the same head
office transaction; a reader gets a guest and that mark in one read, so that own entries above the mark can be added:
effective balance = `balance_minor` + own deltas above `upto` and of the entries `quarantined` below it. Badge numbers are in it only as keyed hashes.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import msgspec

from masterdata.badges import badge_hash

if TYPE_CHECKING:
    from sqlite_utils import Database

Count = Annotated[int, msgspec.Meta(ge=0)]
GuestId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


BY_ID = """
SELECT g.guest_id, g.display_name, g.initials, g.guest_category_id, g.balance_minor, g.credit_limit_minor, g.blocked,
       0, 0, r.epoch, r.upto, r.quarantined
FROM replica r JOIN guest g WHERE g.guest_id = ?
"""
BY_BADGE = """
SELECT g.guest_id, g.display_name, g.initials, g.guest_category_id, g.balance_minor, g.credit_limit_minor, g.blocked,
       b.blocked, b.valid_to IS NOT NULL AND b.valid_to < ?, r.epoch, r.upto, r.quarantined
FROM replica r JOIN badge b JOIN guest g ON g.guest_id = b.guest_id WHERE b.hash = ?
"""


class AccountsError(ValueError):
    """A document that is not an accounts document; the text names the field."""


class AccountsGap(AccountsError):
    """A delta that does not continue what is here, or a document older than it: ask for a full one."""


class Badge(msgspec.Struct, frozen=True):
    """One badge: keyed hash of its number, last valid day (inclusive)."""

    hash: Hash
    blocked: bool = False
    valid_to: date | None = None


class Guest(msgspec.Struct, frozen=True):
    """One guest as head office knows them; `removed` takes them out of the replica."""

    id: GuestId
    name: str = ""
    category: str = "guest"
    balance_minor: int = 0
    credit_limit_minor: Count = 0
    blocked: bool = False
    badges: list[Badge] = []
    removed: bool = False


class AccountsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """All guests (`full`), or those changed since `base_version`. `as_of` has a time zone.

    `quarantined` lists entries up to `upto` that head office keeps and could not take in: no balance contains them.
    """

    v: Literal[1]
    terminal: str
    server: str
    full: bool
    base_version: Count
    version: Count
    epoch: Count
    upto: Count
    as_of: Annotated[datetime, msgspec.Meta(tz=True)]
    guests: list[Guest]
    quarantined: list[Count] = []
    signature: str = ""


@dataclass(frozen=True)
class AccountRow:
    """A guest, and the mark (`epoch`, `upto`) their balance contains, but for the entries `quarantined`.

    `initials` are for a screen others can see.
    """

    guest_id: str
    display_name: str
    initials: str
    guest_category_id: str
    balance_minor: int
    credit_limit_minor: int
    blocked: bool
    badge_blocked: bool
    badge_expired: bool
    epoch: int
    upto: int
    quarantined: tuple[int, ...]


def parse_document(document: dict[str, Any]) -> AccountsDocument:
    """Check a document's fields. Raises `AccountsError` naming the wrong one. Its signature is the caller's business."""
    try:
        return msgspec.convert(document, type=AccountsDocument)
    except msgspec.ValidationError as problem:
        raise AccountsError(f"accounts: {problem}") from problem


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
        self._db.table("guest").insert_all(
            {
                "guest_id": guest.id,
                "display_name": guest.name,
                "initials": initials(guest.name),
                "guest_category_id": guest.category,
                "balance_minor": guest.balance_minor,
                "credit_limit_minor": guest.credit_limit_minor,
                "blocked": guest.blocked,
            }
            for guest in kept
        )
        self._db.table("badge").insert_all(
            (
                {
                    "hash": badge.hash,
                    "guest_id": guest.id,
                    "blocked": badge.blocked,
                    "valid_to": badge.valid_to.isoformat() if badge.valid_to else None,
                }
                for guest in kept
                for badge in guest.badges
            ),
            replace=True,
        )


class AccountsReader:
    """The terminal's end. Before the bridge has written anything every answer is "nothing known": see `as_of`."""

    def __init__(self, path: Path, badge_key: bytes) -> None:
        self._path, self._badge_key = path, badge_key

    def guest_by_badge(self, badge_number: str, on: date | None = None) -> AccountRow | None:
        """Return whose badge this is on that day (the local day if not given), None when nobody's."""
        try:
            hashed = badge_hash(self._badge_key, badge_number)
        except ValueError:
            return None
        day = (on or datetime.now().astimezone().date()).isoformat()
        return _row(self._one(BY_BADGE, (day, hashed)))

    def guest(self, guest_id: str) -> AccountRow | None:
        """Return the guest with that id; the badge fields are False."""
        return _row(self._one(BY_ID, (guest_id,)))

    def mark(self) -> tuple[int, int]:
        """Return the (epoch, upto) of this terminal that the balances contain; (0, 0) when nothing is here."""
        row = self._one("SELECT epoch, upto FROM replica")
        return (int(row[0]), int(row[1])) if row else (0, 0)

    @property
    def as_of(self) -> datetime | None:
        """When head office made this picture; None when nothing is here."""
        row = self._one("SELECT as_of FROM replica")
        return datetime.fromisoformat(row[0]) if row else None

    @property
    def version(self) -> int:
        """The version held; 0 when nothing is here."""
        row = self._one("SELECT version FROM replica")
        return int(row[0]) if row else 0

    def _one(self, sql: str, parameters: tuple[str, ...] = ()) -> tuple[Any, ...] | None:
        if not self._path.exists():
            return None
        with closing(sqlite3.connect(self._path, timeout=5.0)) as connection:
            connection.execute("PRAGMA query_only=1")
            try:
                found: tuple[Any, ...] | None = connection.execute(sql, parameters).fetchone()
            except sqlite3.OperationalError as problem:
                if "no such table" in str(problem):
                    return None
                raise
            return found


def _row(found: tuple[Any, ...] | None) -> AccountRow | None:
    if found is None:
        return None
    values: list[Any] = [*found[:6], *map(bool, found[6:9]), *found[9:11], tuple(json.loads(found[11]))]
    return AccountRow(*values)


def _microseconds(moment: datetime) -> int:
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + moment.microsecond
