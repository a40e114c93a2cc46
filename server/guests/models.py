"""Guests, their badges and the ledger of their accounts. A balance is the sum of a guest's ledger entries."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from masterdata.badges import normalise
from server.catalog.models import Company, GuestCategory, Store
from server.core.fields import MoneyField
from server.core.models import raise_counter

ACCOUNTS = "accounts"
"""The counter behind `Guest.replica_version`: it rises with every change terminals must hear of."""


def new_guest_id() -> str:
    """An opaque id; it is all that journals and revisions know of a guest."""
    return uuid.uuid4().hex


class Guest(models.Model):
    """Somebody with an account. `balance_minor` is the cached sum of the ledger; only `guests.ledger` writes it."""

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
    credit_limit_minor = MoneyField(_("credit limit"), default=0, help_text=_("How far the balance may go below zero."))
    blocked = models.BooleanField(_("blocked"), default=False)
    left = models.BooleanField(_("has left"), default=False, help_text=_("Terminals forget this guest."))
    balance_minor = MoneyField(_("balance"), default=0, editable=False)
    replica_version = models.BigIntegerField(default=0, editable=False, db_index=True)

    history = HistoricalRecords(excluded_fields=["balance_minor", "replica_version"])

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the guest without touching a balance that may have moved meanwhile; terminals hear of it."""
        with transaction.atomic():
            self.replica_version = raise_counter(ACCOUNTS)
            if not self._state.adding and kwargs.get("update_fields") is None:
                names = {field.name for field in self._meta.concrete_fields if not field.primary_key}
                kwargs["update_fields"] = names - {"balance_minor"}
            super().save(*args, **kwargs)


def touch_guest(guest_id: str) -> None:
    """Let terminals hear of this guest again, within the current transaction."""
    Guest.objects.filter(pk=guest_id).update(replica_version=raise_counter(ACCOUNTS))


class Badge(models.Model):
    """A card or tag of a guest; the number as read, normalised."""

    guest = models.ForeignKey(Guest, models.CASCADE, related_name="badges", verbose_name=_("guest"))
    number = models.CharField(_("number"), max_length=64, unique=True)
    blocked = models.BooleanField(_("blocked"), default=False)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        try:
            self.number = normalise(self.number)
        except ValueError as error:
            raise ValidationError({"number": _("A badge number needs letters or digits.")}) from error

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


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or delete what may only be added to; post a correction instead."""


class AppendOnlyQuerySet(models.QuerySet["LedgerEntry"]):
    """Rows that are added and never changed."""

    def update(self, **_values: Any) -> int:
        """Refuse."""
        raise AppendOnlyError("ledger entries are never changed; post a correction")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise AppendOnlyError("ledger entries are never deleted; post a correction")


class LedgerEntry(models.Model):
    """One movement of a guest's account, positive in the guest's favour. Added by `guests.ledger`, never changed."""

    class Kind(models.TextChoices):
        """Why the account moved."""

        PAYMENT = "payment", _("payment")
        TOP_UP = "top_up", _("top-up")
        REFUND = "refund", _("refund")
        CORRECTION = "correction", _("correction")

    guest = models.ForeignKey(Guest, models.PROTECT, related_name="ledger", verbose_name=_("guest"))
    amount_minor = MoneyField(_("amount"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    ticket = models.ForeignKey(
        "sales.Ticket", models.PROTECT, null=True, blank=True, related_name="ledger", verbose_name=_("ticket")
    )
    time_utc = models.DateTimeField(_("time"), default=timezone.now)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ["-time_utc", "-pk"]
        indexes = [models.Index(fields=["guest", "-time_utc"], name="ledger_guest_time")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_minor / 100:.2f}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry; refuse when it is already there."""
        if not self._state.adding:
            raise AppendOnlyError("ledger entries are never changed; post a correction")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Any:
        """Refuse."""
        raise AppendOnlyError("ledger entries are never deleted; post a correction")
