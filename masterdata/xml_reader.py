"""From the elements of a revision, already valid by the schema, to a catalogue."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from masterdata import xml_trade
from masterdata.xml_elements import (
    children,
    day,
    flag,
    lines,
    number,
    optional_day,
    optional_number,
    shelf,
    texts,
    word,
)
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
from sales.offline import DEFAULT_OFFLINE, OfflineKind, OfflinePolicy
from sales.receipt import ReceiptRule
from sales.tax import TaxClass, TaxRate


def catalogue(root: etree._Element) -> Catalogue:
    """Return the catalogue. Raises `sales.errors.SalesError` or `ValueError` where it contradicts itself."""
    return Catalogue(
        revision=number(root, "revision"),
        published_at=datetime.fromisoformat(word(root, "published-at")),
        store=_store(next(children(root, "store"))),
        categories=tuple(
            Category(word(e, "id"), texts(e, "name"), word(e, "tint"), number(e, "position"), flag(e, "meal"))
            for e in shelf(root, "categories")
        ),
        articles=tuple(_article(e) for e in shelf(root, "articles")),
        prices=tuple(_price(e) for e in shelf(root, "prices")),
        tax_classes=tuple(_tax_class(e) for e in shelf(root, "tax-classes")),
        guest_categories=tuple(_guest_category(e) for e in shelf(root, "guest-categories")),
        service_periods=tuple(
            ServicePeriod(word(e, "id"), texts(e, "name"), word(e, "start"), word(e, "end"))
            for e in shelf(root, "service-periods")
        ),
        cash_rounding_minor=number(root, "cash-rounding"),
        payers=tuple(xml_trade.payer(e) for e in shelf(root, "payers")),
        meal_terms=tuple(xml_trade.meal_terms(e) for e in shelf(root, "meal-terms")),
        set_menus=tuple(xml_trade.set_menu(e) for e in shelf(root, "set-menus")),
        quick_key_layouts=tuple(xml_trade.quick_key_layout(e) for e in shelf(root, "quick-key-layouts")),
    )


def _store(element: etree._Element) -> Store:
    return Store(
        id=word(element, "id"),
        name=word(element, "name"),
        company=word(element, "company"),
        currency=word(element, "currency"),
        country=word(element, "country"),
        timezone=word(element, "timezone"),
        languages=tuple(word(element, "languages").split()),
        receipt=ReceiptRule(element.get("receipt", ReceiptRule.BY_COUNTRY)),
        hide_balance=flag(element, "hide-balance"),
    )


def _guest_category(element: etree._Element) -> GuestCategory:
    limit_minor = optional_number(element, "offline-limit")
    offline = OfflinePolicy(
        OfflineKind(element.get("offline", DEFAULT_OFFLINE.kind)),
        DEFAULT_OFFLINE.limit_minor if limit_minor is None else limit_minor,
    )
    return GuestCategory(word(element, "id"), texts(element, "name"), offline)


def _tax_class(element: etree._Element) -> TaxClass:
    rates = tuple(
        TaxRate(day(e, "valid-from"), number(e, "eat-in"), number(e, "take-away")) for e in children(element, "rate")
    )
    return TaxClass(word(element, "id"), texts(element, "name"), rates)


def _article(element: etree._Element) -> Article:
    days = next(children(element, "days"), None)
    return Article(
        id=word(element, "id"),
        plu=optional_number(element, "plu"),
        barcodes=tuple(lines(element, "barcode")),
        name=texts(element, "name"),
        description=texts(element, "description"),
        category_id=word(element, "category"),
        unit=Unit(word(element, "unit")),
        tax_class_id=word(element, "tax-class"),
        allergens=_allergens(next(children(element, "allergens"), None)),
        diets=frozenset(lines(element, "diet")),
        notes=tuple(lines(element, "note")),
        picture=element.get("picture"),
        option_groups=tuple(_option_group(e) for e in children(element, "option-group")),
        days=None if days is None else frozenset(day(e, "date") for e in children(days, "day")),
        sold_out=flag(element, "sold-out"),
        portions_left=optional_number(element, "portions-left"),
        kitchen=flag(element, "kitchen"),
    )


def _allergens(element: etree._Element | None) -> Allergens:
    if element is None:
        return Allergens(stated=False)
    return Allergens(
        stated=True, contains=frozenset(Allergen(word(e, "allergen")) for e in children(element, "contains"))
    )


def _option_group(element: etree._Element) -> OptionGroup:
    options = tuple(Option(word(e, "id"), texts(e, "name"), number(e, "price")) for e in children(element, "option"))
    name = texts(element, "name")
    return OptionGroup(word(element, "id"), name, number(element, "minimum"), number(element, "maximum"), options)


def _price(element: etree._Element) -> Price:
    return Price(
        article_id=word(element, "article"),
        guest_category_id=element.get("guest-category"),
        store_id=element.get("store"),
        amount_minor=number(element, "amount"),
        base_minor=optional_number(element, "base") or 0,
        valid_from=day(element, "valid-from"),
        valid_to=optional_day(element, "valid-to"),
    )
