"""The quarantine: what arrived and could not be taken in, kept raw until somebody decides."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from journal.entry import Entry, EntryFormatError
from server.core.models import raise_counter
from server.fleet.models import Terminal
from server.guests.models import ACCOUNTS
from server.spool.kinds import BAD_VALUES, Ingest, Unreadable, read
from server.spool.models import Quarantine

LONGEST_REASON = 500


def raw_text(payload: bytes) -> str:
    """Return bytes off the wire as text any database can store; what is not UTF-8 shows as escapes."""
    return _storable(payload.decode("utf-8", errors="backslashreplace"))


def _storable(text: str) -> str:
    """What databases refuse in a text (NUL, half a surrogate pair) shows as escapes."""
    return text.encode("utf-8", errors="backslashreplace").decode().replace("\x00", "\\x00")


def entry_text(document: Any) -> str:
    """Return a journal entry as the JSON text it is kept as; ASCII, so no database refuses a character."""
    return json.dumps(document, separators=(",", ":"))


def put(
    raw: str, reason: str, *, terminal: str = "", epoch: int | None = None, seq: int | None = None, passed: bool = False
) -> None:
    """Keep `raw` with the reason, once however often it arrives."""
    place = f"{terminal}/{epoch}/{seq}/{passed}/{raw}"
    Quarantine.objects.bulk_create(
        [
            Quarantine(
                terminal=terminal[:64],
                epoch=epoch,
                seq=seq,
                raw=raw,
                reason=_storable(reason)[:LONGEST_REASON],
                passed=passed,
                digest=hashlib.sha256(place.encode("utf-8", errors="replace")).hexdigest(),
            )
        ],
        ignore_conflicts=True,
    )


def unresolved(terminal: str, epoch: int) -> list[int]:
    """Return the entries the mark went past that still wait in quarantine, ascending."""
    found = Quarantine.objects.filter(terminal=terminal, epoch=epoch, passed=True, resolved=False, seq__isnull=False)
    return sorted(set(found.values_list("seq", flat=True)))


def try_again(item: Quarantine) -> None:
    """Take in an entry that was verified but unreadable when it came. Raises Unreadable when it still is."""
    if not item.passed:
        raise Unreadable("this was never verified, so it cannot be taken in")
    with transaction.atomic():
        item = Quarantine.objects.select_for_update().get(pk=item.pk)
        if item.resolved:
            return
        try:
            reading = read(Entry.from_json_dict(json.loads(item.raw)))
        except (EntryFormatError, json.JSONDecodeError) as error:
            raise Unreadable(str(error)) from error
        if reading is not None:
            ingest = Ingest(Terminal.objects.select_related("store").get(code=item.terminal), [reading])
            ingest.check(reading)
            try:
                with transaction.atomic():
                    ingest.write([reading])
            except BAD_VALUES as error:
                raise Unreadable(f"the database refused it: {error}".strip()) from error
        _resolve(Quarantine.objects.filter(pk=item.pk))


def set_aside(items: QuerySet[Quarantine]) -> int:
    """Mark entries as dealt with, without taking anything in. Returns how many were not yet."""
    with transaction.atomic():
        return _resolve(items)


def _resolve(items: QuerySet[Quarantine]) -> int:
    """Terminals go on counting their own entries in quarantine, so they have to hear of this."""
    raise_counter(ACCOUNTS)
    return items.filter(resolved=False).update(resolved=True)
