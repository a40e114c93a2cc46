"""Forms of guests and cashiers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminPasswordWidget

from server.guests.models import Cashier, Guest
from server.guests.photos import small_jpeg


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

    class Meta:
        model = Cashier
        fields = "__all__"

    def clean_new_pin(self) -> str:
        """Take the hash of the PIN at once, so that a bad one is told at its field."""
        pin = str(self.cleaned_data["new_pin"])
        if pin:
            try:
                self.instance.set_pin(pin)
            except forms.ValidationError as error:
                raise forms.ValidationError(error.messages) from error
        return pin
