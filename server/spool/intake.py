"""Taking in journal entries: verify, insert once, move the mark; one transaction for everything a message brings."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from journal.chain import ChainError, Fault, check_next, check_origin
from journal.entry import Entry, EntryFormatError
from journal.keys import PublicKey
from server.fleet.models import Enrolment, Terminal
from server.spool import clocks, quarantine
from server.spool.kinds import BAD_VALUES, Ingest, Reading, Unreadable, read
from server.spool.models import JournalEntry

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """What became of a message: the enrolment it was for (None: unknown), and the entry head office needs next."""

    enrolment: Enrolment | None
    need: int | None = None
    accepted: int = 0


@dataclass
class _Batch:
    """The entries of one message, sorted out."""

    fresh: list[Entry] = field(default_factory=list)
    refused: list[tuple[Any, str]] = field(default_factory=list)
    need: int | None = None
    alarm: str = ""


def take_in(terminal: str, epoch: int, documents: Sequence[Any]) -> Taken:
    """Take in journal entries of a terminal's epoch, in whatever order and however often they come.

    What follows the mark without a gap and carries the right signature is inserted, once, and moves the mark; a genuine
    entry that cannot be read goes to the quarantine and the mark passes it. A forged or forked one goes there too and
    the mark stays. Nothing is acknowledged here: that is for after the commit. Raises django.db.OperationalError when
    the database fails, with nothing done.
    """
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("terminal__store")
            .filter(terminal__code=terminal, epoch=epoch, branch_of=None)
            .first()
        )
        if enrolment is None or not enrolment.terminal.active:
            reason = "no such enrolment" if enrolment is None else "the terminal is switched off at head office"
            for document in documents:
                quarantine.put(quarantine.entry_text(document), reason, terminal=terminal, epoch=epoch)
            return Taken(None)
        batch = _sort_out(enrolment, documents)
        for document, reason in batch.refused:
            log.warning("terminal %s epoch %d: refused an entry: %s", terminal, epoch, reason)
            seq = document.get("seq") if isinstance(document, dict) else None
            quarantine.put(
                quarantine.entry_text(document),
                reason,
                terminal=terminal,
                epoch=epoch,
                seq=seq if type(seq) is int and 0 < seq < 2**53 else None,
            )
        now = timezone.now()
        seen: dict[str, Any] = {"last_seen": now}
        if batch.fresh:
            _insert(enrolment.terminal, batch.fresh)
            enrolment.upto, enrolment.head_hash = batch.fresh[-1].head
            seen |= _clock(enrolment, batch.fresh, now)
        enrolment.head_seq = max(enrolment.head_seq, enrolment.upto)
        enrolment.need = batch.need or (None if (enrolment.need or 0) <= enrolment.upto else enrolment.need)
        enrolment.alarm = (enrolment.alarm or batch.alarm)[:300]
        enrolment.ack_number += 1
        enrolment.save(update_fields=["upto", "head_hash", "head_seq", "need", "alarm", "ack_number"])
        Terminal.objects.filter(pk=enrolment.terminal_id).update(**seen)
    return Taken(enrolment, batch.need, len(batch.fresh))


def _clock(enrolment: Enrolment, fresh: Sequence[Entry], now: datetime) -> dict[str, Any]:
    """How far the terminal's clock is off, by the entries it wrote since it last told how many there are."""
    written = [clocks.moment(entry.time_utc) for entry in fresh if entry.seq > enrolment.head_seq]
    skew_s = clocks.skew_s([time for time in written if time], now)
    return {} if skew_s is None or not enrolment.session_nonce else {"clock_skew_s": skew_s}


def _sort_out(enrolment: Enrolment, documents: Sequence[Any]) -> _Batch:
    batch = _Batch()
    entries: list[tuple[Entry, Any]] = []
    for document in documents:
        try:
            entry = Entry.from_json_dict(document)
            check_origin(entry, enrolment.terminal.code, enrolment.epoch)
        except (EntryFormatError, ChainError) as error:
            batch.refused.append((document, str(error)))
        else:
            entries.append((entry, document))
    entries.sort(key=lambda pair: pair[0].seq)
    key = PublicKey.from_base64(enrolment.public_key)
    seqs = [entry.seq for entry, _document in entries if entry.seq <= enrolment.upto]
    known = dict(
        JournalEntry.objects.filter(terminal=enrolment.terminal_id, epoch=enrolment.epoch, seq__in=seqs).values_list(
            "seq", "hash"
        )
    )
    seq, head = enrolment.upto, enrolment.head_hash
    for entry, document in entries:
        if known.get(entry.seq) == entry.hash:
            continue
        if entry.seq > seq + 1:
            batch.need = seq + 1
            break
        try:
            if entry.seq <= seq:
                raise ChainError(Fault.PREVIOUS, entry.seq, "head office holds another entry with this number")
            check_next(head, seq, entry, key)
        except ChainError as error:
            if error.kind is Fault.PREVIOUS and _is_genuine(entry, key):
                batch.alarm = f"The journal has two branches at entry {entry.seq}: its key is in use twice."
            batch.refused.append((document, str(error)))
            if entry.seq == seq + 1:
                break
            continue
        batch.fresh.append(entry)
        known[entry.seq] = entry.hash
        seq, head = entry.head
    return batch


def _is_genuine(entry: Entry, key: PublicKey) -> bool:
    """Whether the entry was signed by the terminal's key, wherever in the chain it belongs."""
    try:
        check_next(entry.prev_hash, entry.seq - 1, entry, key)
    except ChainError:
        return False
    return True


def _insert(terminal: Terminal, entries: Sequence[Entry]) -> None:
    texts = {entry.seq: quarantine.entry_text(entry.to_json_dict()) for entry in entries}
    JournalEntry.objects.bulk_create(
        JournalEntry(
            terminal=terminal, epoch=entry.epoch, seq=entry.seq, kind=entry.kind, hash=entry.hash, raw=texts[entry.seq]
        )
        for entry in entries
    )
    unreadable: list[tuple[Entry, str]] = []
    readings: list[Reading] = []
    for entry in entries:
        try:
            reading = read(entry)
        except Unreadable as error:
            unreadable.append((entry, str(error)))
        else:
            readings += [reading] if reading else []
    ingest = Ingest(terminal, readings)
    sound: list[Reading] = []
    for reading in readings:
        try:
            ingest.check(reading)
        except Unreadable as error:
            unreadable.append((reading.entry, str(error)))
        else:
            sound.append(reading)
    unreadable += _write(ingest, sound)
    for entry, reason in unreadable:
        log.warning("terminal %s epoch %d entry %d: quarantined: %s", terminal.code, entry.epoch, entry.seq, reason)
        quarantine.put(texts[entry.seq], reason, terminal=terminal.code, epoch=entry.epoch, seq=entry.seq, passed=True)


def _write(ingest: Ingest, readings: Sequence[Reading]) -> list[tuple[Entry, str]]:
    """Write all at once; when the database refuses a value, one by one. Returns what it refused."""
    if not readings:
        return []
    try:
        with transaction.atomic():
            ingest.write(readings)
    except BAD_VALUES as error:
        if len(readings) == 1:
            return [(readings[0].entry, f"the database refused it: {error}".strip())]
        return [refused for reading in readings for refused in _write(ingest, [reading])]
    return []
