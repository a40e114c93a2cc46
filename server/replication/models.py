"""Published revisions of a store's master data, and which stores wait for the next one."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.catalog.models import Store


class Revision(models.Model):
    """An immutable, signed XML document with everything a store's terminals sell from."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="revisions", verbose_name=_("store"))
    number = models.PositiveIntegerField(_("number"))
    xml = models.BinaryField(_("document"))
    sha256 = models.CharField("SHA-256", max_length=64)
    content_sha256 = models.CharField(max_length=64, editable=False)
    size_bytes = models.PositiveIntegerField(_("size (bytes)"))
    published_at = models.DateTimeField(_("published"))
    manifest = models.JSONField(_("signed manifest"))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["store", "-number"]
        constraints = [models.UniqueConstraint(fields=["store", "number"], name="revision_number")]

    def __str__(self) -> str:
        return f"{self.store} {self.number}"


class PublishRequest(models.Model):
    """This store's master data changed since its last revision; the spool publishes within moments."""

    store = models.OneToOneField(Store, models.CASCADE, related_name="publish_request", verbose_name=_("store"))
    requested_at = models.DateTimeField(_("since"), default=timezone.now)
    problem = models.CharField(_("why it cannot be published"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("pending publication")
        verbose_name_plural = _("pending publications")

    def __str__(self) -> str:
        return str(self.store)
