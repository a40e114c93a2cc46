"""Form fields that go with `server.core.fields`."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

MINOR_DIGITS = 2


class TextsWidget(forms.MultiWidget):
    """One labelled input per language, in the order of settings.LANGUAGES."""

    template_name = "core/texts_widget.html"

    def __init__(self, long: bool = False) -> None:
        widget = UnfoldAdminTextareaWidget if long else UnfoldAdminTextInputWidget
        attrs = {"rows": 2} if long else {}
        super().__init__({code: widget(attrs={**attrs, "lang": code}) for code, _name in settings.LANGUAGES})

    def decompress(self, value: Any) -> list[str]:
        texts = value if isinstance(value, dict) else {}
        return [texts.get(code, "") for code, _name in settings.LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for subwidget, (code, language) in zip(context["widget"]["subwidgets"], settings.LANGUAGES, strict=True):
            subwidget["language"] = {"code": code, "name": language}
        return context


class TextsFormField(forms.MultiValueField):
    """Cleans to a dict language -> text without the empty ones."""

    def __init__(self, *, long: bool = False, required: bool = True, **kwargs: Any) -> None:
        fields = [forms.CharField(required=False) for _language in settings.LANGUAGES]
        super().__init__(fields, widget=TextsWidget(long), required=required, require_all_fields=False, **kwargs)

    def compress(self, values: Sequence[str]) -> dict[str, str]:
        pairs = zip(settings.LANGUAGES, values or (), strict=False)
        return {code: text.strip() for (code, _name), text in pairs if text and text.strip()}

    def clean(self, value: Any) -> dict[str, str]:
        texts = self.compress(value or ())
        if not texts and self.required:
            raise ValidationError(_("Give the text in at least one language."))
        return texts

    def has_changed(self, initial: Any, data: Any) -> bool:
        texts = {code: text for code, text in (initial or {}).items() if text}
        return bool(texts != self.compress(data or ()))


class LinesFormField(forms.CharField):
    """Cleans to the list of its lines that are not empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.clean(data))


class CodesFormField(forms.MultipleChoiceField):
    """Cleans to the list of the codes ticked, in the order of the choices."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminCheckboxSelectMultipleWidget, **kwargs)

    def clean(self, value: Any) -> list[str]:
        ticked = set(super().clean(value))
        return [str(code) for code, _label in self.choices if code in ticked]


class MoneyFormField(forms.DecimalField):
    """Shows minor units as a decimal and cleans back to minor units."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=14,
            decimal_places=MINOR_DIGITS,
            widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return Decimal(value).scaleb(-MINOR_DIGITS) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else int(amount.scaleb(MINOR_DIGITS))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
