"""Payers, meal terms, set menus and quick keys as elements of a revision."""

from __future__ import annotations

from lxml import etree

from masterdata.xml_elements import (
    add,
    add_texts,
    children,
    day,
    number,
    optional_day,
    optional_number,
    texts,
    word,
)
from sales.funding import MealTerms, Payer
from sales.menus import MenuSlot, SetMenu, SetMenuPrice
from sales.quick_keys import QuickKey, QuickKeyLayout


def add_payer(shelf: etree._Element, payer: Payer) -> None:
    """Append a payer."""
    add_texts(add(shelf, "payer", id=payer.id, tax_class=payer.tax_class_id), "name", payer.name)


def add_meal_terms(shelf: etree._Element, terms: MealTerms) -> None:
    """Append what was agreed for meals; the amounts that are 0 are left out."""
    add(
        shelf,
        "terms",
        id=terms.id,
        guest_category=terms.guest_category_id,
        payer=terms.payer_id,
        service_period=terms.service_period_id,
        fee=terms.fee_minor or None,
        fee_tax_class=terms.fee_tax_class_id,
        share=terms.share_minor or None,
        valid_from=terms.valid_from,
        valid_to=terms.valid_to,
    )


def add_set_menu(shelf: etree._Element, menu: SetMenu) -> None:
    """Append a set menu; what fills a slot is in the order of the ids."""
    element = add(shelf, "set-menu", id=menu.id)
    add_texts(element, "name", menu.name)
    for slot in menu.slots:
        part = add(element, "slot")
        add_texts(part, "name", slot.name)
        for article_id in sorted(slot.article_ids):
            add(part, "article", id=article_id)
        for category_id in sorted(slot.category_ids):
            add(part, "category", id=category_id)
    for price in menu.prices:
        add(element, "menu-price", guest_category=price.guest_category_id, amount=price.amount_minor)


def add_quick_key_layout(shelf: etree._Element, layout: QuickKeyLayout) -> None:
    """Append a layout of quick keys."""
    element = add(
        shelf,
        "quick-key-layout",
        id=layout.id,
        name=layout.name,
        columns=layout.columns,
        rows=layout.rows,
        terminals=" ".join(layout.terminal_ids) or None,
    )
    for key in layout.keys:
        cap = add(
            element,
            "key",
            page=key.page,
            row=key.row,
            column=key.column,
            article=key.article_id,
            set_menu=key.set_menu_id,
            tint=key.tint,
        )
        add_texts(cap, "label", key.label or {})


def payer(element: etree._Element) -> Payer:
    """Return the payer of an element."""
    return Payer(word(element, "id"), texts(element, "name"), element.get("tax-class"))


def meal_terms(element: etree._Element) -> MealTerms:
    """Return the terms of an element."""
    return MealTerms(
        id=word(element, "id"),
        guest_category_id=word(element, "guest-category"),
        payer_id=element.get("payer"),
        service_period_id=element.get("service-period"),
        fee_minor=optional_number(element, "fee") or 0,
        fee_tax_class_id=element.get("fee-tax-class"),
        share_minor=optional_number(element, "share") or 0,
        valid_from=day(element, "valid-from"),
        valid_to=optional_day(element, "valid-to"),
    )


def set_menu(element: etree._Element) -> SetMenu:
    """Return the set menu of an element."""
    slots = tuple(
        MenuSlot(
            texts(part, "name"),
            frozenset(word(e, "id") for e in children(part, "article")),
            frozenset(word(e, "id") for e in children(part, "category")),
        )
        for part in children(element, "slot")
    )
    prices = tuple(SetMenuPrice(e.get("guest-category"), number(e, "amount")) for e in children(element, "menu-price"))
    return SetMenu(word(element, "id"), texts(element, "name"), slots, prices)


def quick_key_layout(element: etree._Element) -> QuickKeyLayout:
    """Return the layout of an element."""
    return QuickKeyLayout(
        id=word(element, "id"),
        name=word(element, "name"),
        columns=number(element, "columns"),
        rows=number(element, "rows"),
        terminal_ids=tuple((element.get("terminals") or "").split()),
        keys=tuple(
            QuickKey(
                page=number(cap, "page"),
                row=number(cap, "row"),
                column=number(cap, "column"),
                article_id=cap.get("article"),
                set_menu_id=cap.get("set-menu"),
                label=texts(cap, "label") or None,
                tint=cap.get("tint"),
            )
            for cap in children(element, "key")
        ),
    )
