"""What arrived: every journal entry as sent, and what could not be taken in."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.fleet.models import Terminal


class JournalEntry(models.Model):
    """A verified entry of a terminal's journal, word for word, so that anybody can verify the chain again.

    `epoch` is the one it was written in, or that of the branch it belongs to (`server.fleet.models.Enrolment`).
    """

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


class Trouble(models.TextChoices):
    """Why something could not be taken in, in words for people; `Quarantine.reason` says it precisely."""

    SIGNATURE = "signature", _("not signed by this terminal")
    FORK = "fork", _("written by a copy of the terminal")
    TERMINAL = "terminal", _("terminal unknown or switched off")
    GUEST = "guest", _("unknown guest")
    STORE = "store", _("unknown store")
    UNREADABLE = "unreadable", _("not readable")
    DATABASE = "database", _("refused by the database")


class Quarantine(models.Model):
    """Something that arrived and could not be taken in, kept raw. `passed` tells whether the mark went past it.

    `hash` is that of a genuine entry, "" for what nobody has verified.
    """

    terminal = models.CharField(_("terminal"), max_length=64, blank=True, default="")
    epoch = models.BigIntegerField(_("epoch"), null=True, blank=True)
    seq = models.BigIntegerField(_("entry"), null=True, blank=True)
    hash = models.CharField(_("hash"), max_length=64, blank=True, default="", db_index=True)
    raw = models.TextField(_("as sent"))
    trouble = models.CharField(_("reason"), max_length=12, choices=Trouble, default=Trouble.UNREADABLE)
    reason = models.CharField(_("in detail"), max_length=500)
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
        return f"{self.terminal} {self.epoch or '–'}/{self.seq or '–'}: {self.get_trouble_display()}"


class Decision(models.Model):
    """What somebody decided on a quarantined entry, added and never changed. `problem` says why it came to nothing."""

    class Action(models.TextChoices):
        """What can be done with an entry."""

        TAKE_IN = "take_in", _("take in again")
        BRANCH = "branch", _("take in under a new branch")
        SET_ASIDE = "set_aside", _("set it aside")

    item = models.ForeignKey(Quarantine, models.CASCADE, related_name="decisions", verbose_name=_("quarantined entry"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.CharField(_("who"), max_length=150)
    action = models.CharField(_("decision"), max_length=10, choices=Action)
    note = models.TextField(_("note"), blank=True, default="")
    problem = models.CharField(_("problem"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["item", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.by}: {self.get_action_display()}"

    @property
    def done(self) -> Any:
        """What became of the entry by this decision."""
        return _("set aside") if self.action == self.Action.SET_ASIDE else _("taken in")


class ArchiveImport(models.Model):
    """An archive of a terminal that was brought by hand, and what became of its entries so far.

    An import whose process died stays where it was; importing the archive again takes in the rest.
    """

    at = models.DateTimeField(_("imported"), default=timezone.now)
    by = models.CharField(_("who"), max_length=150)
    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="archives", verbose_name=_("terminal"))
    epoch = models.PositiveIntegerField(_("epoch"))
    first_seq = models.BigIntegerField(_("first entry"))
    last_seq = models.BigIntegerField(_("last entry"))
    nonce = models.CharField(max_length=32, editable=False)
    done = models.BigIntegerField(_("looked at"), default=0)
    new = models.BigIntegerField(_("new"), default=0)
    known = models.BigIntegerField(_("known before"), default=0)
    aside = models.BigIntegerField(_("in quarantine"), default=0)
    missing_from = models.BigIntegerField(_("missing from entry"), null=True, blank=True)
    missing_to = models.BigIntegerField(_("missing to entry"), null=True, blank=True)
    branch_seq = models.BigIntegerField(_("second branch from entry"), null=True, blank=True)
    finished = models.BooleanField(_("finished"), default=False)
    problem = models.CharField(_("problem"), max_length=500, blank=True, default="")
    touched_at = models.DateTimeField(_("last change"), auto_now=True)

    class Meta:
        verbose_name = _("archive from a stick")
        verbose_name_plural = _("archives from sticks")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.terminal} {self.epoch}/{self.first_seq}–{self.last_seq}"

    @property
    def entries(self) -> int:
        """How many entries the archive holds."""
        return self.last_seq - self.first_seq + 1

    @property
    def complete(self) -> bool:
        """Whether every entry of it is taken in, now or before, or waits in quarantine behind the mark."""
        return self.finished and not self.problem and self.missing_from is None and self.branch_seq is None
