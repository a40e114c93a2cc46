"""Terminals, and the enrolments that tie a journal key to a terminal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.catalog.models import CODE, Store
from server.core.fields import MoneyField

FIRST_HASH = "0" * 64


class Terminal(models.Model):
    """A kiosk, till, preparation screen or pass-through, and what it told of itself when it was last heard of."""

    class Role(models.TextChoices):
        """What the terminal is used as."""

        KIOSK = "kiosk", _("kiosk")
        TILL = "till", _("till")
        PICKUP = "pickup", _("preparation and pick-up screen")
        PASS_THROUGH = "pass_through", _("pass-through")

    class Mode(models.TextChoices):
        """How the terminal sells."""

        CONNECTED = "connected", _("connected")
        LOCAL = "local", _("local mode")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    store = models.ForeignKey(Store, models.PROTECT, related_name="terminals", verbose_name=_("store"))
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.KIOSK)
    shard = models.CharField(_("shard"), max_length=40, default="main", validators=[CODE])
    active = models.BooleanField(_("active"), default=True)
    last_seen = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    online = models.BooleanField(_("online"), default=False, editable=False)
    software = models.CharField(_("software"), max_length=100, blank=True, default="", editable=False)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, blank=True, default="", editable=False)
    unsent_minor = MoneyField(_("turnover not sent yet"), default=0, editable=False)
    oldest_unsent_at = models.DateTimeField(_("oldest entry not sent yet"), null=True, blank=True, editable=False)
    disk_used_percent = models.PositiveSmallIntegerField(_("disk used"), null=True, blank=True, editable=False)
    transfer = models.CharField(_("sends"), max_length=40, blank=True, default="", editable=False)
    clock_skew_s = models.BigIntegerField(_("clock"), null=True, blank=True, editable=False)
    """Seconds the terminal's clock is ahead of head office's (below zero: behind), as last measured."""

    class Meta:
        verbose_name = _("terminal")
        verbose_name_plural = _("terminals")
        ordering = ["store", "code"]

    def __str__(self) -> str:
        return self.code

    @property
    def enrolment(self) -> "Enrolment | None":
        """The enrolment in force: the one with the highest epoch that is no branch."""
        own = (enrolment for enrolment in self.enrolments.all() if not enrolment.branch_of_id)
        return max(own, key=lambda enrolment: enrolment.epoch, default=None)


class Enrolment(models.Model):
    """One journal key of a terminal, and how much of its journal head office holds.

    A branch is no enrolment of its own: it stands for what a copy of the terminal's disk wrote with the key of `branch_of`
    after the two parted. Its entries are kept under an epoch of their own, and it has no key, so nothing is sent to it.
    """

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="enrolments", verbose_name=_("terminal"))
    epoch = models.PositiveIntegerField(_("epoch"))
    public_key = models.CharField(_("public key"), max_length=64, unique=True, null=True, blank=True)
    branch_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("branch of")
    )
    branched_after = models.BigIntegerField(_("branched after entry"), default=0)
    """The last entry a branch has in common with `branch_of`."""
    created_at = models.DateTimeField(_("enrolled at"), auto_now_add=True)
    upto = models.BigIntegerField(_("complete up to entry"), default=0)
    head_hash = models.CharField(_("hash of that entry"), max_length=64, default=FIRST_HASH)
    head_seq = models.BigIntegerField(_("last entry the terminal told of"), default=0)
    need = models.BigIntegerField(_("missing entry"), null=True, blank=True)
    """The entry head office has asked for because later ones came without it."""
    ack_number = models.BigIntegerField(_("acknowledgements signed"), default=0)
    session_nonce = models.CharField(max_length=100, blank=True, default="", editable=False)
    backed_up = models.BigIntegerField(_("backed up to entry"), default=0, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    alarm = models.CharField(_("alarm"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["terminal", "-epoch"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "epoch"], name="enrolment_epoch"),
            models.CheckConstraint(
                condition=models.Q(public_key__isnull=False, branch_of__isnull=True)
                | models.Q(public_key__isnull=True, branch_of__isnull=False),
                name="enrolment_key_or_branch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terminal} / {self.epoch}"

    @property
    def refusal(self) -> str:
        """Why nothing is taken from this enrolment and nothing given to it any more; empty while it is in force.

        `Enrolment.objects.filter(terminal__active=True, revoked_at=None)` are those with none.
        """
        if not self.terminal.active:
            return "the terminal is switched off at head office"
        return "the enrolment was revoked at head office" if self.revoked_at else ""

    @property
    def unsent(self) -> int:
        """Entries the terminal told of that head office does not hold yet."""
        return max(0, self.head_seq - self.upto)
