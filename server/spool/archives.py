"""Archives that terminals write to sticks: opened, taken in as if they had come by wire, and answered with a proof."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import F

from journal.delivery import Delivery, DeliveryRefused, Refusal, open_delivery, read_header
from journal.keys import PublicKey
from mqtt_bridge import wire
from server.core.keys import HeadOfficeKeys
from server.fleet.models import Enrolment
from server.spool.answers import acknowledge
from server.spool.intake import take_in
from server.spool.models import ArchiveImport, JournalEntry, Quarantine

log = logging.getLogger(__name__)

BATCH = 50


class Unwelcome(StrEnum):
    """Why an archive is refused that may be quite in order."""

    UNKNOWN = "of no terminal and epoch that is enrolled here"
    OUT_OF_FORCE = "of an enrolment that is not in force"


class ArchiveRefused(Exception):
    """An archive is refused and changed nothing; `reason` says why, the message names the detail."""

    def __init__(self, reason: Refusal | Unwelcome, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@contextmanager
def opened(file: BinaryIO, keys: HeadOfficeKeys) -> Iterator[Delivery]:
    """Open an archive, all of it, and check that a terminal enrolled here wrote it. Raises ArchiveRefused or OSError.

    Nothing that it says is used as a path. Its entries are kept in a file without a name for as long as it is open.
    """
    settings.REFECTORY_DATA.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=settings.REFECTORY_DATA) as lines:
        yield unseal(file, keys, lines)


def unseal(file: BinaryIO, keys: HeadOfficeKeys, lines: BinaryIO) -> Delivery:
    """Open an archive as `opened` does, with its entries in the empty file `lines`, which is the caller's."""
    try:
        header = read_header(file)
        enrolment = _enrolment(header.terminal, header.epoch)
        return open_delivery(
            file,
            header,
            lines,
            key=keys.archive,
            public_key=PublicKey.from_base64(enrolment.public_key or ""),
            max_bytes=settings.REFECTORY_ARCHIVE_BYTES,
        )
    except DeliveryRefused as error:
        raise ArchiveRefused(error.reason, str(error)) from error


def _enrolment(terminal: str, epoch: int) -> Enrolment:
    found = Enrolment.objects.select_related("terminal").filter(terminal__code=terminal, epoch=epoch, branch_of=None)
    enrolment = found.first()
    if enrolment is None:
        raise ArchiveRefused(Unwelcome.UNKNOWN, f"the archive is {Unwelcome.UNKNOWN}: {terminal}, epoch {epoch}")
    if enrolment.refusal:
        raise ArchiveRefused(
            Unwelcome.OUT_OF_FORCE, f"the archive is of {terminal}, epoch {epoch}: {enrolment.refusal}"
        )
    return enrolment


def begin(delivery: Delivery, by: str) -> ArchiveImport:
    """Note that `by` imports this archive."""
    header = delivery.header
    return ArchiveImport.objects.create(
        by=by[:150],
        terminal=_enrolment(header.terminal, header.epoch).terminal,
        epoch=header.epoch,
        first_seq=header.first_seq,
        last_seq=header.last_seq,
        nonce=delivery.nonce,
    )


def carry_out(
    row: ArchiveImport, delivery: Delivery, tell: Callable[[ArchiveImport], None] = lambda _row: None
) -> None:
    """Take in an archive's entries, what is known already passed over; `row` says how far it is, `tell` hears of it.

    Every message's worth of entries is taken in by the spool's own rules in one transaction, whatever comes by wire at
    the same time. It ends early at a gap. Raises what the database raises; what was taken in until then stays.
    """
    apart = 0
    for documents in delivery.batches(BATCH):
        unknown = _unknown(row, documents)
        left = unknown
        if unknown:
            taken = take_in(delivery.header.terminal, delivery.header.epoch, unknown)
            left = _unknown(row, unknown)
            if taken.enrolment is None:
                row.problem = _refusal(row)
            elif taken.need is not None and left:
                row.missing_from, row.missing_to = taken.need, left[0]["seq"] - 1
            elif left:
                row.branch_seq = row.branch_seq or left[0]["seq"]
                apart += len(left)
        row.new += len(unknown) - len(left)
        row.known += len(documents) - len(unknown)
        if row.problem or row.missing_from is not None:
            break
        row.done += len(documents)
        _save(row)
        tell(row)
    row.aside = apart + _unreadable(row)
    row.finished = True
    _save(row)
    tell(row)


def _unknown(row: ArchiveImport, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    held = dict(
        JournalEntry.objects.filter(
            terminal=row.terminal_id, epoch=row.epoch, seq__gte=documents[0]["seq"], seq__lte=documents[-1]["seq"]
        ).values_list("seq", "hash")
    )
    return [document for document in documents if held.get(document["seq"]) != document.get("hash")]


def _unreadable(row: ArchiveImport) -> int:
    """How many entries of the archive the mark went past that wait in quarantine."""
    last_seq = row.branch_seq - 1 if row.branch_seq else row.last_seq
    waiting = Quarantine.objects.filter(terminal=row.terminal.code, epoch=row.epoch, passed=True, resolved=False)
    return waiting.filter(seq__gte=row.first_seq, seq__lte=last_seq).count()


def _refusal(row: ArchiveImport) -> str:
    return Enrolment.objects.select_related("terminal").get(terminal=row.terminal_id, epoch=row.epoch).refusal


def _save(row: ArchiveImport) -> None:
    row.save(
        update_fields=[
            *("done", "new", "known", "aside", "missing_from", "missing_to", "branch_seq"),
            *("finished", "problem", "touched_at"),
        ]
    )


def proof(row: ArchiveImport, keys: HeadOfficeKeys) -> dict[str, Any]:
    """Return the signed answer to an archive as of now, for the terminal: an acknowledgement with the archive's nonce.

    Raises ArchiveRefused for an enrolment that is out of force.
    """
    with transaction.atomic():
        _enrolment(row.terminal.code, row.epoch)
        Enrolment.objects.filter(terminal=row.terminal_id, epoch=row.epoch).update(ack_number=F("ack_number") + 1)
    enrolment = Enrolment.objects.select_related("terminal__store").get(terminal=row.terminal_id, epoch=row.epoch)
    enrolment.session_nonce = row.nonce
    return wire.as_document(acknowledge(enrolment, keys, row.missing_from))


def proof_name(row: ArchiveImport) -> str:
    """Return the file name of an archive's proof."""
    return f"{row.terminal.code}-epoch{row.epoch}-{row.first_seq:08}-{row.last_seq:08}.proof.json"
