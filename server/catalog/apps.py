"""Registers the app `catalog` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """Companies, stores, articles, prices and taxes."""

    name = "server.catalog"
    label = "catalog"
    verbose_name = _("Master data")
