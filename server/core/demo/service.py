"""Who pays, set menus, quick keys and cashiers of the demonstration."""

from __future__ import annotations

from datetime import date
from typing import Any

from server.catalog.models import (
    Article,
    Category,
    GuestCategory,
    MealTerms,
    Payer,
    QuickKey,
    QuickKeyLayout,
    SetMenu,
    SetMenuPrice,
    SetMenuSlot,
    Store,
    TaxClass,
)
from server.guests.choices import ROLE_PRESETS
from server.guests.models import Cashier, CashierBadge

SINCE = date(2026, 1, 1)


def ensure_payers(store: Store, data: dict[str, Any]) -> None:
    """Make the payers that are missing, each with its terms; needs the store's meal services."""
    tax_classes = {row.code: row for row in TaxClass.objects.all()}
    payers = {}
    for item in data["payers"]:
        payers[item["code"]], _ = Payer.objects.get_or_create(
            code=item["code"],
            defaults={
                "company": store.company,
                "name": item["name"],
                "tax_class": tax_classes.get(item.get("tax_class", "")),
                "address": item["address"],
            },
        )
    for item in data["meal_terms"]:
        MealTerms.objects.get_or_create(
            code=item["code"],
            defaults={
                "store": store,
                "guest_category": GuestCategory.objects.get(code=item["category"]),
                "payer": payers[item["payer"]],
                "service_period": store.service_periods.filter(code=item["service"]).first(),
                "fee_minor": item["fee_minor"],
                "fee_tax_class": tax_classes[item["fee_tax_class"]],
                "share_minor": item["share_minor"],
                "valid_from": SINCE,
            },
        )


def ensure_set_menus(store: Store, data: dict[str, Any]) -> None:
    """Make the set menus that are missing; needs the articles."""
    for position, item in enumerate(data["set_menus"], start=1):
        menu, made = SetMenu.objects.get_or_create(
            code=item["code"], defaults={"name": item["name"], "store": store, "position": position}
        )
        if not made:
            continue
        for place, part in enumerate(item["slots"], start=1):
            slot = SetMenuSlot.objects.create(set_menu=menu, position=place, name=part["name"])
            slot.articles.set(Article.objects.filter(plu__in=part.get("plus", ())))
            slot.categories.set(Category.objects.filter(code__in=part.get("categories", ())))
        for code, amount_minor in item["prices"].items():
            category = GuestCategory.objects.get(code=code) if code else None
            SetMenuPrice.objects.create(set_menu=menu, guest_category=category, amount_minor=amount_minor)


def ensure_quick_keys(store: Store, data: dict[str, Any]) -> None:
    """Make the layout of the store's tills if it is missing; needs articles and set menus."""
    item = data["quick_keys"]
    layout, made = QuickKeyLayout.objects.get_or_create(
        code=item["code"],
        defaults={"store": store, "name": item["name"], "columns": item["columns"], "rows": item["rows"]},
    )
    if not made:
        return
    menus = {menu.code: menu for menu in SetMenu.objects.all()}
    articles = {article.plu: article for article in Article.objects.exclude(plu=None)}
    keys = []
    for page, rows in enumerate(item["pages"], start=1):
        for row, sold in enumerate(rows, start=1):
            for column, what in enumerate(sold, start=1):
                key = QuickKey(
                    layout=layout,
                    page=page,
                    row=row,
                    column=column,
                    article=articles.get(what),
                    set_menu=menus.get(what),
                    label=item["labels"].get(str(what), {}),
                    tint=item["tints"].get(str(what), ""),
                )
                if key.article or key.set_menu:
                    keys.append(key)
    QuickKey.objects.bulk_create(keys)


def ensure_cashiers(store: Store, data: dict[str, Any]) -> None:
    """Make the cashiers that are missing, with PIN, badge and the permissions of their role."""
    for item in data["cashiers"]:
        if Cashier.objects.filter(code=item["code"]).exists():
            continue
        cashier = Cashier(
            company=store.company,
            store=store,
            code=item["code"],
            name=item["name"],
            language=item["language"],
            permissions=list(ROLE_PRESETS[item["role"]]),
        )
        cashier.set_pin(item["pin"])
        cashier.full_clean()
        cashier.save()
        badge = CashierBadge(cashier=cashier, number=item["badge"])
        badge.full_clean()
        badge.save()
