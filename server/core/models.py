"""Counters that rise in the order of commits, and what roles were given."""

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """A named number that only rises. Whoever raises it holds its row until the commit, so numbers follow commits."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class RoleOffer(models.Model):
    """A permission that a role was given once, as `app.codename`: an administrator who takes it away has the last word."""

    role = models.CharField(max_length=150)
    permission = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="role_offer_once")]

    def __str__(self) -> str:
        return f"{self.role}: {self.permission}"


def raise_counter(name: str) -> int:
    """Raise the counter `name` by one within the current transaction and return its new value.

    Raises TransactionManagementError outside of a transaction: the value would be visible before what it numbers.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"counter {name!r} raised outside of a transaction")
    if not Counter.objects.filter(pk=name).update(value=F("value") + 1):
        Counter.objects.bulk_create([Counter(name=name)], ignore_conflicts=True)
        Counter.objects.filter(pk=name).update(value=F("value") + 1)
    return Counter.objects.get(pk=name).value


def counter_value(name: str) -> int:
    """Return the counter's value; 0 when it was never raised."""
    return Counter.objects.filter(pk=name).values_list("value", flat=True).first() or 0
