"""Texts as revisions carry them."""


def text(texts: dict[str, str], fallback: str) -> dict[str, str]:
    """Return the languages that say something, in order; `fallback` as English when none does."""
    kept = {language: words for language, words in sorted(texts.items()) if words}
    return kept or {"en": fallback}
