"""Finding articles by what a cashier types: name, PLU or the beginning of a barcode."""

import unicodedata
from collections.abc import Iterable
from heapq import nsmallest

from sales.article import Article
from sales.text import pick

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})


def fold(text: str) -> str:
    """Return the text without case and accents, words apart by one blank: "Crème brûlée" is "creme brulee"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char)).translate(_LETTERS)
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())


class ArticleIndex:
    """The names of articles in one language, made ready to be searched."""

    def __init__(self, articles: Iterable[Article], language: str) -> None:
        self._entries = sorted(
            ((f" {fold(pick(article.name, language))}", article.id, article) for article in articles),
            key=lambda entry: entry[:2],
        )

    def search(self, text: str, limit: int) -> tuple[Article, ...]:
        """Return at most `limit` articles, best first.

        An article is found when its name holds every word typed, its PLU begins with the digits typed, or one of its
        barcodes does. The article with just that PLU or barcode comes first, then names that begin with the text, names
        with words that begin so, and other names; PLUs and barcodes that only begin so come last. Equals by name.
        """
        wanted = fold(text)
        if not wanted or limit < 1:
            return ()
        words = wanted.split()
        number = "".join(words) if "".join(words).isdecimal() else ""
        start, starts = f" {wanted}", [f" {word}" for word in words]
        hits = []
        for place, (name, _, article) in enumerate(self._entries):
            rank = 9
            if all(word in name for word in words):
                if name.startswith(start):
                    rank = 1
                else:
                    rank = 2 if all(word in name for word in starts) else 3
            if number:
                rank = min(rank, _by_number(article, number))
            if rank < 9:
                hits.append((rank, place))
        return tuple(self._entries[place][2] for _, place in nsmallest(limit, hits))


def _by_number(article: Article, number: str) -> int:
    plu = "" if article.plu is None else str(article.plu)
    if number == plu or number in article.barcodes:
        return 0
    if plu.startswith(number) or any(code.startswith(number) for code in article.barcodes):
        return 4
    return 9
