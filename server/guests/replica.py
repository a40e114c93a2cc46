"""The accounts document: what a terminal may know of the guests of its store, with the mark it was made at."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from journal.keys import sign_document
from masterdata.badges import badge_hash, short_badge_hash
from mqtt_bridge.wire import ACCOUNTS_CONTEXT
from server.core.keys import HeadOfficeKeys
from server.core.models import Counter, counter_value, raise_counter
from server.fleet.models import Enrolment
from server.guests.models import ACCOUNTS, Guest
from server.spool.quarantine import unresolved


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction in which every query sees the same moment, so that balances and marks belong together."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def begin_history() -> int:
    """Raise the version of accounts beyond any this database may have given before a backup was put back; returns it.

    Versions below it mean something else since, if they mean anything: whoever holds one is sent everything.
    """
    with transaction.atomic():
        version = max(raise_counter(ACCOUNTS), time.time_ns() // 1_000_000)
        Counter.objects.filter(pk=ACCOUNTS).update(value=version)
    return version


def accounts_document(enrolment_id: int, base_version: int | None, keys: HeadOfficeKeys) -> dict[str, Any]:
    """Return the signed accounts document for the terminal of an enrolment.

    With `base_version` None, 0 or a version head office never gave, the document is full; otherwise it holds the guests
    that changed since. It carries (epoch, upto) of the same moment as its balances: a terminal adds its own entries
    above that mark, and those below it that are in quarantine.
    """
    with snapshot():
        enrolment = Enrolment.objects.select_related("terminal__store").get(pk=enrolment_id)
        store = enrolment.terminal.store
        version = counter_value(ACCOUNTS)
        quarantined = unresolved(enrolment.terminal.code, enrolment.epoch)
        full = not base_version or base_version > version
        known_here = Q(company=store.company_id, left=False) & (Q(store=None) | Q(store=store))
        guests = Guest.objects.select_related("category").prefetch_related("badges").order_by("pk")
        if full:
            rows = [_guest(guest, keys) for guest in guests.filter(known_here)]
        else:
            changed = guests.filter(replica_version__gt=base_version)
            here = changed.filter(known_here)
            elsewhere = changed.exclude(known_here).values_list("pk", flat=True)
            rows = [_guest(guest, keys) for guest in here] + [_removed(guest_id) for guest_id in elsewhere]
    document = {
        "v": 2,
        "terminal": enrolment.terminal.code,
        "server": keys.server,
        "full": full,
        "base_version": 0 if full else base_version,
        "version": version,
        "epoch": enrolment.epoch,
        "upto": enrolment.upto,
        "as_of": timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "guests": rows,
        "cashiers": [],
        "quarantined": quarantined,
    }
    return sign_document(keys.ack, ACCOUNTS_CONTEXT, document)


def _hashed(number: str, keys: HeadOfficeKeys) -> str | None:
    """The number's keyed hash; None for one without letter or digit, which no reader can present."""
    try:
        return badge_hash(keys.badge, number)
    except ValueError:
        return None


def _guest(guest: Guest, keys: HeadOfficeKeys) -> dict[str, Any]:
    return {
        "id": guest.pk,
        "name": guest.name,
        "category": guest.category.code,
        "payer": None,
        "photo": "",
        "balance_minor": guest.balance_minor,
        "credit_limit_minor": guest.credit_limit_minor,
        "blocked": guest.blocked,
        "meals": [],
        "badges": [
            {
                "hash": hashed,
                "short_hash": short_badge_hash(keys.badge, badge.number),
                "blocked": badge.blocked,
                "valid_from": None,
                "valid_to": badge.valid_to.isoformat() if badge.valid_to else None,
            }
            for badge in guest.badges.all()
            if (hashed := _hashed(badge.number, keys)) is not None
        ],
        "removed": False,
    }


def _removed(guest_id: str) -> dict[str, Any]:
    return {
        "id": guest_id,
        "name": "",
        "category": "",
        "payer": None,
        "photo": "",
        "balance_minor": 0,
        "credit_limit_minor": 0,
        "blocked": True,
        "meals": [],
        "badges": [],
        "removed": True,
    }
