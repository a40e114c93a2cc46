"""What is held of a guest's money and meals for a sale that a terminal is about to make."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.core.fields import MoneyField
from server.fleet.models import Terminal
from server.guests.models.guests import Guest


class Hold(models.Model):
    """A terminal's request for an authorisation and what became of it; only `guests.holds` writes it.

    It stays after its sale, so that the same request gives the same answer and a late one none.
    """

    class State(models.TextChoices):
        """What became of a request. Only an open one holds anything."""

        OPEN = "open", _("open")
        CONSUMED = "consumed", _("sold")
        RELEASED = "released", _("released")
        REFUSED = "refused", _("refused")
        TOMBSTONE = "tombstone", _("sold before it was asked")

    terminal = models.ForeignKey(
        Terminal, models.PROTECT, related_name="holds", verbose_name=_("terminal"), db_index=False
    )
    epoch = models.PositiveIntegerField(_("epoch"))
    request = models.CharField(_("request"), max_length=32)
    guest = models.ForeignKey(
        Guest, models.SET_NULL, null=True, blank=True, related_name="holds", verbose_name=_("guest"), db_index=False
    )
    amount_minor = MoneyField(_("amount"), default=0)
    day = models.DateField(_("business day"), null=True, blank=True)
    meal_code = models.CharField(_("meal"), max_length=40, blank=True, default="")
    meals = models.PositiveSmallIntegerField(_("subsidised meals"), default=0)
    state = models.CharField(_("state"), max_length=12, choices=State)
    reason = models.CharField(_("reason"), max_length=40, blank=True, default="")
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    announced = models.BooleanField(default=True, editable=False)
    """Whether terminals have heard of the state it is in."""

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["request", "terminal"], name="hold_once")]
        indexes = [
            models.Index(fields=["guest"], condition=Q(state="open"), name="hold_open"),
            models.Index(fields=["id"], condition=Q(announced=False), name="hold_unannounced"),
            models.Index(fields=["created_at"], name="hold_created"),
        ]

    def __str__(self) -> str:
        return f"{self.terminal} {self.request}: {self.get_state_display()}"
