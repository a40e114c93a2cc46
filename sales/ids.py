"""Which identifiers are accepted: they travel in topics, file names, QR codes and URLs without quoting."""

import re

_PLAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_ARTICLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_GUEST = re.compile(r"[A-Za-z0-9-]{1,40}")

GUEST_CATEGORY = "guest"
"""The guest category of people without a badge."""


def is_plain_id(value: str) -> bool:
    """Tell whether `value` can name a terminal, store, category, tax class, option, option group or service period."""
    return _PLAIN.fullmatch(value) is not None


def is_article_id(value: str) -> bool:
    """Tell whether `value` can name an article."""
    return _ARTICLE.fullmatch(value) is not None


def is_guest_id(value: str) -> bool:
    """Tell whether `value` can be the opaque id of a guest."""
    return _GUEST.fullmatch(value) is not None
