"""The terminal's languages: one immutable `Translator` per language, made once and handed around.

English is the language of the source: its texts are the message ids. The others live in
`appliance/locale/<language>/LC_MESSAGES/refectory.po`, compiled beside it to `.mo` by `pybabel compile`; a `.mo` that is
missing or older than its `.po` is compiled in memory, so a forgotten set-up step never shows an old text.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from sales.catalogue import pick
from sales.money import format_minor

DOMAIN = "refectory"
LOCALE_DIR = Path(__file__).parent / "locale"
LANGUAGE_NAMES: Mapping[str, str] = {"en": "English", "fr": "Français", "de": "Deutsch", "es": "Español"}
_BABEL_LOCALES: Mapping[str, str] = {"en": "en_GB", "fr": "fr", "de": "de", "es": "es"}
_MINUS = "−"


def msg(text: str) -> str:
    """Mark a text for extraction where it is defined, to be translated where it is shown."""
    return text


class Translator:
    """Everything that depends on the language: messages, money, numbers and times."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue
        self._locale = _BABEL_LOCALES[language]

    def say(self, text: str, **values: str | int) -> str:
        """The translation of `text`, with `{name}` placeholders filled from `values`."""
        return self._catalogue.gettext(text).format_map(values) if text else ""

    def message(self, text: str) -> str:
        """The translation of `text` with its placeholders left for the caller to fill."""
        return self._catalogue.gettext(text) if text else ""

    def say_many(self, singular: str, plural: str, count: int, **values: str | int) -> str:
        """The form of the message that fits `count`, which also fills `{count}`."""
        return self._catalogue.ngettext(singular, plural, count).format_map({"count": count, **values})

    def pick(self, text: Mapping[str, str]) -> str:
        """A master data text in this language, or in the next best one."""
        return pick(dict(text), self.language) if text else ""

    def money(self, amount_minor: int, currency: str, symbol: bool = True) -> str:
        return format_minor(amount_minor, currency, self.language, symbol=symbol, minus=_MINUS)

    def number(self, value: int) -> str:
        return numbers.format_decimal(value, locale=self._locale)

    def percent(self, basis_points: int) -> str:
        """A VAT rate such as "7 %" or "8.1 %", from basis points."""
        whole, rest = divmod(basis_points, 100)
        point = numbers.get_decimal_symbol(self._locale)
        digits = f"{whole}{point}{rest:02d}".rstrip("0") if rest else str(whole)
        return f"{digits} %"

    def time(self, moment: datetime, timezone: ZoneInfo) -> str:
        """The wall-clock time of an aware `moment` in the store's time zone, such as 11:28."""
        return dates.format_time(moment, "HH:mm", tzinfo=timezone, locale=self._locale)

    def day(self, moment: datetime, timezone: ZoneInfo) -> str:
        """The day of an aware `moment` in the store's time zone, without its year, such as 21/11."""
        return dates.format_skeleton("Md", moment, tzinfo=timezone, locale=self._locale)


class Translators:
    """One translator per language; unknown languages fall back to English."""

    def __init__(self, locale_dir: Path = LOCALE_DIR) -> None:
        self._by_language = {language: Translator(language, _load(locale_dir, language)) for language in LANGUAGE_NAMES}

    def __call__(self, language: str) -> Translator:
        return self._by_language.get(language, self._by_language["en"])


def _load(locale_dir: Path, language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    folder = locale_dir / language / "LC_MESSAGES"
    source, compiled = folder / f"{DOMAIN}.po", folder / f"{DOMAIN}.mo"
    if compiled.exists() and (not source.exists() or compiled.stat().st_mtime >= source.stat().st_mtime):
        return gettext.GNUTranslations(io.BytesIO(compiled.read_bytes()))
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language, domain=DOMAIN)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)
