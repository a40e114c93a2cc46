"""Elements of a revision: how they are appended, and how their content is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from lxml import etree

from masterdata.names import NAMESPACE

Attribute = str | int | bool | date | None


def add(parent: etree._Element, tag: str, **attributes: Attribute) -> etree._Element:
    """Append an element; an attribute that is None or False is left out, `_` in its name stands for `-`."""
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        element.set(name.replace("_", "-"), "true" if value is True else str(value))
    return element


def add_texts(parent: etree._Element, tag: str, text: Mapping[str, str]) -> None:
    """Append one element per language, by language."""
    for language in sorted(text):
        add(parent, tag, lang=language).text = text[language]


def children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Return the children of that name."""
    return parent.iterchildren(f"{{{NAMESPACE}}}{tag}")


def shelf(root: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Return what lies on one of the root's shelves."""
    return next(children(root, tag)).iterchildren()


def lines(parent: etree._Element, tag: str) -> Iterator[str]:
    """Return the text of the children of that name."""
    return (element.text or "" for element in children(parent, tag))


def texts(parent: etree._Element, tag: str) -> dict[str, str]:
    """Return the children of that name as text by language."""
    return {word(element, "lang"): element.text or "" for element in children(parent, tag)}


def word(element: etree._Element, name: str) -> str:
    """Return a required attribute."""
    return str(element.attrib[name])


def number(element: etree._Element, name: str) -> int:
    """Return a required attribute that is a whole number."""
    return int(element.attrib[name])


def optional_number(element: etree._Element, name: str) -> int | None:
    """Return an attribute that is a whole number, None when it is not there."""
    return number(element, name) if name in element.attrib else None


def day(element: etree._Element, name: str) -> date:
    """Return a required attribute that is a day."""
    return date.fromisoformat(word(element, name))


def optional_day(element: etree._Element, name: str) -> date | None:
    """Return an attribute that is a day, None when it is not there."""
    return day(element, name) if name in element.attrib else None


def flag(element: etree._Element, name: str) -> bool:
    """Tell whether an attribute is there and true."""
    return element.get(name) in ("true", "1")
