"""The ledger of guests' accounts."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.core.fields import MoneyField
from server.guests.models.guests import Guest


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
