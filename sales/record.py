"""What every record beside a ticket has in common: who wrote it, where, when, and for which day."""

from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sales.errors import SalesError
from sales.fields import Fields, PayloadError, time_text
from sales.ids import is_guest_id, is_plain_id

SCHEMA = 1


class RecordError(SalesError):
    """A field of a record holds what it must not, or its figures do not agree."""


class Record(Protocol):
    """What stands at the head of every record."""

    @property
    def terminal(self) -> str:
        """The terminal that wrote it."""

    @property
    def store(self) -> str:
        """The store it happened in."""

    @property
    def time_utc(self) -> datetime:
        """When, in UTC."""

    @property
    def business_day(self) -> date:
        """The day it counts for."""


def check_head(record: Record) -> None:
    """Raise `RecordError` when terminal, store or time cannot be."""
    for field, value in (("terminal", record.terminal), ("store", record.store)):
        if not is_plain_id(value):
            raise RecordError(f"{field} {value!r} must match [a-z0-9][a-z0-9-]{{0,39}}")
    if record.time_utc.utcoffset() != timedelta(0):
        raise RecordError("time_utc must be given in UTC")


def check_from_one(**numbers: int | None) -> None:
    """Raise `RecordError` when a number that begins at 1 is below; None is no number."""
    for field, number in numbers.items():
        if number is not None and number < 1:
            raise RecordError(f"{field} begins at 1, this one is {number}")


def check_currency(currency: str) -> None:
    """Raise `RecordError` for what is no ISO 4217 code."""
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():
        raise RecordError(f"currency {currency!r} is not an ISO 4217 code")


def check_person(field: str, person_id: str | None) -> None:
    """Raise `RecordError` for what cannot be the opaque id of a guest or cashier; None is nobody."""
    if person_id is not None and not is_guest_id(person_id):
        raise RecordError(f"{field} {person_id!r} must match [A-Za-z0-9-]{{1,40}}")


def head_to_json(record: Record) -> dict[str, Any]:
    """Return the fields that come first in every payload."""
    return {
        "schema": SCHEMA,
        "terminal": record.terminal,
        "store": record.store,
        "time_utc": time_text(record.time_utc),
        "business_day": record.business_day.isoformat(),
    }


def read_head(fields: Fields) -> dict[str, Any]:
    """Return terminal, store, time and day as keyword arguments; raises `PayloadError` for another schema."""
    schema = fields.integer("schema")
    if schema != SCHEMA:
        raise PayloadError(fields.path("schema"), f"this release reads schema {SCHEMA}, not {schema}")
    return {
        "terminal": fields.text("terminal"),
        "store": fields.text("store"),
        "time_utc": fields.time("time_utc"),
        "business_day": fields.day("business_day"),
    }
