"""Columns of import and export files that the library does not know: texts by language, money, lists of codes."""

from decimal import Decimal, InvalidOperation
from typing import Any

from import_export.fields import Field
from import_export.widgets import Widget

from server.core.forms import MINOR_DIGITS


class TextColumn(Field):
    """One language of a text in several languages: `TextColumn("name", "fr")` is the column name_fr."""

    def __init__(self, attribute: str, language: str) -> None:
        super().__init__(attribute=attribute, column_name=f"{attribute}_{language}")
        self.language = language

    def get_value(self, instance: Any) -> str:
        """Return the text in this column's language, empty when there is none."""
        return str((getattr(instance, self.attribute) or {}).get(self.language, ""))

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **_kwargs: Any) -> None:
        """Put the cell into the text; an empty cell takes the language away."""
        text = str(row.get(self.column_name) or "").strip()
        texts = {**(getattr(instance, self.attribute) or {}), self.language: text}
        setattr(instance, self.attribute, {language: text for language, text in texts.items() if text})


class MoneyColumn(Widget):
    """Minor units as a decimal with a point: 2340 is 23.40. A comma is understood as well."""

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> int:
        """Return minor units. Raises ValueError for what is not an amount."""
        try:
            amount = Decimal(str(value or 0).strip().replace(",", ".")).scaleb(MINOR_DIGITS)
        except InvalidOperation as error:
            raise ValueError(f"{value!r} is not an amount such as 23.40") from error
        if not amount.is_finite() or amount != amount.to_integral_value():
            raise ValueError(f"{value!r} is not an amount with at most {MINOR_DIGITS} decimals")
        return int(amount)

    def render(self, value: Any, _obj: Any = None, **_kwargs: Any) -> str:
        """Return the decimal."""
        return "" if value is None else str(Decimal(value).scaleb(-MINOR_DIGITS))


class CodesColumn(Widget):
    """A list as one cell, separated by `separator`."""

    def __init__(self, separator: str = ",") -> None:
        super().__init__()
        self.separator = separator

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> list[str]:
        """Return the list."""
        return [part.strip() for part in str(value or "").split(self.separator) if part.strip()]

    def render(self, value: Any, _obj: Any = None, **_kwargs: Any) -> str:
        """Return the cell."""
        return self.separator.join(value or [])
