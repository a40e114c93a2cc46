"""Model fields of the house: texts in four languages, lists of lines or codes, money in minor units."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from server.core import forms


class TextsField(models.JSONField):
    """A text in several languages: a dict language -> text. Forms show one input per language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        self.long = kwargs.pop("long", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.long:
            kwargs["long"] = True
        return name, path, args, kwargs

    def validate(self, value: Any, model_instance: Any) -> None:
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise ValidationError(_("A text needs the form language: text."))
        if not value and not self.blank:
            raise ValidationError(_("Give the text in at least one language."))
        super().validate(value or {"en": ""}, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return forms.TextsFormField(
            required=not self.blank,
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=self.help_text,
            long=self.long,
        )


class LinesField(models.JSONField):
    """A list of texts, edited as lines of one text area."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return forms.LinesFormField(
            required=not self.blank, label=kwargs.get("label", capfirst(self.verbose_name)), help_text=self.help_text
        )


class CodesField(models.JSONField):
    """A list of codes out of `codes` (code, label), edited as boxes to tick."""

    def __init__(self, *args: Any, codes: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        self.codes = tuple(codes)
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: Any) -> None:
        known = {code for code, _label in self.codes}
        unknown = sorted(set(value) - known) if known else []
        if unknown:
            raise ValidationError(_("Unknown codes: %(codes)s"), params={"codes": ", ".join(unknown)})
        super().validate(value, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return forms.CodesFormField(
            choices=self.codes,
            required=not self.blank,
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=self.help_text,
        )


class MoneyField(models.BigIntegerField):
    """An amount in minor units (cents); people read and type it as a decimal."""

    def formfield(self, **kwargs: Any) -> Any:
        return forms.MoneyFormField(
            required=not self.blank,
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=self.help_text,
            initial=self.default if self.has_default() else None,
        )
