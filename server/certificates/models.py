"""The certificates head office has given out."""

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.fleet.models import Terminal


class Certificate(models.Model):
    """One certificate; `name` is a terminal's code, a worker's client id at the broker, or a server's first host name.

    `key_id` is the SHA-256 of its public key (SubjectPublicKeyInfo), `serial` its number in hex digits.
    """

    class Kind(models.TextChoices):
        """What the certificate is for."""

        TERMINAL = "terminal", _("terminal")
        WORKER = "worker", _("head office at the broker")
        SERVER = "server", _("server")

    name = models.CharField(_("name"), max_length=64)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    terminal = models.ForeignKey(
        Terminal, models.PROTECT, null=True, blank=True, related_name="certificates", verbose_name=_("terminal")
    )
    serial = models.CharField(_("serial number"), max_length=40, unique=True)
    key_id = models.CharField(_("key"), max_length=64)
    pem = models.TextField(_("certificate"))
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("good until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["name", "-created_at"]

    def __str__(self) -> str:
        return self.name


def current() -> QuerySet[Certificate]:
    """The certificates whose time has not run out."""
    return Certificate.objects.filter(expires_at__gt=timezone.now())


def believed() -> QuerySet[Certificate]:
    """The certificates in force: neither run out nor revoked, nor of a terminal that is switched off."""
    return current().filter(_BELIEVED)


def refused() -> QuerySet[Certificate]:
    """The certificates to be revoked at the broker: the others whose time has not run out."""
    return current().exclude(_BELIEVED)


_BELIEVED = Q(revoked_at=None) & (Q(terminal=None) | Q(terminal__active=True))
