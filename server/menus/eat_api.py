"""Reads one week of the eat-api (https://tum-dev.github.io/eat-api/, version 2.1): `<canteen>/<year>/<week>.json`.

Numbers are taken as they are written, never as floats. A day without dishes is a closed one.
Keys the format does not know are kept as remarks, not dropped.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from sales.catalogue import Unit
from server.menus.feed import (
    MAXIMUM_BYTES,
    Category,
    Day,
    Feed,
    FeedError,
    Meal,
    Role,
    RolePrice,
    calendar_day,
    minor_units,
)
from server.menus.located_json import LocatedObject, loads

_ROLES = {"students": Role.STUDENT, "staff": Role.EMPLOYEE, "guests": Role.OTHER}
_BY_WEIGHT = frozenset({"100g", "100 g"})
_LONGEST_FRACTION = 9


def parse(data: bytes, source: str) -> Feed:
    """The week in `data`; `source` names it in messages. Raises `FeedError`."""
    if len(data) > MAXIMUM_BYTES:
        raise FeedError(source, None, f"the file is larger than {MAXIMUM_BYTES // 1024 // 1024} MB")
    try:
        week = loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FeedError(source, line, "the file is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise FeedError(source, error.lineno, f"not JSON: {error.msg}") from error
    except ValueError as error:
        raise FeedError(source, None, f"not JSON of a menu: {error}") from error
    except RecursionError as error:
        raise FeedError(source, None, "not JSON of a menu: nested too deeply") from error
    return _Reader(source).week(week)


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source

    def week(self, week: Any) -> Feed:
        if not isinstance(week, LocatedObject):
            raise FeedError(self.source, 1, "not a week of the eat-api: there is no object with days")
        about = [(key, _text(value)) for key, value in week.items() if key != "days"]
        days: dict[date, Day] = {}
        for item in self.list(week, "days"):
            day_object = self.object(week, "days", item)
            day = self.day(day_object)
            if day.date in days:
                raise self.error(day_object, f"the day {day.date} appears twice")
            days[day.date] = day
            about.extend((f"{day.date}/{k}", _text(v)) for k, v in day_object.items() if k not in ("date", "dishes"))
        return Feed(self.source, "EUR", tuple(about), tuple(days.values()))

    def day(self, item: LocatedObject) -> Day:
        try:
            day = calendar_day(self.string(item, "date"))
        except ValueError as error:
            raise self.error(item, str(error)) from error
        categories: dict[str, list[Meal]] = {}
        for dish in self.list(item, "dishes"):
            dish_object = self.object(item, "dishes", dish)
            categories.setdefault(self.string(dish_object, "dish_type"), []).append(self.meal(dish_object))
        return Day(day, not categories, tuple(Category(name, tuple(meals)) for name, meals in categories.items()))

    def meal(self, dish: LocatedObject) -> Meal:
        labels = self.list(dish, "labels") if "labels" in dish else []
        for label in labels:
            if not isinstance(label, str) or not label.strip():
                raise self.error(dish, f"labels holds {_text(label)}, which is no text")
        known = {"name", "prices", "labels", "dish_type"}
        extra = [f"{key}: {_text(value)}" for key, value in dish.items() if key not in known]
        prices = self.object(dish, "prices", dish["prices"]) if dish.get("prices") else LocatedObject(dish.line)
        unit, role_prices = self.prices(prices)
        return Meal(self.string(dish, "name"), (*labels, *extra), role_prices, unit, dish.line)

    def prices(self, prices: LocatedObject) -> tuple[Unit, tuple[RolePrice, ...]]:
        found: list[tuple[Role, int, int]] = []
        for key, value in prices.items():
            if key not in _ROLES:
                raise self.error(prices, f"prices are for {', '.join(_ROLES)}, not for {key!r}")
            if value is None:
                continue
            price = self.object(prices, key, value)
            found.append((_ROLES[key], self.amount(price, "base_price"), self.per_unit(price)))
        if not any(per_unit for _, _, per_unit in found):
            return Unit.PIECE, tuple(RolePrice(role, base) for role, base, _ in found)
        return Unit.PER_100_G, tuple(RolePrice(role, per_unit, base) for role, base, per_unit in found)

    def per_unit(self, price: LocatedObject) -> int:
        unknown = price.keys() - {"base_price", "price_per_unit", "unit"}
        if unknown:
            raise self.error(price, f"a price has no {', '.join(sorted(unknown))}")
        amount = self.amount(price, "price_per_unit")
        unit = str(price.get("unit") or "").strip().casefold()
        if amount and unit not in _BY_WEIGHT:
            raise self.error(price, f"price_per_unit is understood per 100g, not per {unit!r}")
        return amount

    def amount(self, price: LocatedObject, key: str) -> int:
        value = price.get(key)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.error(price, f"{key} is {_text(value)}, not a number")
        if isinstance(value, Decimal) and not -_LONGEST_FRACTION <= int(value.as_tuple().exponent) <= 0:
            raise self.error(price, f"{key}: {value} is not a price such as 3.50")
        try:
            return minor_units(str(value) if isinstance(value, int) else format(value, "f"))
        except ValueError as error:
            raise self.error(price, f"{key}: {error}") from error

    def list(self, item: LocatedObject, key: str) -> list[Any]:
        value = item.get(key)
        if not isinstance(value, list):
            raise self.error(item, f"{key} must be a list")
        return value

    def object(self, parent: LocatedObject, key: str, value: Any) -> LocatedObject:
        if not isinstance(value, LocatedObject):
            raise self.error(parent, f"{key} holds {_text(value)} where an object is expected")
        return value

    def string(self, item: LocatedObject, key: str) -> str:
        value = item.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(item, f"{key} must be a text that is not empty")
        return value.strip()

    def error(self, item: LocatedObject, reason: str) -> FeedError:
        return FeedError(self.source, item.line, reason)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
