"""Registers the app `spool` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpoolConfig(AppConfig):
    """Takes in what terminals send and acknowledges it."""

    name = "server.spool"
    label = "spool"
    verbose_name = _("Spool")
