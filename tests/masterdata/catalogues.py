"""Catalogues as hypothesis draws them: everything the format can carry, in any combination."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from sales.catalogue import (
    TINTS,
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
from sales.funding import MealTerms, Payer
from sales.menus import MenuSlot, SetMenu, SetMenuPrice
from sales.offline import OfflineKind, OfflinePolicy
from sales.quick_keys import QuickKey, QuickKeyLayout
from sales.receipt import ReceiptRule
from sales.tax import TaxClass, TaxRate

LANGUAGES = ("en", "fr", "de", "es")
words = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cs", "Cc"),
        exclude_characters="\ufffe\uffff",
        include_characters="\t\n\r",
    ),
    max_size=12,
)
codes = st.text("0123456789ABCabc-", min_size=1, max_size=13)
plain_ids = st.from_regex(r"[a-z0-9][a-z0-9-]{0,5}", fullmatch=True)
article_ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,5}", fullmatch=True)
texts = st.dictionaries(st.sampled_from(LANGUAGES), words, min_size=1)
amounts = st.integers(-(2**53) + 1, 2**53 - 1)
days = st.dates(date(1, 1, 1), date(9999, 12, 31))


def some(items: st.SearchStrategy, max_size: int = 3) -> st.SearchStrategy:
    """Tuples of things with different ids."""
    return st.lists(items, max_size=max_size, unique_by=lambda item: item.id).map(tuple)


# Reductions are left out: a catalogue in which they exceed the price is refused.
surcharges = st.integers(min_value=0, max_value=10**9)
options = st.builds(Option, plain_ids, texts, surcharges)


@st.composite
def option_groups(draw: st.DrawFn, names: set[str]) -> OptionGroup:
    chosen = [option for option in draw(some(options)) if option.id not in names]
    names.update(option.id for option in chosen)
    minimum = draw(st.integers(0, len(chosen)))
    return OptionGroup(draw(plain_ids), draw(texts), minimum, minimum + draw(st.integers(0, 3)), tuple(chosen))


@st.composite
def articles(draw: st.DrawFn, ids: tuple[str, int, str], category: Category, tax_class: TaxClass) -> Article:
    article_id, plu, code = ids
    stated = draw(st.booleans())
    names: set[str] = set()
    return Article(
        id=article_id,
        plu=draw(st.none() | st.just(plu)),
        barcodes=draw(st.sampled_from([(), (code,), (code, f"{code}/2")])),
        name=draw(texts),
        description=draw(st.just({}) | texts),
        category_id=category.id,
        unit=draw(st.sampled_from(Unit)),
        tax_class_id=tax_class.id,
        allergens=Allergens(stated, draw(st.frozensets(st.sampled_from(Allergen))) if stated else frozenset()),
        diets=draw(st.frozensets(codes, max_size=2)),
        notes=tuple(draw(st.lists(words, max_size=2))),
        picture=draw(st.none() | words),
        option_groups=draw(some(option_groups(names), 2)),
        days=draw(st.none() | st.frozensets(days, max_size=2)),
        sold_out=draw(st.booleans()),
        portions_left=draw(st.none() | st.integers(-5, 500)),
        kitchen=draw(st.booleans()),
    )


@st.composite
def prices(draw: st.DrawFn, article: Article, guests: list[str]) -> Price:
    return Price(
        article.id,
        draw(st.none() | st.sampled_from(guests)) if guests else None,
        draw(st.none() | plain_ids),
        draw(amounts),
        draw(amounts) if article.unit is Unit.PER_100_G else 0,
        draw(days),
        draw(st.none() | days),
    )


def one_of_or_none(things: tuple) -> st.SearchStrategy:
    """The id of one of them, or none."""
    return st.sampled_from([None, *(thing.id for thing in things)])


@st.composite
def meal_terms(
    draw: st.DrawFn, guests: tuple, periods: tuple, payers: tuple, tax_classes: tuple
) -> tuple[MealTerms, ...]:
    found = {}
    for number in range(draw(st.integers(0, 3)) if guests else 0):
        fee_tax_class = draw(one_of_or_none(tax_classes))
        begin, end = sorted((draw(days), draw(days)))
        terms = MealTerms(
            id=f"terms-{number}",
            guest_category_id=draw(st.sampled_from(guests)).id,
            payer_id=draw(one_of_or_none(payers)),
            service_period_id=draw(one_of_or_none(periods)),
            fee_minor=draw(st.integers(0, 10**6)) if fee_tax_class else 0,
            fee_tax_class_id=fee_tax_class,
            share_minor=draw(st.integers(0, 10**6)),
            valid_from=begin,
            valid_to=draw(st.sampled_from([None, end])),
        )
        found[terms.guest_category_id, terms.payer_id, terms.service_period_id, begin] = terms
    return tuple(found.values())


@st.composite
def set_menus(draw: st.DrawFn, menu: list[Article], categories: tuple, guests: tuple) -> SetMenu:
    ids = st.sampled_from([article.id for article in menu])
    shelves = st.sampled_from([category.id for category in categories])
    slots = st.builds(MenuSlot, texts, st.frozensets(ids, min_size=1), st.frozensets(shelves)) | st.builds(
        MenuSlot, texts, st.just(frozenset()), st.frozensets(shelves, min_size=1)
    )
    whom = draw(st.lists(one_of_or_none(guests), unique=True, max_size=3))
    prices = tuple(SetMenuPrice(guest, draw(st.integers(0, 10**6))) for guest in whom)
    return SetMenu(draw(plain_ids), draw(texts), tuple(draw(st.lists(slots, min_size=1, max_size=3))), prices)


@st.composite
def layouts(draw: st.DrawFn, menu: list[Article], menus: tuple[SetMenu, ...]) -> tuple[QuickKeyLayout, ...]:
    sold = [(article.id, None) for article in menu] + [(None, set_menu.id) for set_menu in menus]
    places = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 4))
    named = [draw(st.lists(plain_ids, max_size=2, unique=True)) for _ in range(draw(st.integers(0, 2)))]
    found: list[QuickKeyLayout] = []
    taken: set[str] = set()
    for number, terminals in enumerate(named):
        whom = set(terminals) or {""}
        if whom & taken:
            continue
        taken |= whom
        keys = [
            QuickKey(
                *place, *draw(st.sampled_from(sold)), draw(st.none() | texts), draw(st.sampled_from([None, *TINTS]))
            )
            for place in (draw(st.lists(places, max_size=3, unique=True)) if sold else [])
        ]
        found.append(QuickKeyLayout(f"keys-{number}", draw(words), 5, 3, tuple(terminals), tuple(keys)))
    return tuple(found)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    categories = draw(
        some(st.builds(Category, plain_ids, texts, st.sampled_from(TINTS), st.integers(-9, 99), st.booleans()))
    )
    rates = st.lists(st.builds(TaxRate, days, st.integers(0, 10_000), st.integers(0, 10_000)), max_size=2).map(tuple)
    tax_classes = draw(some(st.builds(TaxClass, plain_ids, texts, rates)))
    policies = st.builds(OfflinePolicy, st.sampled_from(OfflineKind), st.integers(0, 2**40))
    guests = draw(some(st.builds(GuestCategory, plain_ids, texts, policies)))
    menu: list[Article] = []
    if categories and tax_classes:
        for number, name in enumerate(draw(st.lists(article_ids, max_size=3, unique=True))):
            ids = (name, number, f"40{number}")
            menu.append(draw(articles(ids, draw(st.sampled_from(categories)), draw(st.sampled_from(tax_classes)))))
    price_list = [
        draw(prices(article, [guest.id for guest in guests]))
        for article in menu
        for _ in range(draw(st.integers(0, 2)))
    ]
    keyed = {(p.article_id, p.guest_category_id, p.store_id, p.valid_from): p for p in price_list}
    clock = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
    periods = draw(some(st.builds(ServicePeriod, plain_ids, texts, clock, clock)))
    payers = draw(some(st.builds(Payer, plain_ids, texts, one_of_or_none(tax_classes))))
    menus = draw(some(set_menus(menu, categories, guests))) if menu else ()
    return Catalogue(
        revision=draw(st.integers(1, 10**9)),
        published_at=draw(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))),  # noqa: DTZ001 (bounds of hypothesis are naive)
        store=Store(
            draw(plain_ids),
            draw(words),
            draw(words),
            draw(st.sampled_from(["EUR", "CHF"])),
            draw(st.sampled_from(["DE", "FR", "CH"])),
            draw(st.sampled_from(["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+3"])),
            tuple(draw(st.lists(st.sampled_from(LANGUAGES), unique=True))),
            draw(st.sampled_from(ReceiptRule)),
            draw(st.booleans()),
        ),
        categories=categories,
        articles=tuple(menu),
        prices=tuple(keyed.values()),
        tax_classes=tax_classes,
        guest_categories=guests,
        service_periods=periods,
        cash_rounding_minor=draw(st.integers(1, 100)),
        payers=payers,
        meal_terms=draw(meal_terms(guests, periods, payers, tax_classes)),
        set_menus=menus,
        quick_key_layouts=draw(layouts(menu, menus)),
    )
