"""Finding articles by what a cashier types: name, PLU or the beginning of a barcode."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from sales.article import Article
from sales.text import pick

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})


def fold(text: str) -> str:
    """Return the text without case and accents, words apart by one blank: "Crème brûlée" is "creme brulee"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char)).translate(_LETTERS)
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())


class ArticleIndex:
    """The names and numbers of articles in one language, made ready to be searched."""

    def __init__(self, articles: Iterable[Article], language: str) -> None:
        named = sorted(
            ((f" {fold(pick(one.name, language))}", one.id, one) for one in articles), key=lambda row: row[:2]
        )
        self._names = [name for name, _, _ in named]
        self._articles = [article for _, _, article in named]
        self._numbers = sorted(
            (number, place) for place, article in enumerate(self._articles) for number in _numbers_of(article)
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
        words = sorted(wanted.split(), key=len, reverse=True)
        number = wanted.replace(" ", "") if wanted.replace(" ", "").isdecimal() else ""
        places: dict[int, None] = {}
        steps: tuple[Callable[[], Iterable[int]], ...] = (
            lambda: self._numbered(number, number) if number else (),
            lambda: self._beginning(f" {wanted}"),
            lambda: self._holding([f" {word}" for word in words]),
            lambda: self._holding(words),
            lambda: self._numbered(number, f"{number}:") if number else (),
        )
        for step in steps:
            places.update(dict.fromkeys(step()))
            if len(places) >= limit:
                break
        return tuple(self._articles[place] for place in islice(places, limit))

    def _beginning(self, start: str) -> range:
        first = bisect_left(self._names, start)
        return range(first, bisect_left(self._names, start + chr(0x10FFFF), first))

    def _holding(self, words: Iterable[str]) -> Sequence[int]:
        names = self._names
        places: Sequence[int] = range(len(names))
        for word in words:
            places = [place for place in places if word in names[place]]
        return places

    def _numbered(self, first: str, last: str) -> Sequence[int]:
        """The places of numbers from `first` to `last`; a colon comes after every digit."""
        begin = bisect_left(self._numbers, (first, 0))
        end = bisect_right(self._numbers, (last, len(self._names)), begin)
        return sorted(place for _, place in self._numbers[begin:end])


def _numbers_of(article: Article) -> Iterable[str]:
    if article.plu is not None:
        yield str(article.plu)
    yield from article.barcodes
