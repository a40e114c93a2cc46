"""The accounts document: what head office says a terminal may know of guests and cashiers (docs/wire.md)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]
PersonId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
HashOrNone = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")]
PhotoKey = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32})?$")]
PinHash = Annotated[str, msgspec.Meta(pattern=r"^(\$argon2id\$[A-Za-z0-9+/=,$-]{1,250})?$")]
AwareDatetime = Annotated[datetime, msgspec.Meta(tz=True)]


class AccountsError(ValueError):
    """A document that is not an accounts document; the text names the field."""


class Badge(msgspec.Struct, frozen=True):
    """One badge: keyed hashes of its number and of its short form, first and last valid day (inclusive).

    `replaced` says that the guest was given another one for it.
    """

    hash: Hash
    short_hash: HashOrNone = ""
    blocked: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    replaced: bool = False


class Meal(msgspec.Struct, frozen=True):
    """How many subsidised meals of a service of a business day a guest has had, and when and where the first one was."""

    day: date
    meal: str
    count: Count
    at: AwareDatetime | None = None
    terminal: str = ""


class Guest(msgspec.Struct, frozen=True):
    """One guest as head office knows them; `removed` takes them out of the replica.

    `payer` is the id of who pays a part of their meals; `photo` names their picture, empty when there is none. `held_minor`
    is what head office holds of the balance for sales at other terminals.
    """

    id: PersonId
    name: str = ""
    category: str = "guest"
    payer: str | None = None
    photo: PhotoKey = ""
    balance_minor: int = 0
    credit_limit_minor: Count = 0
    held_minor: Count = 0
    blocked: bool = False
    meals: list[Meal] = []
    badges: list[Badge] = []
    removed: bool = False


class Cashier(msgspec.Struct, frozen=True):
    """Somebody who may work at a till. `pin_hash` is an encoded Argon2id hash (RFC 9106), empty = badge only."""

    id: PersonId
    name: str
    language: str = ""
    pin_hash: PinHash = ""
    badges: list[Hash] = []
    permissions: list[str] = []
    blocked: bool = False

    def __repr__(self) -> str:
        return f"Cashier(id={self.id!r})"


class AccountsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """All guests (`full`), or those changed since `base_version`; always all cashiers. `as_of` has a time zone.

    `quarantined` lists entries up to `upto` that head office keeps and could not take in: no balance contains them.
    """

    v: Literal[2]
    terminal: str
    server: str
    full: bool
    base_version: Count
    version: Count
    epoch: Count
    upto: Count
    as_of: AwareDatetime
    guests: list[Guest]
    cashiers: list[Cashier]
    quarantined: list[Count] = []
    signature: str = ""


def parse_document(document: dict[str, Any]) -> AccountsDocument:
    """Check a document's fields. Raises `AccountsError` naming the wrong one. Its signature is the caller's business."""
    try:
        return msgspec.convert(document, type=AccountsDocument)
    except msgspec.ValidationError as problem:
        raise AccountsError(f"accounts: {problem}") from problem
