"""Cashiers: who may use a till, and for what. A PIN is kept only as its Argon2id hash (RFC 9106)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from masterdata.pins import hash_pin
from server.catalog.choices import LANGUAGE_NAMES
from server.catalog.models import CODE, Company, Store
from server.core.fields import CodesField
from server.core.models import raise_counter
from server.guests.choices import PERMISSIONS
from server.guests.models.badges import Badge, canonical_number
from server.guests.models.guests import ACCOUNTS


class Cashier(models.Model):
    """Somebody who signs in at tills; known there and in journals by `code`."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="cashiers", verbose_name=_("company"))
    store = models.ForeignKey(
        Store,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cashiers",
        verbose_name=_("store"),
        help_text=_("Empty: every store of the company."),
    )
    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=200, help_text=_("As tills and slips show it."))
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_NAMES, default="en")
    pin_hash = models.CharField(max_length=200, blank=True, default="", editable=False)
    permissions = CodesField(_("permissions"), codes=PERMISSIONS)
    blocked = models.BooleanField(_("blocked"), default=False)

    history = HistoricalRecords(excluded_fields=["pin_hash"])

    class Meta:
        verbose_name = _("cashier")
        verbose_name_plural = _("cashiers")
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.store_id and self.company_id and self.store.company_id != self.company_id:
            raise ValidationError({"store": _("This store belongs to another company than the cashier.")})

    def set_pin(self, pin: str) -> None:
        """Take the hash of a PIN, "" for none; `save` stores it. Raises ValidationError naming `pin`."""
        try:
            self.pin_hash = hash_pin(pin) if pin else ""
        except ValueError as error:
            raise ValidationError({"pin": _("A PIN has 4 to 8 digits.")}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the cashier; tills hear of it."""
        with transaction.atomic():
            raise_counter(ACCOUNTS)
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Remove the cashier; tills hear of it."""
        with transaction.atomic():
            raise_counter(ACCOUNTS)
            return super().delete(*args, **kwargs)


class CashierBadge(models.Model):
    """A badge a cashier signs in with; never one that pays."""

    cashier = models.ForeignKey(Cashier, models.CASCADE, related_name="badges", verbose_name=_("cashier"))
    number = models.CharField(_("number"), max_length=64, unique=True)
    blocked = models.BooleanField(_("blocked"), default=False)

    class Meta:
        verbose_name = _("cashier's badge")
        verbose_name_plural = _("cashiers' badges")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        self.number = canonical_number(self.number)
        if Badge.objects.filter(number=self.number).exists():
            raise ValidationError({"number": _("This is the badge of a guest.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the badge; tills hear of it."""
        with transaction.atomic():
            raise_counter(ACCOUNTS)
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Remove the badge; tills hear of it."""
        with transaction.atomic():
            raise_counter(ACCOUNTS)
            return super().delete(*args, **kwargs)
