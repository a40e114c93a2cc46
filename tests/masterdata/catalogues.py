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


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    categories = draw(some(st.builds(Category, plain_ids, texts, st.sampled_from(TINTS), st.integers(-9, 99))))
    rates = st.lists(st.builds(TaxRate, days, st.integers(0, 10_000), st.integers(0, 10_000)), max_size=2).map(tuple)
    tax_classes = draw(some(st.builds(TaxClass, plain_ids, texts, rates)))
    guests = draw(some(st.builds(GuestCategory, plain_ids, texts)))
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
        ),
        categories=categories,
        articles=tuple(menu),
        prices=tuple(keyed.values()),
        tax_classes=tax_classes,
        guest_categories=guests,
        service_periods=draw(some(st.builds(ServicePeriod, plain_ids, texts, clock, clock))),
        cash_rounding_minor=draw(st.integers(1, 100)),
    )
