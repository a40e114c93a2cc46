"""Registers the app `backup` with Django."""

from django.apps import AppConfig


class BackupConfig(AppConfig):
    """Backups of head office: taken while it works, verified, and put back."""

    name = "server.backup"
    label = "backup"
