"""Reports have no tables of their own; this is where their permissions hang."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Payroll(models.Model):
    """What guests and payers owe by month: sums for payroll, never dishes, times or single tickets."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("view_payroll", "Can view sums for payroll")]
        verbose_name = _("payroll")
        verbose_name_plural = _("payroll")
