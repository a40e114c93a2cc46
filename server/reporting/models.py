"""What reports keep: who has looked at what they found. Reports without a table hang their permissions here."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.guests.models import Guest


class Payroll(models.Model):
    """What guests and payers owe by month: sums for payroll, never dishes, times or single tickets."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("view_payroll", "Can view sums for payroll")]
        verbose_name = _("payroll")
        verbose_name_plural = _("payroll")


class DoubleUse(models.Model):
    """Somebody has seen that a guest used the entitlement of a meal service `count` times; added, never changed."""

    guest = models.ForeignKey(Guest, models.CASCADE, related_name="double_uses", verbose_name=_("guest"))
    business_day = models.DateField(_("business day"))
    meal_code = models.CharField(_("meal service"), max_length=40, blank=True, default="")
    count = models.PositiveSmallIntegerField(_("meals"))
    seen_at = models.DateTimeField(_("seen"), default=timezone.now)
    seen_by = models.CharField(_("who"), max_length=150)

    class Meta:
        verbose_name = _("double use")
        verbose_name_plural = _("double uses")
        ordering = ["-seen_at"]
        indexes = [models.Index(fields=["business_day", "guest"], name="doubleuse_day_guest")]

    def __str__(self) -> str:
        return f"{self.business_day} {self.meal_code} × {self.count}"
