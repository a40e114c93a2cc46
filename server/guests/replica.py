"""The accounts document: what a terminal may know of the guests of its store, with the mark it was made at."""

import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from journal.keys import sign_document
from mqtt_bridge.wire import ACCOUNTS_CONTEXT
from server.catalog.models import Store
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
    """Return the document of `accounts_documents` for one terminal."""
    return accounts_documents({enrolment_id: base_version}, keys)[enrolment_id]


def accounts_documents(base_versions: Mapping[int, int | None], keys: HeadOfficeKeys) -> dict[int, dict[str, Any]]:
    """Return the signed accounts documents (version 2) for the terminals of enrolments, by enrolment, all of one moment.

    With a base version None, 0 or one head office never gave, a document is full; otherwise it holds the guests that changed
    since; cashiers are always all there. It carries (epoch, upto) of the same moment as its balances: a terminal adds its own
    entries above that mark, and those below it that are in quarantine.
    """
    with snapshot():
        version = counter_value(ACCOUNTS)
        held = held_minor()
        pictures: dict[tuple[int, int], list[dict[str, Any]]] = {}
        documents = {}
        for enrolment in Enrolment.objects.select_related("terminal__store").filter(pk__in=base_versions):
            terminal, base = enrolment.terminal, base_versions[enrolment.pk] or 0
            base = base if base <= version else 0
            place = (terminal.store_id, base)
            if place not in pictures:
                pictures[place] = _guests(terminal.store, base, keys)
            documents[enrolment.pk] = {
                "v": 2,
                "terminal": terminal.code,
                "server": keys.server,
                "full": not base,
                "base_version": base,
                "version": version,
                "epoch": enrolment.epoch,
                "upto": enrolment.upto,
                "as_of": timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "guests": [
                    {**guest, "held_minor": _held_elsewhere(held.get(guest["id"], {}), terminal.pk)}
                    for guest in pictures[place]
                ],
                "cashiers": cashier_records(terminal, keys),
                "quarantined": unresolved(terminal.code, enrolment.epoch),
            }
    return {pk: sign_document(keys.ack, ACCOUNTS_CONTEXT, document) for pk, document in documents.items()}


def _held_elsewhere(held: Mapping[int, int], terminal_id: int) -> int:
    return sum(held_minor for holder, held_minor in held.items() if holder != terminal_id)


def _guests(store: Store, base_version: int, keys: HeadOfficeKeys) -> list[dict[str, Any]]:
    """The guests of a store, all of them or those that changed since, without what is held of their money."""
    known_here = Q(company=store.company_id, left=False) & (Q(store=None) | Q(store=store))
    guests = Guest.objects.select_related("category", "payer").prefetch_related("badges").order_by("pk")
    elsewhere: list[str] = []
    if base_version:
        guests = guests.filter(replica_version__gt=base_version)
        elsewhere = list(guests.exclude(known_here).values_list("pk", flat=True))
    here = list(guests.filter(known_here))
    meals = _meals_of_late([guest.pk for guest in here], store.today()) if here else {}
    rows = [guest_record(guest, meals.get(guest.pk, ()), keys) for guest in here]
    return rows + [removed_record(guest_id) for guest_id in elsewhere]


def _meals_of_late(guest_ids: list[str], today: date) -> dict[str, list[MealUse]]:
    """Entitlements used today, and yesterday: a service may go on after midnight, a terminal's clock may be behind."""
    found: dict[str, list[MealUse]] = {}
    for day in (today - timedelta(days=1), today):
        for guest_id, uses in meals_used(guest_ids, day).items():
            found.setdefault(guest_id, []).extend(uses)
    return found
