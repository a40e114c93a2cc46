"""Badges of guests."""

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from masterdata.badges import AS_TEXT, BadgeFormat, canonical
from server.guests.models.guests import Guest, touch_guest


def canonical_number(number: str, format: BadgeFormat = AS_TEXT) -> str:
    """Return a badge number in the spelling head office keeps. Raises ValidationError naming the field `number`."""
    try:
        return canonical(number, format)
    except ValueError as error:
        message = _("A badge number needs letters or digits.")
        if format.radix != AS_TEXT.radix:
            message = _("This is no badge number written in that way.")
        raise ValidationError({"number": message}) from error


class Badge(models.Model):
    """A card or tag of a guest. One that was replaced is dead for good; `temporary` ones are lent and come back."""

    guest = models.ForeignKey(Guest, models.CASCADE, related_name="badges", verbose_name=_("guest"))
    number = models.CharField(_("number"), max_length=64, unique=True)
    blocked = models.BooleanField(_("blocked"), default=False)
    temporary = models.BooleanField(_("temporary"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    replaced_by = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        from server.guests.models.cashiers import CashierBadge

        self.number = canonical_number(self.number)
        problems: dict[str, Any] = {}
        if CashierBadge.objects.filter(number=self.number).exists():
            problems["number"] = _("This is the badge of a cashier.")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            problems["valid_to"] = _("The end lies before the beginning.")
        if self.temporary and not self.valid_to:
            problems["valid_to"] = _("A temporary badge needs its last day.")
        if self.replaced_by_id and self.replaced_by_id == self.pk:
            problems["replaced_by"] = _("A badge cannot replace itself.")
        elif self.replaced_by and self.replaced_by.guest_id != self.guest_id:
            problems["replaced_by"] = _("This badge belongs to another guest.")
        if problems:
            raise ValidationError(problems)

    def replace_with(self, number: str, *, valid_to: date | None = None, temporary: bool = False) -> Self:
        """Give the guest a badge with `number` instead of this one, which is dead from the commit on.

        Returns the new badge. Raises ValidationError when the number or dates are not fit, or this one is replaced already.
        """
        with transaction.atomic():
            former = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
            if former.replaced_by_id is not None:
                raise ValidationError({"replaced_by": _("This badge has been replaced already.")})
            new = type(self)(guest_id=former.guest_id, number=number, valid_to=valid_to, temporary=temporary)
            new.full_clean()
            new.save()
            self.replaced_by = new
            self.save()
        return new

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the badge; terminals hear of its guest, and of the one it was taken from."""
        with transaction.atomic():
            touch_guest(self.guest_id)
            for former in Badge.objects.filter(pk=self.pk).exclude(guest=self.guest_id).values_list("guest", flat=True):
                touch_guest(former)
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Remove the badge; terminals hear of its guest."""
        with transaction.atomic():
            touch_guest(self.guest_id)
            return super().delete(*args, **kwargs)
