"""A week of menus as a canteen publishes it, whatever the format: frozen values, no Django."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sales.catalogue import Unit

MAXIMUM_BYTES = 16 * 1024 * 1024

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,9}))?")


class FeedError(Exception):
    """A feed that cannot be taken as it is; nothing of it may be kept.

    `line` counts from 1 and is None where the whole file is meant.
    """

    def __init__(self, source: str, line: int | None, reason: str) -> None:
        super().__init__(f"{source}, line {line}: {reason}" if line else f"{source}: {reason}")
        self.source = source
        self.line = line
        self.reason = reason


class Role(StrEnum):
    """For whom a price is meant, in the words of OpenMensa v2."""

    STUDENT = "student"
    EMPLOYEE = "employee"
    PUPIL = "pupil"
    OTHER = "other"


@dataclass(frozen=True)
class RolePrice:
    """`amount_minor` in cents for one piece, or for 100 g when the meal is sold by weight; `base_minor` is added once to a weight price."""

    role: Role
    amount_minor: int
    base_minor: int = 0


@dataclass(frozen=True)
class Meal:
    """`name` and `notes` are the canteen's own texts, only stripped at both ends."""

    name: str
    notes: tuple[str, ...]
    prices: tuple[RolePrice, ...]
    unit: Unit
    line: int


@dataclass(frozen=True)
class Category:
    name: str
    meals: tuple[Meal, ...]


@dataclass(frozen=True)
class Day:
    """A closed day has no categories."""

    date: date
    closed: bool
    categories: tuple[Category, ...]


@dataclass(frozen=True)
class Feed:
    """`about` holds what the feed tells of the canteen itself, as (path, text) pairs in the order of the file."""

    source: str
    currency: str
    about: tuple[tuple[str, str], ...]
    days: tuple[Day, ...]


def minor_units(text: str) -> int:
    """The cents of a decimal number written as text, exactly; raises ValueError with the reason for anything else."""
    match = _DECIMAL.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text.strip()!r} is not a price such as 3.50")
    fraction = (match[2] or "").rstrip("0")
    if len(fraction) > 2:
        raise ValueError(f"{text.strip()} is not a whole number of cents")
    return int(match[1]) * 100 + int(fraction.ljust(2, "0"))


def calendar_day(text: str) -> date:
    """The day written as YYYY-MM-DD; raises ValueError with the reason for anything else."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text!r} is not a date such as 2026-11-21")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no day {text}") from None
