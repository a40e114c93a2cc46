"""A menu from which the day's counts are taken out, for baskets that ask the board what is left."""

from __future__ import annotations

from dataclasses import replace

from sales.catalogue import Catalogue


def without_stock(catalogue: Catalogue) -> Catalogue:
    """The same catalogue with nothing sold out and nothing counted: what was published in the morning is old by noon."""
    if not any(article.sold_out or article.portions_left is not None for article in catalogue.articles):
        return catalogue
    articles = tuple(
        replace(article, sold_out=False, portions_left=None)
        if article.sold_out or article.portions_left is not None
        else article
        for article in catalogue.articles
    )
    return replace(catalogue, articles=articles)
