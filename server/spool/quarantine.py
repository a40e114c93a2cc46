"""The quarantine: what arrived and could not be taken in, kept raw until somebody decides (`server.spool.decisions`)."""

import hashlib
import json
from typing import Any

from server.spool.models import Quarantine, Trouble

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
    raw: str,
    reason: str,
    trouble: Trouble = Trouble.UNREADABLE,
    *,
    terminal: str = "",
    epoch: int | None = None,
    seq: int | None = None,
    hash: str = "",
    passed: bool = False,
) -> None:
    """Keep `raw` with the reason, once however often it arrives. `hash` is that of a genuine entry."""
    place = f"{terminal}/{epoch}/{seq}/{passed}/{raw}"
    Quarantine.objects.bulk_create(
        [
            Quarantine(
                terminal=terminal[:64],
                epoch=epoch,
                seq=seq,
                hash=hash,
                raw=raw,
                trouble=trouble,
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
