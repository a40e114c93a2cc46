"""Registers the app `sales` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    """Tickets as they arrived from the terminals."""

    name = "server.sales"
    label = "sales"
    verbose_name = _("Sales")
