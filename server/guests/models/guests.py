"""Guests: people with an account."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from server.catalog.models import Company, GuestCategory, Payer, Store
from server.core.fields import MoneyField
from server.core.models import raise_counter
from server.guests import photo_files

ACCOUNTS = "accounts"
"""The counter behind `Guest.replica_version`: it rises with every change terminals must hear of."""

_WRITTEN_ELSEWHERE = frozenset({"balance_minor", "photo_key"})


def new_guest_id() -> str:
    """An opaque id; it is all that journals and revisions know of a guest."""
    return uuid.uuid4().hex


class Guest(models.Model):
    """Somebody with an account. `balance_minor` is the cached sum of the ledger; only `guests.ledger` writes it.

    `photo_key` names the guest's photo ("" = none); only `swap_photo` writes it.
    """

    id = models.CharField(_("id"), max_length=40, primary_key=True, default=new_guest_id, editable=False)
    company = models.ForeignKey(Company, models.PROTECT, related_name="guests", verbose_name=_("company"))
    store = models.ForeignKey(
        Store,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="guests",
        verbose_name=_("store"),
        help_text=_("Empty: known in every store of the company."),
    )
    name = models.CharField(_("name"), max_length=200)
    category = models.ForeignKey(GuestCategory, models.PROTECT, related_name="guests", verbose_name=_("category"))
    payer = models.ForeignKey(
        Payer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="guests",
        verbose_name=_("payer"),
        help_text=_("Who takes over a share of this guest's meals."),
    )
    credit_limit_minor = MoneyField(_("credit limit"), default=0, help_text=_("How far the balance may go below zero."))
    blocked = models.BooleanField(_("blocked"), default=False)
    left = models.BooleanField(
        _("has left"), default=False, help_text=_("Terminals forget this guest, and the photo is gone.")
    )
    balance_minor = MoneyField(_("balance"), default=0, editable=False)
    photo_key = models.CharField(max_length=32, blank=True, default="", editable=False, db_index=True)
    replica_version = models.BigIntegerField(default=0, editable=False, db_index=True)

    history = HistoricalRecords(excluded_fields=["balance_minor", "photo_key", "replica_version"])

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.payer_id and self.company_id and self.payer.company_id != self.company_id:
            raise ValidationError({"payer": _("This payer belongs to another company than the guest.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the guest without touching a balance or photo that may have changed meanwhile; terminals hear of it."""
        with transaction.atomic():
            self.replica_version = raise_counter(ACCOUNTS)
            if not self._state.adding and kwargs.get("update_fields") is None:
                names = {field.name for field in self._meta.concrete_fields if not field.primary_key}
                kwargs["update_fields"] = names - _WRITTEN_ELSEWHERE
            super().save(*args, **kwargs)
            if self.left:
                self.swap_photo("")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Remove the guest and the photo."""
        with transaction.atomic():
            self.swap_photo("")
            return super().delete(*args, **kwargs)

    def swap_photo(self, key: str) -> None:
        """Show the photo `key` ("" = none) from now on. The file of the one before is gone with the commit."""
        with transaction.atomic():
            # The counter's row is held until the commit, so that no two writers see the same photo as the former one.
            version = raise_counter(ACCOUNTS)
            former = Guest.objects.filter(pk=self.pk).values_list("photo_key", flat=True).first()
            Guest.objects.filter(pk=self.pk).update(photo_key=key, replica_version=version)
            self.photo_key, self.replica_version = key, version
            if former and former != key:
                transaction.on_commit(lambda: photo_files.remove(former))


def touch_guest(guest_id: str) -> None:
    """Let terminals hear of this guest again, within the current transaction."""
    touch_guests([guest_id])


def touch_guests(guest_ids: Iterable[str]) -> None:
    """Let terminals hear of these guests again, within the current transaction."""
    chosen = sorted(set(guest_ids))
    if chosen:
        Guest.objects.filter(pk__in=chosen).update(replica_version=raise_counter(ACCOUNTS))
