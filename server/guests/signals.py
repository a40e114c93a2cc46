"""Guests are sent with the codes of their category and payer, so one that is saved concerns all of its guests."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from server.catalog.models import GuestCategory, Payer
from server.core.models import raise_counter
from server.guests.models import ACCOUNTS, Guest


def _category_saved(instance: GuestCategory, created: bool, **_kwargs: Any) -> None:
    if not created:
        _touch(category=instance)


def _payer_saved(instance: Payer, created: bool, **_kwargs: Any) -> None:
    if not created:
        _touch(payer=instance)


def _touch(**chosen: Any) -> None:
    with transaction.atomic():
        Guest.objects.filter(**chosen).update(replica_version=raise_counter(ACCOUNTS))


def connect() -> None:
    """Let terminals hear of every guest of a category or payer that is saved; called once when Django starts."""
    post_save.connect(_category_saved, sender=GuestCategory, dispatch_uid="guests-category-saved")
    post_save.connect(_payer_saved, sender=Payer, dispatch_uid="guests-payer-saved")
