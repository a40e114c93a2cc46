"""The two roles every house starts with; an administrator (superuser) can make more."""

from typing import Any

MANAGERS = "Managers"
VIEWERS = "Viewers"
APPS = ("catalog", "menus", "guests", "sales", "fleet", "replication", "spool")


def ensure_roles(**_kwargs: Any) -> None:
    """Make the groups when they are missing: managers do all but people and keys, viewers look."""
    from django.contrib.auth.models import Group, Permission

    permissions = Permission.objects.filter(content_type__app_label__in=APPS)
    for name, chosen in (
        (MANAGERS, permissions),
        (VIEWERS, permissions.filter(codename__startswith="view_")),
    ):
        group, created = Group.objects.get_or_create(name=name)
        if created or not group.permissions.exists():
            group.permissions.set(chosen)
