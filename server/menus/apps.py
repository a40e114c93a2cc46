"""Registers the app `menus` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MenusConfig(AppConfig):
    """What is offered on which day."""

    name = "server.menus"
    label = "menus"
    verbose_name = _("Menus")
