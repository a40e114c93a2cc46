"""What every row made from one journal entry has."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.catalog.models import Store
from server.fleet.models import Terminal


class JournalRow(models.Model):
    """A copy of the journal entry (terminal, epoch, seq) with the hash `hash`; `payload` is its payload."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="+", verbose_name=_("terminal"))
    epoch = models.PositiveIntegerField(_("epoch"))
    seq = models.BigIntegerField(_("entry"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    business_day = models.DateField(_("business day"))
    time_utc = models.DateTimeField(_("time"))
    payload = models.JSONField(_("payload"))
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        abstract = True
        ordering = ["-time_utc", "-pk"]
        constraints = [models.UniqueConstraint(fields=["terminal", "epoch", "seq"], name="%(class)s_entry")]
