"""What arrived: every journal entry as sent, and what could not be taken in."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.fleet.models import Terminal


class JournalEntry(models.Model):
    """A verified entry of a terminal's journal, word for word, so that anybody can verify the chain again."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="journal", verbose_name=_("terminal"))
    epoch = models.PositiveIntegerField(_("epoch"))
    seq = models.BigIntegerField(_("entry"))
    kind = models.CharField(_("kind"), max_length=40)
    hash = models.CharField(_("hash"), max_length=64)
    raw = models.TextField(_("as sent"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["terminal", "-epoch", "-seq"]
        constraints = [models.UniqueConstraint(fields=["terminal", "epoch", "seq"], name="journalentry_once")]

    def __str__(self) -> str:
        return f"{self.terminal} {self.epoch}/{self.seq}"


class Quarantine(models.Model):
    """Something that arrived and could not be taken in, kept raw. `passed` tells whether the mark went past it."""

    terminal = models.CharField(_("terminal"), max_length=64, blank=True, default="")
    epoch = models.BigIntegerField(_("epoch"), null=True, blank=True)
    seq = models.BigIntegerField(_("entry"), null=True, blank=True)
    raw = models.TextField(_("as sent"))
    reason = models.CharField(_("reason"), max_length=500)
    passed = models.BooleanField(_("mark went past it"), default=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    at = models.DateTimeField(_("arrived"), default=timezone.now)
    resolved = models.BooleanField(_("resolved"), default=False)

    class Meta:
        verbose_name = _("quarantined entry")
        verbose_name_plural = _("quarantine")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["terminal", "epoch", "resolved"], name="quarantine_terminal")]

    def __str__(self) -> str:
        return f"{self.terminal} {self.epoch}/{self.seq}: {self.reason}"
