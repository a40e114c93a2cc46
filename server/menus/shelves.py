"""Where an imported dish is put: category and codes made from the canteen's own words."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence

from django.db.models import Max

from server.catalog.models import Category

_TINTS = (
    ("weight", r"buffet|büffet|theke|bar\b|bar à|self"),
    ("drinks", r"getränk|drink|boisson|bebida|kaffee|coffee|saft|juice|smoothie|lassi|tee\b"),
    ("sweets", r"dessert|süß|nachtisch|kuchen|eis\b|sweet|cake|postre|blondie|brownie"),
    ("sides", r"beilage|salat|suppe|vorspeise|gemüse|side|salad|soup|starter|entrée|guarnic|ensalada|sopa"),
)


def slug(text: str) -> str:
    """The text in a-z, 0-9 and single hyphens; it may be empty."""
    text = text.casefold().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def digest(parts: Sequence[object], length: int) -> str:
    """The first hexadecimal digits of a hash over the parts."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:length]


def category_code(name: str) -> str:
    """A code that is always the same for this name, and never the same for another."""
    plain = slug(name)
    if plain and len(plain) <= 40 and plain.replace("-", " ") == " ".join(name.casefold().split()):
        return plain
    return f"{plain[:31].strip('-') or 'category'}-{digest([name.casefold()], 8)}"


def article_code(category: str, name: str, title: str, notes: Sequence[str], unit: str, variant: int) -> str:
    """A code that is always the same for this dish of this category with these remarks; `title` makes it readable."""
    return f"{slug(title)[:40].strip('-') or 'dish'}-{digest([category.casefold(), name, sorted(notes), unit, variant], 10)}"


class Shelves:
    """The categories of head office, found by code, else by name, else made."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._by_code: dict[str, Category] = {}
        self._by_name: dict[str, Category] = {}
        for category in Category.objects.order_by("-position", "-code"):
            self._by_code[category.code] = category
            self._by_name[str(category.name.get(language, "")).casefold()] = category
        self._position = Category.objects.aggregate(last=Max("position"))["last"] or 0
        self.made = 0

    def find(self, name: str) -> Category:
        """The category for this name of the feed."""
        code = category_code(name)
        category = self._by_code.get(code) or self._by_name.get(name.casefold())
        if category is None:
            self._position += 1
            category = Category.objects.create(
                code=code, name={self._language: name}, tint=_tint(name), position=self._position
            )
            self._by_code[code] = category
            self.made += 1
        return category


def _tint(name: str) -> str:
    return next((tint for tint, words in _TINTS if re.search(words, name, re.IGNORECASE)), "mains")
