"""Registers the app `guests` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuestsConfig(AppConfig):
    """Guests, their badges and their accounts."""

    name = "server.guests"
    label = "guests"
    verbose_name = _("Guests")

    def ready(self) -> None:
        """Listen to guest categories."""
        from server.guests.signals import connect

        connect()
