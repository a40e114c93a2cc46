"""Reads OpenMensa v2 feeds (https://doc.openmensa.org/feed/v2/) without ever resolving an entity or touching the network.

What the format forbids is refused with line and reason, and so is anything unknown: nothing is skipped in silence.
The order of a meal's elements is not checked, because nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeVar

from lxml import etree

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
from server.menus.weight import sold_by_weight

_NAMESPACE = "{http://openmensa.org/open-mensa-v2}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_VERSIONS = ("2.0", "2.1")
_LONGEST_TEXT = 250
_ABOUT = frozenset({"name", "address", "city", "phone", "email", "location", "availability", "times", "feed"})

_Value = TypeVar("_Value")


def parse(data: bytes, source: str) -> Feed:
    """The feed in `data`; `source` names it in messages. Raises `FeedError`."""
    return _Reader(source).feed(_tree(data, source))


def _tree(data: bytes, source: str) -> etree._Element:
    if len(data) > MAXIMUM_BYTES:
        raise FeedError(source, None, f"the file is larger than {MAXIMUM_BYTES // 1024 // 1024} MB")
    for forbidden in (b"<!DOCTYPE", b"<!ENTITY"):
        position = data.find(forbidden)
        if position >= 0:
            line = data.count(b"\n", 0, position) + 1
            raise FeedError(
                source, line, f"{forbidden.decode()} is refused: a feed needs no document type and no entities"
            )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise FeedError(source, error.lineno or 1, f"not well-formed XML: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise FeedError(source, 1, "a document type is refused: a feed needs no document type and no entities")
    return root


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source

    def feed(self, root: etree._Element) -> Feed:
        if root.tag != f"{_NAMESPACE}openmensa":
            raise self.error(root, f"the root element is {root.tag}, not openmensa of {_NAMESPACE.strip('{}')}")
        version = self.attribute(root, "version")
        if version not in _VERSIONS:
            raise self.error(root, f'version="{version}" is not one of {", ".join(_VERSIONS)}')
        about: list[tuple[str, str]] = []
        canteens: list[etree._Element] = []
        for tag, child in self.children(root, {"version", "canteen"}):
            if tag == "canteen":
                canteens.append(child)
            else:
                about.append(("version", self.text(child, required=False)))
        if len(canteens) != 1:
            raise self.error(root, f"there must be exactly one canteen, not {len(canteens)}")
        self.attributes(canteens[0], ())
        days: dict[date, Day] = {}
        count: dict[str, int] = {}
        for tag, child in self.children(canteens[0], _ABOUT | {"day"}):
            if tag == "day":
                day = self.day(child)
                if day.date in days:
                    raise self.error(child, f"the day {day.date} appears twice")
                days[day.date] = day
            else:
                count[tag] = count.get(tag, 0) + 1
                about.extend(self.flat(child, tag if count[tag] == 1 else f"{tag}[{count[tag]}]"))
        return Feed(self.source, "EUR", tuple(about), tuple(days.values()))

    def day(self, element: etree._Element) -> Day:
        day = self.value(element, calendar_day, self.attribute(element, "date"))
        closed = False
        categories: list[Category] = []
        for tag, child in self.children(element, {"category", "closed"}):
            if tag == "category":
                categories.append(self.category(child))
            else:
                closed = True
                self.attributes(child, ())
                if len(child) or (child.text or "").strip():
                    raise self.error(child, "closed must be empty")
        if closed == bool(categories):
            raise self.error(element, f"the day {day} must either have categories or be closed")
        return Day(day, closed, tuple(categories))

    def category(self, element: etree._Element) -> Category:
        name = self.attribute(element, "name").strip()
        self.length(element, "the category's name", name)
        meals = tuple(self.meal(child) for _, child in self.children(element, {"meal"}))
        if not meals:
            raise self.error(element, f"the category {name!r} has no meal")
        return Category(name, meals)

    def meal(self, element: etree._Element) -> Meal:
        self.attributes(element, ())
        names: list[str] = []
        notes: list[str] = []
        prices: dict[Role, RolePrice] = {}
        for tag, child in self.children(element, {"name", "note", "price"}):
            if tag == "price":
                price = self.price(child)
                if price.role in prices:
                    raise self.error(child, f"a second price for the role {price.role}")
                prices[price.role] = price
            elif tag == "name":
                self.attributes(child, ())
                names.append(self.text(child))
            else:
                self.attributes(child, ())
                notes.append(self.text(child))
        if len(names) != 1:
            raise self.error(element, f"a meal must have exactly one name, not {len(names)}")
        unit = Unit.PER_100_G if sold_by_weight(names[0], notes) else Unit.PIECE
        return Meal(names[0], tuple(notes), tuple(prices.values()), unit, _line(element))

    def price(self, element: etree._Element) -> RolePrice:
        role = self.attribute(element, "role")
        if role not in tuple(Role):
            raise self.error(element, f'role="{role}" is not one of {", ".join(Role)}')
        return RolePrice(Role(role), self.value(element, minor_units, self.text(element)))

    def flat(self, element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
        for name, value in element.attrib.items():
            yield f"{path}@{name}", str(value)
        text = (element.text or "").strip()
        if text or not (len(element) or element.attrib):
            yield path, text
        for child in element:
            if (child.tail or "").strip():
                raise self.error(child, f"stray text {(child.tail or '').strip()[:40]!r}")
            yield from self.flat(child, f"{path}/{etree.QName(child).localname}")

    def children(self, element: etree._Element, known: Iterable[str]) -> Iterator[tuple[str, etree._Element]]:
        allowed = {_NAMESPACE + name: name for name in known}
        if (element.text or "").strip():
            raise self.error(element, f"stray text {(element.text or '').strip()[:40]!r}")
        for child in element:
            if not isinstance(child.tag, str):
                raise self.error(child, "an entity is refused: a feed needs none")
            if child.tag not in allowed:
                raise self.error(child, f"unknown element {child.tag.removeprefix(_NAMESPACE)}")
            if (child.tail or "").strip():
                raise self.error(child, f"stray text {(child.tail or '').strip()[:40]!r}")
            yield allowed[child.tag], child

    def text(self, element: etree._Element, *, required: bool = True) -> str:
        name = etree.QName(element).localname
        if len(element):
            raise self.error(element, f"{name} must hold text only")
        text = (element.text or "").strip()
        if required:
            self.length(element, name, text)
        return text

    def length(self, element: etree._Element, what: str, text: str) -> None:
        if not text:
            raise self.error(element, f"{what} is empty")
        if len(text) > _LONGEST_TEXT:
            raise self.error(element, f"{what} has {len(text)} characters, {_LONGEST_TEXT} are allowed")

    def attribute(self, element: etree._Element, name: str) -> str:
        self.attributes(element, (name,))
        value = element.get(name)
        if value is None:
            raise self.error(element, f"{etree.QName(element).localname} needs the attribute {name}")
        return str(value)

    def attributes(self, element: etree._Element, known: Iterable[str]) -> None:
        for name in element.attrib:
            if name not in tuple(known) and not str(name).startswith(_XSI):
                raise self.error(element, f"unknown attribute {name} of {etree.QName(element).localname}")

    def value(self, element: etree._Element, convert: Callable[[str], _Value], text: str) -> _Value:
        try:
            return convert(text)
        except ValueError as error:
            raise self.error(element, str(error)) from error

    def error(self, element: etree._Element, reason: str) -> FeedError:
        return FeedError(self.source, _line(element), reason)


def _line(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 1
