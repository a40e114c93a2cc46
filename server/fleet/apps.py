"""Registers the app `fleet` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FleetConfig(AppConfig):
    """Terminals and their enrolments."""

    name = "server.fleet"
    label = "fleet"
    verbose_name = _("Terminals")
