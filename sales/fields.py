"""Reading a JSON object field by field: every error names the field, and nothing may be left over."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from sales.errors import SalesError

_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
_TIME_SHAPE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DAY_SHAPE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_E = TypeVar("_E", bound=StrEnum)
_R = TypeVar("_R")


def time_text(moment: datetime) -> str:
    """Return a time given in UTC as `Fields.time` reads it, such as 2026-11-21T11:28:03.123456Z."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class PayloadError(SalesError):
    """A payload cannot be read; `field` says where, such as `lines[2].amount_minor`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Fields:
    """A JSON object being read. Every method takes the name of a field and raises `PayloadError` when it does not fit."""

    def __init__(self, value: object, where: str = "") -> None:
        if not isinstance(value, Mapping):
            raise PayloadError(where or "payload", f"must be an object, not {type(value).__name__}")
        self._value = value
        self._where = where
        self._read: set[str] = set()

    @property
    def where(self) -> str:
        """The full name of this object, for messages."""
        return self._where or "payload"

    def path(self, name: str) -> str:
        """Return the full name of a field, for messages."""
        return f"{self._where}.{name}" if self._where else name

    def _take(self, name: str) -> object:
        self._read.add(name)
        if name not in self._value:
            raise PayloadError(self.path(name), "is missing")
        return self._value[name]

    def integer(self, name: str) -> int:
        """Return a whole number; a float, even a whole one, and a boolean are refused."""
        value = self._take(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise PayloadError(self.path(name), f"must be a whole number, not {value!r}")
        return value

    def text(self, name: str) -> str:
        """Return a string."""
        value = self._take(name)
        if not isinstance(value, str):
            raise PayloadError(self.path(name), f"must be a string, not {value!r}")
        return value

    def optional_integer(self, name: str) -> int | None:
        """Return a whole number, or None for null."""
        return None if self._take(name) is None else self.integer(name)

    def optional_text(self, name: str) -> str | None:
        """Return a string, or None for null."""
        return None if self._take(name) is None else self.text(name)

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            raise PayloadError(self.path(name), f"must be true or false, not {value!r}")
        return value

    def time(self, name: str) -> datetime:
        """Return a time in UTC, written with microseconds and Z."""
        value = self.text(name)
        try:
            if _TIME_SHAPE.fullmatch(value):
                return datetime.strptime(value, _TIME).replace(tzinfo=UTC)
        except ValueError as error:
            raise PayloadError(self.path(name), f"{value!r} is no time: {error}") from error
        raise PayloadError(self.path(name), f"must look like 2026-11-21T11:28:03.123456Z, not {value!r}")

    def day(self, name: str) -> date:
        """Return a day, written YYYY-MM-DD."""
        value = self.text(name)
        try:
            if _DAY_SHAPE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError as error:
            raise PayloadError(self.path(name), f"{value!r} is no day: {error}") from error
        raise PayloadError(self.path(name), f"must look like 2026-11-21, not {value!r}")

    def choice(self, name: str, kind: type[_E]) -> _E:
        """Return a member of `kind` by its value."""
        value = self.text(name)
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(member.value for member in kind)
            raise PayloadError(self.path(name), f"must be one of {known}, not {value!r}") from None

    def object(self, name: str) -> "Fields":
        """Return an object within this one."""
        return Fields(self._take(name), self.path(name))

    def optional_object(self, name: str) -> "Fields | None":
        """Return an object within this one, or None for null."""
        return None if self._take(name) is None else self.object(name)

    def objects(self, name: str) -> "list[Fields]":
        """Return the objects of a list."""
        value = self._take(name)
        if not isinstance(value, list):
            raise PayloadError(self.path(name), f"must be a list, not {type(value).__name__}")
        return [Fields(item, f"{self.path(name)}[{index}]") for index, item in enumerate(value)]

    def read(self, build: "Callable[[Fields], _R]") -> _R:
        """Return what `build` makes of this object; what the trade refuses becomes a `PayloadError`, nothing is left over."""
        try:
            result = build(self)
        except PayloadError:
            raise
        except SalesError as error:
            raise PayloadError(self.where, str(error)) from error
        self.finish()
        return result

    def finish(self) -> None:
        """Raise `PayloadError` when the object holds a field that was not read."""
        for name in self._value:
            if name not in self._read:
                raise PayloadError(self.path(str(name)), "is not a field of this schema")
