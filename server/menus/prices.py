"""Prices that hold from a day on: a changed price closes the old one and never rewrites what was valid before."""

from __future__ import annotations

from datetime import date, timedelta

from server.catalog.models import Article, GuestCategory, Price, Store


class PriceBook:
    """The prices of one store for a set of articles, read once and kept in step with the database."""

    def __init__(self, store: Store, articles: list[Article]) -> None:
        self._store = store
        self._rows: dict[tuple[int, int | None], list[Price]] = {}
        for price in Price.objects.filter(store=store, article__in=articles).order_by("valid_from"):
            self._rows.setdefault((price.article_id, price.guest_category_id), []).append(price)

    def hold(
        self, article: Article, category: GuestCategory | None, day: date, amount_minor: int, base_minor: int
    ) -> bool:
        """Make this the price on `day` and until the next price known; tell whether anything had to change."""
        rows = self._rows.setdefault((article.pk, category.pk if category else None), [])
        current = next(
            (r for r in reversed(rows) if r.valid_from <= day and (r.valid_to is None or r.valid_to >= day)), None
        )
        if current and (current.amount_minor, current.base_minor) == (amount_minor, base_minor):
            return False
        if current and current.valid_from == day:
            current.amount_minor, current.base_minor = amount_minor, base_minor
            current.save()
            return True
        if current:
            valid_to = current.valid_to
            current.valid_to = day - timedelta(days=1)
            current.save()
        else:
            later = next((row for row in rows if row.valid_from > day), None)
            valid_to = later.valid_from - timedelta(days=1) if later else None
        rows.append(
            Price.objects.create(
                article=article,
                guest_category=category,
                store=self._store,
                amount_minor=amount_minor,
                base_minor=base_minor,
                valid_from=day,
                valid_to=valid_to,
            )
        )
        rows.sort(key=lambda row: row.valid_from)
        return True
