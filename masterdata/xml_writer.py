"""From a catalogue to the elements of a revision, always in the same order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from lxml import etree

from masterdata.names import NAMESPACE
from sales.catalogue import Allergen, Article, Catalogue, OptionGroup, Price

Attribute = str | int | bool | date | None


def tree(catalogue: Catalogue) -> etree._Element:
    """Return the root element. Raises `ValueError` for text XML cannot carry."""
    default_namespace: Any = {None: NAMESPACE}
    root = etree.Element(f"{{{NAMESPACE}}}catalogue", nsmap=default_namespace)
    root.set("revision", str(catalogue.revision))
    root.set("published-at", utc_text(catalogue.published_at))
    root.set("cash-rounding", str(catalogue.cash_rounding_minor))
    store = catalogue.store
    _add(
        root,
        "store",
        id=store.id,
        name=store.name,
        company=store.company,
        currency=store.currency,
        country=store.country,
        timezone=store.timezone,
        languages=" ".join(store.languages),
    )
    shelf = _add(root, "tax-classes")
    for tax_class in catalogue.tax_classes:
        element = _add(shelf, "tax-class", id=tax_class.id)
        _texts(element, "name", tax_class.name)
        for rate in tax_class.rates:
            _add(element, "rate", valid_from=rate.valid_from, eat_in=rate.eat_in_bp, take_away=rate.take_away_bp)
    shelf = _add(root, "guest-categories")
    for guest_category in catalogue.guest_categories:
        _texts(_add(shelf, "guest-category", id=guest_category.id), "name", guest_category.name)
    shelf = _add(root, "service-periods")
    for period in catalogue.service_periods:
        element = _add(shelf, "service-period", id=period.id, start=period.start, end=period.end)
        _texts(element, "name", period.name)
    shelf = _add(root, "categories")
    for category in catalogue.categories:
        element = _add(shelf, "category", id=category.id, tint=category.tint, position=category.position)
        _texts(element, "name", category.name)
    shelf = _add(root, "articles")
    for article in catalogue.articles:
        _article(shelf, article)
    shelf = _add(root, "prices")
    for price in catalogue.prices:
        _price(shelf, price)
    return root


def utc_text(moment: datetime) -> str:
    """Return the moment as `2026-11-21T11:28:03.123456Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _article(shelf: etree._Element, article: Article) -> None:
    element = _add(
        shelf,
        "article",
        id=article.id,
        plu=article.plu,
        category=article.category_id,
        unit=article.unit.value,
        tax_class=article.tax_class_id,
        picture=article.picture,
        sold_out=article.sold_out,
        portions_left=article.portions_left,
    )
    _texts(element, "name", article.name)
    _texts(element, "description", article.description)
    for code in article.barcodes:
        _add(element, "barcode").text = code
    if article.allergens.stated:
        stated = _add(element, "allergens")
        for allergen in Allergen:
            if allergen in article.allergens.contains:
                _add(stated, "contains", allergen=allergen.value)
    for diet in sorted(article.diets):
        _add(element, "diet").text = diet
    for note in article.notes:
        _add(element, "note").text = note
    if article.days is not None:
        days = _add(element, "days")
        for day in sorted(article.days):
            _add(days, "day", date=day)
    for group in article.option_groups:
        _option_group(element, group)


def _option_group(article: etree._Element, group: OptionGroup) -> None:
    element = _add(article, "option-group", id=group.id, minimum=group.minimum, maximum=group.maximum)
    _texts(element, "name", group.name)
    for option in group.options:
        _texts(_add(element, "option", id=option.id, price=option.price_minor), "name", option.name)


def _price(shelf: etree._Element, price: Price) -> None:
    _add(
        shelf,
        "price",
        article=price.article_id,
        guest_category=price.guest_category_id,
        store=price.store_id,
        amount=price.amount_minor,
        base=price.base_minor or None,
        valid_from=price.valid_from,
        valid_to=price.valid_to,
    )


def _texts(parent: etree._Element, tag: str, text: Mapping[str, str]) -> None:
    for language in sorted(text):
        _add(parent, tag, lang=language).text = text[language]


def _add(parent: etree._Element, tag: str, **attributes: Attribute) -> etree._Element:
    """Append an element; an attribute that is None or False is left out, `_` in its name stands for `-`."""
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        element.set(name.replace("_", "-"), "true" if value is True else str(value))
    return element
