"""List prices of many articles at once, by the rule of `sales.pricing.price_of`."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from server.catalog.models import Price, Store


def list_prices(
    store: Store | None, category_code: str | None, day: date, article_ids: Iterable[int] | None = None
) -> dict[int, Price]:
    """Return article primary key -> its price for a guest category in a store on `day`.

    Without a store only prices of every store count, without a category only those for everybody. `article_ids` None
    means all articles; articles without a valid price are left out.
    """
    rows = Price.objects.filter(Q(store=None) | Q(store=store), valid_from__lte=day).filter(
        Q(valid_to=None) | Q(valid_to__gte=day), Q(guest_category=None) | Q(guest_category__code=category_code)
    )
    if article_ids is not None:
        rows = rows.filter(article__in=list(article_ids))
    best: dict[int, Price] = {}
    for price in rows:
        known = best.get(price.article_id)
        if known is None or _rank(price) > _rank(known):
            best[price.article_id] = price
    return best


def _rank(price: Price) -> tuple[bool, bool, date]:
    return price.guest_category_id is not None, price.store_id is not None, price.valid_from
