"""The accounts document: what a terminal may know of the guests of its store, with the mark it was made at."""

import time
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from journal.keys import sign_document
from mqtt_bridge.wire import ACCOUNTS_CONTEXT
from server.core.keys import HeadOfficeKeys
from server.core.models import Counter, counter_value, raise_counter
from server.core.moment import snapshot
from server.fleet.models import Enrolment
from server.guests.holds import held_minor
from server.guests.models import ACCOUNTS, Guest
from server.guests.records import cashier_records, guest_record, removed_record
from server.sales.meals import MealUse, meals_used
from server.spool.quarantine import unresolved


def begin_history() -> int:
    """Raise the version of accounts beyond any this database may have given before a backup was put back; returns it.

    Versions below it mean something else since, if they mean anything: whoever holds one is sent everything.
    """
    with transaction.atomic():
        version = max(raise_counter(ACCOUNTS), time.time_ns() // 1_000_000)
        Counter.objects.filter(pk=ACCOUNTS).update(value=version)
    return version


def accounts_document(enrolment_id: int, base_version: int | None, keys: HeadOfficeKeys) -> dict[str, Any]:
    """Return the signed accounts document (version 2) for the terminal of an enrolment.

    With `base_version` None, 0 or a version head office never gave, the document is full; otherwise it holds the guests
    that changed since; cashiers are always all there. It carries (epoch, upto) of the same moment as its balances: a terminal adds its own entries
    above that mark, and those below it that are in quarantine.
    """
    with snapshot():
        enrolment = Enrolment.objects.select_related("terminal__store").get(pk=enrolment_id)
        store = enrolment.terminal.store
        version = counter_value(ACCOUNTS)
        quarantined = unresolved(enrolment.terminal.code, enrolment.epoch)
        full = not base_version or base_version > version
        known_here = Q(company=store.company_id, left=False) & (Q(store=None) | Q(store=store))
        guests = Guest.objects.select_related("category", "payer").prefetch_related("badges").order_by("pk")
        if full:
            here, elsewhere = list(guests.filter(known_here)), []
        else:
            changed = guests.filter(replica_version__gt=base_version)
            here = list(changed.filter(known_here))
            elsewhere = list(changed.exclude(known_here).values_list("pk", flat=True))
        meals = _meals_of_late([guest.pk for guest in here], store.today())
        held = held_minor(enrolment.terminal)
        rows = [guest_record(guest, meals.get(guest.pk, ()), held.get(guest.pk, 0), keys) for guest in here]
        rows += [removed_record(guest_id) for guest_id in elsewhere]
        cashiers = cashier_records(enrolment.terminal, keys)
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
        "cashiers": cashiers,
        "quarantined": quarantined,
    }
    return sign_document(keys.ack, ACCOUNTS_CONTEXT, document)


def _meals_of_late(guest_ids: list[str], today: date) -> dict[str, list[MealUse]]:
    """Entitlements used today, and yesterday: a service may go on after midnight, a terminal's clock may be behind."""
    found: dict[str, list[MealUse]] = {}
    for day in (today - timedelta(days=1), today):
        for guest_id, uses in meals_used(guest_ids, day).items():
            found.setdefault(guest_id, []).extend(uses)
    return found
