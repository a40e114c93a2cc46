"""Text in several languages."""

from collections.abc import Mapping
from typing import TypeAlias

Text: TypeAlias = Mapping[str, str]
"""Language code (en, fr, de, es, ...) to text; at least one entry."""


def pick(text: Text, language: str) -> str:
    """Return the text in `language`, else in English, else in the first language there is.

    Raises ValueError when there is no text in any language.
    """
    for wanted in (language, "en"):
        if wanted in text:
            return text[wanted]
    for anything in text.values():
        return anything
    raise ValueError("a text needs at least one language")
