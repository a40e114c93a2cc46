"""Guests and cashiers as the accounts document tells of them (`masterdata.accounts_document`)."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from django.db.models import Q

from masterdata.badges import badge_hash, short_badge_hash
from server.core.keys import HeadOfficeKeys
from server.fleet.models import Terminal
from server.guests.models import Badge, Cashier, Guest
from server.sales.meals import MealUse


def guest_record(guest: Guest, meals: Iterable[MealUse], keys: HeadOfficeKeys) -> dict[str, Any]:
    """A guest with badges, payer, photo and the subsidised meals used of late."""
    return {
        "id": guest.pk,
        "name": guest.name,
        "category": guest.category.code,
        "payer": guest.payer.code if guest.payer else None,
        "photo": guest.photo_key,
        "balance_minor": guest.balance_minor,
        "credit_limit_minor": guest.credit_limit_minor,
        "blocked": guest.blocked,
        "meals": [_meal(meal) for meal in meals],
        "badges": [record for badge in guest.badges.all() if (record := _badge(badge, keys)) is not None],
        "removed": False,
    }


def removed_record(guest_id: str) -> dict[str, Any]:
    """A guest a terminal has to forget."""
    return {
        "id": guest_id,
        "name": "",
        "category": "",
        "payer": None,
        "photo": "",
        "balance_minor": 0,
        "credit_limit_minor": 0,
        "held_minor": 0,
        "blocked": True,
        "meals": [],
        "badges": [],
        "removed": True,
    }


def cashier_records(terminal: Terminal, keys: HeadOfficeKeys) -> list[dict[str, Any]]:
    """The cashiers a terminal may sign in, by code: those of its store if it is a till, else nobody."""
    if terminal.role != Terminal.Role.TILL:
        return []
    store = terminal.store
    known_here = Q(company=store.company_id) & (Q(store=None) | Q(store=store))
    return [
        {
            "id": cashier.code,
            "name": cashier.name,
            "language": cashier.language,
            "pin_hash": cashier.pin_hash,
            "badges": [
                hashed
                for badge in cashier.badges.all()
                if not badge.blocked and (hashed := _hashed(badge.number, keys)) is not None
            ],
            "permissions": list(cashier.permissions),
            "blocked": cashier.blocked,
        }
        for cashier in Cashier.objects.filter(known_here).prefetch_related("badges").order_by("code")
    ]


def _badge(badge: Badge, keys: HeadOfficeKeys) -> dict[str, Any] | None:
    hashed = _hashed(badge.number, keys)
    if hashed is None:
        return None
    return {
        "hash": hashed,
        "short_hash": short_badge_hash(keys.badge, badge.number),
        "blocked": badge.blocked,
        "valid_from": badge.valid_from.isoformat() if badge.valid_from else None,
        "valid_to": badge.valid_to.isoformat() if badge.valid_to else None,
        "replaced": badge.replaced_by_id is not None,
    }


def _hashed(number: str, keys: HeadOfficeKeys) -> str | None:
    """The number's keyed hash; None for one without letter or digit, which no reader can present."""
    try:
        return badge_hash(keys.badge, number)
    except ValueError:
        return None


def _meal(meal: MealUse) -> dict[str, Any]:
    return {
        "day": meal.day.isoformat(),
        "meal": meal.meal_code,
        "count": meal.count,
        "at": meal.first_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "terminal": meal.first_terminal,
    }
