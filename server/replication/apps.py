"""Registers the app `replication` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReplicationConfig(AppConfig):
    """Signed revisions of the master data."""

    name = "server.replication"
    label = "replication"
    verbose_name = _("Replication")

    def ready(self) -> None:
        from server.replication import signals

        signals.connect()
