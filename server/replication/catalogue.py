"""From head office's tables to the catalogue of one store."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q

from sales import catalogue as trade
from sales import tax
from sales.offline import OfflineKind, OfflinePolicy
from sales.receipt import ReceiptRule
from server.catalog.models import Article, Category, GuestCategory, Option, Price, Store, TaxClass
from server.menus.models import ClosedDay, MenuEntry
from server.replication import trade as agreed
from server.replication.texts import text

MENU_DAYS_BACK = 1
MENU_DAYS_AHEAD = 35


def build_catalogue(store: Store, revision: int, published_at: datetime, today: date) -> trade.Catalogue:
    """Return everything terminals of `store` sell from, with menus from yesterday to five weeks ahead of `today`.

    Articles that are neither on sale every day nor on a menu of those days are left out, as are prices that have
    ended. Raises `sales.catalogue.CatalogueError` when the tables contradict themselves.
    """
    first_day, last_day = today - timedelta(days=MENU_DAYS_BACK), today + timedelta(days=MENU_DAYS_AHEAD)
    entries: dict[int, list[MenuEntry]] = defaultdict(list)
    closed = set(ClosedDay.objects.filter(store=store).values_list("date", flat=True))
    for entry in MenuEntry.objects.filter(store=store, date__range=(first_day, last_day)):
        if entry.date not in closed:
            entries[entry.article_id].append(entry)
    options = Prefetch("option_groups__options", Option.objects.order_by("pk"))
    rows = (
        Article.objects.filter(active=True)
        .filter(Q(everyday=True) | Q(pk__in=entries))
        .select_related("category", "tax_class")
        .prefetch_related("barcodes", options)
        .order_by("category__position", "code")
    )
    articles = sorted(rows, key=lambda row: (row.category.position, _menu_position(entries.get(row.pk)), row.code))
    prices = (
        Price.objects.filter(Q(store=None) | Q(store=store), article__in=[row.pk for row in articles])
        .exclude(valid_to__lt=first_day)
        .select_related("article", "guest_category", "store")
        .order_by("article__code", "guest_category__code", "store__code", "valid_from")
    )
    shelves = {row.code: row.category.code for row in articles}
    set_menus = agreed.set_menus(store, shelves)
    return trade.Catalogue(
        revision=revision,
        published_at=published_at,
        store=trade.Store(
            id=store.code,
            name=store.name,
            company=store.company.code,
            currency=store.currency,
            country=store.country,
            timezone=store.timezone,
            languages=tuple(store.languages),
            receipt=ReceiptRule(store.receipt),
            hide_balance=store.hide_balance,
        ),
        categories=tuple(
            trade.Category(row.code, text(row.name, row.code), row.tint, row.position, row.is_meal)
            for row in Category.objects.order_by("position", "code")
        ),
        articles=tuple(_article(row, entries.get(row.pk, []), today) for row in articles),
        prices=tuple(_price(row) for row in prices),
        tax_classes=tuple(_tax_class(row) for row in TaxClass.objects.prefetch_related("rates").order_by("code")),
        guest_categories=tuple(
            trade.GuestCategory(
                row.code,
                text(row.name, row.code),
                OfflinePolicy(OfflineKind(row.offline_policy), row.offline_limit_minor),
            )
            for row in GuestCategory.objects.order_by("code")
        ),
        service_periods=tuple(
            trade.ServicePeriod(row.code, text(row.name, row.code), f"{row.start:%H:%M}", f"{row.end:%H:%M}")
            for row in store.service_periods.order_by("start", "code")
        ),
        cash_rounding_minor=store.cash_rounding_minor,
        payers=agreed.payers(store),
        meal_terms=agreed.meal_terms(store, first_day),
        set_menus=set_menus,
        quick_key_layouts=agreed.layouts(store, shelves, {menu.id for menu in set_menus}),
    )


def _menu_position(entries: list[MenuEntry] | None) -> int:
    return min((entry.position for entry in entries), default=0) if entries else 0


def _article(row: Article, entries: list[MenuEntry], today: date) -> trade.Article:
    sold_out = [entry for entry in entries if entry.date == today and entry.sold_out]
    return trade.Article(
        id=row.code,
        plu=row.plu,
        barcodes=tuple(barcode.code for barcode in row.barcodes.all()),
        name=text(row.name, row.code),
        description=dict(sorted(row.description.items())),
        category_id=row.category.code,
        unit=trade.Unit(row.unit),
        tax_class_id=row.tax_class.code,
        allergens=trade.Allergens(row.allergens_stated, frozenset(map(trade.Allergen, row.allergens))),
        diets=frozenset(row.diets),
        notes=tuple(row.notes),
        picture=row.picture or None,
        option_groups=tuple(
            trade.OptionGroup(
                group.code,
                text(group.name, group.code),
                group.minimum,
                min(group.maximum, len(group.options.all())),
                tuple(
                    trade.Option(option.code, text(option.name, option.code), option.price_minor)
                    for option in group.options.all()
                ),
            )
            for group in row.option_groups.all()
            if group.options.all()
        ),
        days=None if row.everyday else frozenset(entry.date for entry in entries),
        sold_out=bool(sold_out),
        kitchen=row.kitchen,
    )


def _price(row: Price) -> trade.Price:
    return trade.Price(
        article_id=row.article.code,
        guest_category_id=row.guest_category.code if row.guest_category else None,
        store_id=row.store.code if row.store else None,
        amount_minor=row.amount_minor,
        base_minor=row.base_minor,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _tax_class(row: TaxClass) -> tax.TaxClass:
    return tax.TaxClass(
        row.code,
        text(row.name, row.code),
        tuple(tax.TaxRate(rate.valid_from, rate.eat_in_bp, rate.take_away_bp) for rate in row.rates.all()),
    )
