"""Registers the app `core` with Django."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every app of head office shares: fields, counters, keys, roles."""

    name = "server.core"
    label = "core"
    verbose_name = _("Head office")

    def ready(self) -> None:
        from server.core.roles import ensure_roles

        post_migrate.connect(ensure_roles, sender=self, dispatch_uid="roles")
