"""From the elements of a revision, already valid by the schema, to a catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from lxml import etree

from masterdata.names import NAMESPACE
from sales.catalogue import (
    Allergen,
    Allergens,
    Article,
    Catalogue,
    Category,
    GuestCategory,
    Option,
    OptionGroup,
    Price,
    ServicePeriod,
    Store,
    Unit,
)
from sales.tax import TaxClass, TaxRate


def catalogue(root: etree._Element) -> Catalogue:
    """Return the catalogue. Raises `sales.errors.SalesError` or `ValueError` where it contradicts itself."""
    return Catalogue(
        revision=_number(root, "revision"),
        published_at=datetime.fromisoformat(_word(root, "published-at")),
        store=_store(next(_all(root, "store"))),
        categories=tuple(
            Category(_word(e, "id"), _texts(e, "name"), _word(e, "tint"), _number(e, "position"))
            for e in _shelf(root, "categories")
        ),
        articles=tuple(_article(e) for e in _shelf(root, "articles")),
        prices=tuple(_price(e) for e in _shelf(root, "prices")),
        tax_classes=tuple(_tax_class(e) for e in _shelf(root, "tax-classes")),
        guest_categories=tuple(
            GuestCategory(_word(e, "id"), _texts(e, "name")) for e in _shelf(root, "guest-categories")
        ),
        service_periods=tuple(
            ServicePeriod(_word(e, "id"), _texts(e, "name"), _word(e, "start"), _word(e, "end"))
            for e in _shelf(root, "service-periods")
        ),
        cash_rounding_minor=_number(root, "cash-rounding"),
    )


def _store(element: etree._Element) -> Store:
    return Store(
        id=_word(element, "id"),
        name=_word(element, "name"),
        company=_word(element, "company"),
        currency=_word(element, "currency"),
        country=_word(element, "country"),
        timezone=_word(element, "timezone"),
        languages=tuple(_word(element, "languages").split()),
    )


def _tax_class(element: etree._Element) -> TaxClass:
    rates = tuple(
        TaxRate(_day(e, "valid-from"), _number(e, "eat-in"), _number(e, "take-away")) for e in _all(element, "rate")
    )
    return TaxClass(_word(element, "id"), _texts(element, "name"), rates)


def _article(element: etree._Element) -> Article:
    days = next(_all(element, "days"), None)
    return Article(
        id=_word(element, "id"),
        plu=_optional_number(element, "plu"),
        barcodes=tuple(_lines(element, "barcode")),
        name=_texts(element, "name"),
        description=_texts(element, "description"),
        category_id=_word(element, "category"),
        unit=Unit(_word(element, "unit")),
        tax_class_id=_word(element, "tax-class"),
        allergens=_allergens(next(_all(element, "allergens"), None)),
        diets=frozenset(_lines(element, "diet")),
        notes=tuple(_lines(element, "note")),
        picture=element.get("picture"),
        option_groups=tuple(_option_group(e) for e in _all(element, "option-group")),
        days=None if days is None else frozenset(_day(e, "date") for e in _all(days, "day")),
        sold_out=element.get("sold-out") in ("true", "1"),
        portions_left=_optional_number(element, "portions-left"),
    )


def _allergens(element: etree._Element | None) -> Allergens:
    if element is None:
        return Allergens(stated=False)
    return Allergens(stated=True, contains=frozenset(Allergen(_word(e, "allergen")) for e in _all(element, "contains")))


def _option_group(element: etree._Element) -> OptionGroup:
    options = tuple(Option(_word(e, "id"), _texts(e, "name"), _number(e, "price")) for e in _all(element, "option"))
    name = _texts(element, "name")
    return OptionGroup(_word(element, "id"), name, _number(element, "minimum"), _number(element, "maximum"), options)


def _price(element: etree._Element) -> Price:
    return Price(
        article_id=_word(element, "article"),
        guest_category_id=element.get("guest-category"),
        store_id=element.get("store"),
        amount_minor=_number(element, "amount"),
        base_minor=_optional_number(element, "base") or 0,
        valid_from=_day(element, "valid-from"),
        valid_to=_day(element, "valid-to") if "valid-to" in element.attrib else None,
    )


def _all(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    return parent.iterchildren(f"{{{NAMESPACE}}}{tag}")


def _shelf(root: etree._Element, tag: str) -> Iterator[etree._Element]:
    return next(_all(root, tag)).iterchildren()


def _lines(parent: etree._Element, tag: str) -> Iterator[str]:
    return (element.text or "" for element in _all(parent, tag))


def _texts(parent: etree._Element, tag: str) -> dict[str, str]:
    return {_word(element, "lang"): element.text or "" for element in _all(parent, tag)}


def _word(element: etree._Element, name: str) -> str:
    return str(element.attrib[name])


def _number(element: etree._Element, name: str) -> int:
    return int(element.attrib[name])


def _optional_number(element: etree._Element, name: str) -> int | None:
    return _number(element, name) if name in element.attrib else None


def _day(element: etree._Element, name: str) -> date:
    return date.fromisoformat(_word(element, name))
