"""What a till may sell on a day: the published menu, what is left of it, and finding an article in it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from appliance.store.article_index import ArticleIndex
from appliance.store.board import Stock
from appliance.store.terminal_store import TerminalStore
from sales.catalogue import Article, Catalogue, UnknownArticle
from sales.menus import SetMenu

FOLDED_AT_ONCE = 100
"""Names of so many articles take a few milliseconds to prepare for the search."""


@dataclass(frozen=True)
class _Day:
    """The menu of a day; `counted` are those of its articles that were published as sold out or with a number of portions.

    `set_menus` are those every part of which is on it.
    """

    catalogue: Catalogue | None
    day: date | None
    articles: tuple[Article, ...]
    counted: frozenset[str]
    set_menus: tuple[SetMenu, ...] = ()

    @classmethod
    def of(cls, catalogue: Catalogue, day: date) -> _Day:
        articles = catalogue.on_sale(day)
        counted = (article.id for article in articles if article.sold_out or article.portions_left is not None)
        set_menus = (
            menu
            for menu in catalogue.set_menus
            if all(any(slot.takes(article) for article in articles) for slot in menu.slots)
        )
        return cls(catalogue, day, articles, frozenset(counted), tuple(set_menus))

    def is_of(self, catalogue: Catalogue, day: date) -> bool:
        return self.catalogue is catalogue and self.day == day


class TillMenu:
    """Used from the flow's thread only."""

    def __init__(self, terminal: TerminalStore) -> None:
        self._terminal = terminal
        self._index = ArticleIndex()
        self._day = _Day(None, None, (), frozenset())
        self._made_of: Catalogue | None = None
        self._gone: frozenset[str] = frozenset()
        self._catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue | None:
        """The catalogue as it was published at the last `look`, with what was gone then marked as sold out.

        Portions are counted by the board alone, which hears of every till and kiosk.
        """
        return self._catalogue

    def look(self, day: date) -> None:
        """Make `catalogue` anew if another one was published or other articles are gone."""
        published, board = self._terminal.catalogue, self._terminal.board
        if published is None:
            self._catalogue = None
            return
        menu = self._of(published, day)
        named = board.named(day)
        counted = [article for article in menu.articles if article.id in named or article.id in menu.counted]
        gone = frozenset(article.id for article in counted if board.stock(article, day).is_gone)
        if self._made_of is not published or gone != self._gone:
            self._made_of, self._gone = published, gone
            self._catalogue = _with_gone(published, gone)

    def articles(self, day: date) -> tuple[Article, ...]:
        """What is on sale that day, sold out or not, as `Catalogue.on_sale` orders it."""
        published = self._terminal.catalogue
        return () if published is None else self._of(published, day).articles

    def set_menus(self, day: date) -> tuple[SetMenu, ...]:
        """The set menus every part of which is on sale that day."""
        published = self._terminal.catalogue
        return () if published is None else self._of(published, day).set_menus

    def _of(self, published: Catalogue, day: date) -> _Day:
        if not self._day.is_of(published, day):
            self._day = _Day.of(published, day)
        return self._day

    def stock(self, article: Article, day: date) -> Stock:
        """How the article is now, by the board and by what this till has said and sold since."""
        published = self._terminal.catalogue
        if published is not None:
            with suppress(UnknownArticle):
                article = published.article(article.id)
        return self._terminal.board.stock(article, day)

    def prepare_search(self) -> None:
        """Do a little of what a search needs, while nobody waits for it."""
        if self._terminal.catalogue is not None:
            self._index.prepare(self._terminal.catalogue, FOLDED_AT_ONCE)

    def search(self, text: str, day: date, limit: int) -> tuple[Article, ...]:
        """The articles of the day whose names, numbers or bar codes fit what was typed, in the catalogue's order."""
        published = self._terminal.catalogue
        return () if published is None else self._index.search(published, text, day, limit)


def _with_gone(published: Catalogue, gone: frozenset[str]) -> Catalogue:
    articles = tuple(
        replace(article, sold_out=article.id in gone, portions_left=None)
        if article.sold_out != (article.id in gone) or article.portions_left is not None
        else article
        for article in published.articles
    )
    return replace(published, articles=articles)
