"""Registers the app `reporting` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    """Figures for the people who run the house."""

    name = "server.reporting"
    label = "reporting"
    verbose_name = _("Reports")
