"""Finding an article while its name is typed, among thousands."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from sales.catalogue import Article, Catalogue


@dataclass(frozen=True)
class _Entry:
    article: Article
    key: str
    number: str
    codes: tuple[str, ...]


class ArticleIndex:
    """Folds all names of a catalogue once, so that an answer is a plain search through texts.

    `prepare` does so ahead, a little at a time; what is missing when somebody searches is done then.
    """

    def __init__(self) -> None:
        self._revision: Catalogue | None = None
        self._entries: list[_Entry] = []

    def prepare(self, catalogue: Catalogue, most: int) -> bool:
        """Fold the names of at most `most` more articles; tells whether all are done."""
        if self._revision is not catalogue:
            self._revision, self._entries = catalogue, []
        done = len(self._entries)
        self._entries += map(_entry, catalogue.articles[done : done + most])
        return len(self._entries) == len(catalogue.articles)

    def search(self, catalogue: Catalogue, text: str, day: date, limit: int) -> tuple[Article, ...]:
        """At most `limit` articles on sale that day: a number fits by its beginning, words by the beginnings of words."""
        self.prepare(catalogue, len(catalogue.articles))
        terms = folded(text).split()
        if not terms:
            return ()
        found = []
        for entry in self._entries:
            if _fits(entry, terms) and entry.article.is_on_sale(day):
                found.append(entry.article)
                if len(found) == limit:
                    break
        return tuple(found)


def folded(text: str) -> str:
    """Lower case without accents, so that "creme" finds "Crème"."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _entry(article: Article) -> _Entry:
    names = dict.fromkeys(folded(name) for name in article.name.values())
    key = " " + " ".join(names).replace("-", " ").replace("'", " ")
    return _Entry(article, key, "" if article.plu is None else str(article.plu), article.barcodes)


def _fits(entry: _Entry, terms: list[str]) -> bool:
    if len(terms) == 1 and terms[0].isdigit():
        return entry.number.startswith(terms[0]) or any(code.startswith(terms[0]) for code in entry.codes)
    return all(f" {term}" in entry.key for term in terms)
