"""Forms of guests and cashiers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from masterdata.badges import AS_TEXT, BadgeFormat
from server.guests.choices import ROLE_PRESETS
from server.guests.models import Badge, Cashier, CashierBadge, Guest
from server.guests.models.badges import canonical_number
from server.guests.photos import small_jpeg

SPELLINGS = {
    "": AS_TEXT,
    "hex-lsb": BadgeFormat("hex", "lsb"),
    "decimal": BadgeFormat("decimal"),
    "decimal-lsb": BadgeFormat("decimal", "lsb"),
}
"""Ways in which badge numbers are written on cards and by readers."""


class SpelledForm(forms.ModelForm):
    """A badge whose number may be typed in as its reader or its print gives it."""

    spelling = forms.ChoiceField(
        label=_("Written"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        choices=[
            ("", _("as it is")),
            ("hex-lsb", _("hexadecimal, bytes reversed")),
            ("decimal", _("decimal")),
            ("decimal-lsb", _("decimal, bytes reversed")),
        ],
    )

    def spelled(self, number: str) -> str:
        """Return a number of this form in the spelling head office keeps."""
        try:
            return canonical_number(number, SPELLINGS[self.data.get(self.add_prefix("spelling"), "")])
        except KeyError:
            return number
        except forms.ValidationError as error:
            raise forms.ValidationError(error.messages) from error

    def clean_number(self) -> str:
        """Only a number that was typed in is written in some way; the one kept already stays."""
        number = str(self.cleaned_data["number"])
        return self.spelled(number) if "number" in self.changed_data else number


class BadgeForm(SpelledForm):
    """A guest's badge, and the number of the one that takes its place."""

    new_number = forms.CharField(
        label=_("Replace with"),
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The number of a new badge; this one is dead at once."),
    )

    class Meta:
        model = Badge
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        """Refuse a new number that is no fit one, at its field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("new_number") and not self.errors:
            try:
                new = Badge(
                    guest=cleaned.get("guest") or self.instance.guest, number=self.spelled(cleaned["new_number"])
                )
                new.full_clean()
            except forms.ValidationError as error:
                self.add_error("new_number", error.messages)
            else:
                cleaned["new_number"] = new.number
                if self.instance.replaced_by_id or new.number == cleaned.get("number"):
                    self.add_error("new_number", _("This badge has been replaced already."))
        return cleaned

    def replace(self) -> None:
        """Put the new badge in the place of this one, which is stored already; nothing without a new number."""
        if self.cleaned_data.get("new_number"):
            self.instance.replace_with(self.cleaned_data["new_number"])


class CashierBadgeForm(SpelledForm):
    """A badge a cashier signs in with."""

    class Meta:
        model = CashierBadge
        fields = "__all__"


class PhotoField(forms.FileField):
    """An image to upload; cleans to the small JPEG it becomes, None when nothing was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminFileFieldWidget, required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        upload = super().clean(data, initial)
        return small_jpeg(upload.read()) if upload else None


class GuestForm(forms.ModelForm):
    """A guest, with a photo to put in or to take away."""

    new_photo = PhotoField(label=_("New photo"), help_text=_("JPEG, PNG or WebP; kept small and square."))
    drop_photo = forms.BooleanField(label=_("Take the photo away"), required=False)

    class Meta:
        model = Guest
        fields = "__all__"


class CashierForm(forms.ModelForm):
    """A cashier. The PIN is only ever typed in, never shown."""

    new_pin = forms.CharField(
        label=_("New PIN"),
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password", "inputmode": "numeric"}),
        help_text=_("4 to 8 digits. Empty: the PIN stays as it is."),
    )
    preset = forms.ChoiceField(
        label=_("Set permissions to those of"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        choices=[("", _("as ticked below")), ("cashier", _("cashier")), ("supervisor", _("supervisor"))],
        help_text=_("Replaces what is ticked below when you save."),
    )

    class Meta:
        model = Cashier
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        """Take the permissions of the role that was chosen."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("preset"):
            cleaned["permissions"] = list(ROLE_PRESETS[cleaned["preset"]])
        return cleaned

    def clean_new_pin(self) -> str:
        """Take the hash of the PIN at once, so that a bad one is told at its field."""
        pin = str(self.cleaned_data["new_pin"])
        if pin:
            try:
                self.instance.set_pin(pin)
            except forms.ValidationError as error:
                raise forms.ValidationError(error.messages) from error
        return pin
