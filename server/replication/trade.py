"""What tills of a store need besides articles and prices: payers, meal terms, set menus and quick keys."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Q

from sales import funding, menus, quick_keys
from server.catalog.models import MealTerms, Payer, QuickKeyLayout, SetMenu, Store
from server.replication.texts import text


def payers(store: Store) -> tuple[funding.Payer, ...]:
    """Every payer of the store's company."""
    rows = Payer.objects.filter(company=store.company_id).select_related("tax_class").order_by("code")
    return tuple(
        funding.Payer(row.code, text(row.name, row.code), row.tax_class.code if row.tax_class else None) for row in rows
    )


def meal_terms(store: Store, first_day: date) -> tuple[funding.MealTerms, ...]:
    """The terms of the store that have not ended before `first_day`; its own go before those of every store."""
    rows = (
        MealTerms.objects.filter(Q(store=None) | Q(store=store))
        .filter(Q(payer=None) | Q(payer__company=store.company_id))
        .exclude(valid_to__lt=first_day)
        .select_related("guest_category", "payer", "service_period", "fee_tax_class")
        .order_by("code")
    )
    chosen: dict[tuple[object, ...], MealTerms] = {}
    for row in sorted(rows, key=lambda row: row.store_id is not None):
        chosen[row.guest_category_id, row.payer_id, row.service_period_id, row.valid_from] = row
    return tuple(_terms(row) for row in sorted(chosen.values(), key=lambda row: row.code))


def _terms(row: MealTerms) -> funding.MealTerms:
    return funding.MealTerms(
        id=row.code,
        guest_category_id=row.guest_category.code,
        payer_id=row.payer.code if row.payer else None,
        service_period_id=row.service_period.code if row.service_period else None,
        fee_minor=row.fee_minor,
        fee_tax_class_id=row.fee_tax_class.code if row.fee_tax_class else None,
        share_minor=row.share_minor,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def set_menus(store: Store, shelves: Mapping[str, str]) -> tuple[menus.SetMenu, ...]:
    """The set menus that have a price and, for every slot, something that could be sold.

    `shelves` tells the category code of every article code in the catalogue.
    """
    rows = (
        SetMenu.objects.filter(active=True)
        .filter(Q(store=None) | Q(store=store))
        .prefetch_related("slots__articles", "slots__categories", "prices__guest_category")
        .order_by("position", "code")
    )
    made = []
    for row in rows:
        slots = tuple(
            menus.MenuSlot(
                text(slot.name, str(slot.position)),
                frozenset(article.code for article in slot.articles.all()) & shelves.keys(),
                frozenset(category.code for category in slot.categories.all()) & set(shelves.values()),
            )
            for slot in row.slots.all()
        )
        prices = tuple(
            menus.SetMenuPrice(price.guest_category.code if price.guest_category else None, price.amount_minor)
            for price in sorted(
                row.prices.all(), key=lambda price: price.guest_category.code if price.guest_category else ""
            )
        )
        if slots and prices and all(slot.article_ids or slot.category_ids for slot in slots):
            made.append(menus.SetMenu(row.code, text(row.name, row.code), slots, prices))
    return tuple(made)


def layouts(
    store: Store, article_ids: Collection[str], set_menu_ids: Collection[str]
) -> tuple[quick_keys.QuickKeyLayout, ...]:
    """The quick keys of the store's tills, without those of what is not sold here."""
    rows = QuickKeyLayout.objects.filter(store=store).prefetch_related("terminals", "keys__article", "keys__set_menu")
    return tuple(
        quick_keys.QuickKeyLayout(
            id=row.code,
            name=row.name,
            columns=row.columns,
            rows=row.rows,
            terminal_ids=tuple(sorted(terminal.code for terminal in row.terminals.all())),
            keys=tuple(
                quick_keys.QuickKey(
                    page=key.page - 1,
                    row=key.row - 1,
                    column=key.column - 1,
                    article_id=key.article.code if key.article else None,
                    set_menu_id=key.set_menu.code if key.set_menu else None,
                    label=text(key.label, "") if any(key.label.values()) else None,
                    tint=key.tint or None,
                )
                for key in row.keys.all()
                if (key.article and key.article.code in article_ids)
                or (key.set_menu and key.set_menu.code in set_menu_ids)
            ),
        )
        for row in rows.order_by("code")
    )
