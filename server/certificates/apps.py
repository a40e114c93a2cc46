"""Registers the app `certificates` with Django."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    """Certificates of the wire, and the broker's rules that follow from them."""

    name = "server.certificates"
    label = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        from server.fleet.models import Terminal

        post_save.connect(_terminal_saved, sender=Terminal, dispatch_uid="broker-rules")


def _terminal_saved(**_kwargs: Any) -> None:
    from server.certificates.broker import refresh_after_commit

    refresh_after_commit()
