"""Guests are sent with the code of their category, so a category that is saved concerns all of them."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from server.catalog.models import GuestCategory
from server.core.models import raise_counter
from server.guests.models import ACCOUNTS, Guest


def _category_saved(instance: GuestCategory, created: bool, **_kwargs: Any) -> None:
    if not created:
        with transaction.atomic():
            Guest.objects.filter(category=instance).update(replica_version=raise_counter(ACCOUNTS))


def connect() -> None:
    """Let terminals hear of every guest of a category that is saved; called once when Django starts."""
    post_save.connect(_category_saved, sender=GuestCategory, dispatch_uid="guests-category-saved")
