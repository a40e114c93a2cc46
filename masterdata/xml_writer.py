"""From a catalogue to the elements of a revision, always in the same order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lxml import etree

from masterdata import xml_trade
from masterdata.names import NAMESPACE
from masterdata.xml_elements import add, add_texts
from sales.catalogue import Allergen, Article, Catalogue, GuestCategory, OptionGroup, Price
from sales.offline import DEFAULT_OFFLINE
from sales.receipt import ReceiptRule


def tree(catalogue: Catalogue) -> etree._Element:
    """Return the root element. Raises `ValueError` for text XML cannot carry."""
    default_namespace: Any = {None: NAMESPACE}
    root = etree.Element(f"{{{NAMESPACE}}}catalogue", nsmap=default_namespace)
    root.set("revision", str(catalogue.revision))
    root.set("published-at", utc_text(catalogue.published_at))
    root.set("cash-rounding", str(catalogue.cash_rounding_minor))
    store = catalogue.store
    add(
        root,
        "store",
        id=store.id,
        name=store.name,
        company=store.company,
        currency=store.currency,
        country=store.country,
        timezone=store.timezone,
        languages=" ".join(store.languages),
        receipt=None if store.receipt is ReceiptRule.BY_COUNTRY else store.receipt.value,
        hide_balance=store.hide_balance,
    )
    shelf = add(root, "tax-classes")
    for tax_class in catalogue.tax_classes:
        element = add(shelf, "tax-class", id=tax_class.id)
        add_texts(element, "name", tax_class.name)
        for rate in tax_class.rates:
            add(element, "rate", valid_from=rate.valid_from, eat_in=rate.eat_in_bp, take_away=rate.take_away_bp)
    shelf = add(root, "guest-categories")
    for guest_category in catalogue.guest_categories:
        _guest_category(shelf, guest_category)
    shelf = add(root, "service-periods")
    for period in catalogue.service_periods:
        element = add(shelf, "service-period", id=period.id, start=period.start, end=period.end)
        add_texts(element, "name", period.name)
    shelf = add(root, "payers")
    for payer in catalogue.payers:
        xml_trade.add_payer(shelf, payer)
    shelf = add(root, "meal-terms")
    for terms in catalogue.meal_terms:
        xml_trade.add_meal_terms(shelf, terms)
    shelf = add(root, "categories")
    for category in catalogue.categories:
        element = add(
            shelf,
            "category",
            id=category.id,
            tint=category.tint,
            position=category.position,
            meal=category.is_meal,
        )
        add_texts(element, "name", category.name)
    shelf = add(root, "articles")
    for article in catalogue.articles:
        _article(shelf, article)
    shelf = add(root, "prices")
    for price in catalogue.prices:
        _price(shelf, price)
    shelf = add(root, "set-menus")
    for menu in catalogue.set_menus:
        xml_trade.add_set_menu(shelf, menu)
    shelf = add(root, "quick-key-layouts")
    for layout in catalogue.quick_key_layouts:
        xml_trade.add_quick_key_layout(shelf, layout)
    return root


def utc_text(moment: datetime) -> str:
    """Return the moment as `2026-11-21T11:28:03.123456Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _guest_category(shelf: etree._Element, category: GuestCategory) -> None:
    offline, usual = category.offline, DEFAULT_OFFLINE
    element = add(
        shelf,
        "guest-category",
        id=category.id,
        offline=None if offline.kind is usual.kind else offline.kind.value,
        offline_limit=None if offline.limit_minor == usual.limit_minor else offline.limit_minor,
    )
    add_texts(element, "name", category.name)


def _article(shelf: etree._Element, article: Article) -> None:
    element = add(
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
        kitchen=article.kitchen,
    )
    add_texts(element, "name", article.name)
    add_texts(element, "description", article.description)
    for code in article.barcodes:
        add(element, "barcode").text = code
    if article.allergens.stated:
        stated = add(element, "allergens")
        for allergen in Allergen:
            if allergen in article.allergens.contains:
                add(stated, "contains", allergen=allergen.value)
    for diet in sorted(article.diets):
        add(element, "diet").text = diet
    for note in article.notes:
        add(element, "note").text = note
    if article.days is not None:
        days = add(element, "days")
        for day in sorted(article.days):
            add(days, "day", date=day)
    for group in article.option_groups:
        _option_group(element, group)


def _option_group(article: etree._Element, group: OptionGroup) -> None:
    element = add(article, "option-group", id=group.id, minimum=group.minimum, maximum=group.maximum)
    add_texts(element, "name", group.name)
    for option in group.options:
        add_texts(add(element, "option", id=option.id, price=option.price_minor), "name", option.name)


def _price(shelf: etree._Element, price: Price) -> None:
    add(
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
