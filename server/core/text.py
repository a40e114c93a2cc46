"""Texts in the language of whoever looks."""

from collections.abc import Mapping

from django.utils.translation import get_language


def local(texts: Mapping[str, str] | None, fallback: str = "") -> str:
    """Return the text in the active language, else English, else any, else `fallback`."""
    if not texts:
        return fallback
    language = (get_language() or "en").split("-")[0]
    return texts.get(language) or texts.get("en") or next((text for text in texts.values() if text), fallback)
