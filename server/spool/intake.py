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
from server.core.bulk import insert
from server.fleet.models import Enrolment, Terminal
from server.spool import clocks, quarantine
from server.spool.kinds import BAD_VALUES, Ingest, Reading, Unreadable, read
from server.spool.models import JournalEntry, Quarantine, Trouble
from server.spool.reading import refused_by_database

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """What became of a message: the enrolment it was for (None: unknown), and the entry head office needs next."""

    enrolment: Enrolment | None
    need: int | None = None
    accepted: int = 0


@dataclass(frozen=True)
class _Refused:
    """What the mark does not pass; `entry` when it was signed with the terminal's key all the same."""

    document: Any
    reason: str
    trouble: Trouble
    entry: Entry | None = None


@dataclass
class _Batch:
    """The entries of one message, sorted out."""

    fresh: list[Entry] = field(default_factory=list)
    refused: list["_Refused"] = field(default_factory=list)
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
        if enrolment is None or enrolment.refusal:
            reason = "no such enrolment" if enrolment is None else enrolment.refusal
            for document in documents:
                text = quarantine.entry_text(document)
                quarantine.put(text, reason, Trouble.TERMINAL, terminal=terminal, epoch=epoch, seq=_seq(document))
            return Taken(None)
        batch = _sort_out(enrolment, documents)
        for refused in batch.refused:
            log.warning("terminal %s epoch %d: refused an entry: %s", terminal, epoch, refused.reason)
            quarantine.put(
                quarantine.entry_text(refused.document),
                refused.reason,
                refused.trouble,
                terminal=terminal,
                epoch=epoch,
                seq=_seq(refused.document),
                hash=refused.entry.hash if refused.entry else "",
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


def _seq(document: Any) -> int | None:
    seq = document.get("seq") if isinstance(document, dict) else None
    return seq if type(seq) is int and 0 < seq < 2**53 else None


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
        except EntryFormatError as error:
            batch.refused.append(_Refused(document, str(error), Trouble.UNREADABLE))
        except ChainError as error:
            batch.refused.append(_Refused(document, str(error), Trouble.SIGNATURE))
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
    forked = _Fork(enrolment, key)
    for entry, document in entries:
        if known.get(entry.seq) == entry.hash:
            continue
        if entry.seq > seq + 1:
            if forked.goes_on_with(entry):
                if not forked.holds(entry):
                    reason = f"entry {entry.seq}: follows an entry of a second branch of the journal"
                    batch.alarm = batch.alarm or "The journal has two branches: its key is in use twice."
                    batch.refused.append(_Refused(document, reason, Trouble.FORK, entry))
                continue
            batch.need = seq + 1
            break
        try:
            if entry.seq <= seq:
                raise ChainError(Fault.PREVIOUS, entry.seq, "head office holds another entry with this number")
            check_next(head, seq, entry, key)
        except ChainError as error:
            if error.kind is Fault.PREVIOUS and is_genuine(entry, key):
                if not forked.holds(entry):
                    text = f"The journal has two branches at entry {entry.seq}: its key is in use twice."
                    batch.alarm = batch.alarm or text
                    batch.refused.append(_Refused(document, str(error), Trouble.FORK, entry))
                forked.hashes.add(entry.hash)
                continue
            trouble = Trouble.UNREADABLE if error.kind is Fault.FORMAT else Trouble.SIGNATURE
            batch.refused.append(_Refused(document, str(error), trouble))
            if entry.seq == seq + 1:
                break
            continue
        batch.fresh.append(entry)
        known[entry.seq] = entry.hash
        seq, head = entry.head
    return batch


class _Fork:
    """What a copy of the terminal wrote: its branch is kept whole, so that it can be taken in later.

    What of it is kept already, in quarantine or under an epoch of its own, is no news and no reason for an alarm.
    """

    def __init__(self, enrolment: Enrolment, key: PublicKey) -> None:
        self._enrolment, self._key = enrolment, key
        self.hashes: set[str] = set()
        """Of entries of this message that belong to a branch."""

    def goes_on_with(self, entry: Entry) -> bool:
        """Whether a genuine entry follows one of a branch."""
        if entry.prev_hash not in self.hashes and not self._is_kept(entry.prev_hash):
            return False
        if not is_genuine(entry, self._key):
            return False
        self.hashes.add(entry.hash)
        return True

    def holds(self, entry: Entry) -> bool:
        """Whether this very entry of a branch is kept already."""
        return self._is_kept(entry.hash)

    def _is_kept(self, hash: str) -> bool:
        terminal = self._enrolment.terminal
        waiting = Quarantine.objects.filter(terminal=terminal.code, hash=hash, trouble=Trouble.FORK)
        branches = Enrolment.objects.filter(branch_of=self._enrolment).values("epoch")
        taken_in = JournalEntry.objects.filter(terminal=terminal, epoch__in=branches, hash=hash)
        return waiting.exists() or taken_in.exists()


def is_genuine(entry: Entry, key: PublicKey) -> bool:
    """Whether the entry was signed by the terminal's key, wherever in the chain it belongs."""
    try:
        check_next(entry.prev_hash, entry.seq - 1, entry, key)
    except ChainError:
        return False
    return True


def _insert(terminal: Terminal, entries: Sequence[Entry]) -> None:
    texts = {entry.seq: quarantine.entry_text(entry.to_json_dict()) for entry in entries}
    insert(
        [
            JournalEntry(
                terminal=terminal,
                epoch=entry.epoch,
                seq=entry.seq,
                kind=entry.kind,
                hash=entry.hash,
                raw=texts[entry.seq],
            )
            for entry in entries
        ]
    )
    unreadable: list[tuple[Entry, Unreadable]] = []
    readings: list[Reading] = []
    for entry in entries:
        try:
            reading = read(entry)
        except Unreadable as error:
            unreadable.append((entry, error))
        else:
            readings += [reading] if reading else []
    ingest = Ingest(terminal, readings)
    sound: list[Reading] = []
    for reading in readings:
        try:
            ingest.check(reading)
        except Unreadable as error:
            unreadable.append((reading.entry, error))
        else:
            sound.append(reading)
    unreadable += _write(ingest, sound)
    for entry, error in unreadable:
        log.warning("terminal %s epoch %d entry %d: quarantined: %s", terminal.code, entry.epoch, entry.seq, error)
        quarantine.put(
            texts[entry.seq],
            str(error),
            error.trouble,
            terminal=terminal.code,
            epoch=entry.epoch,
            seq=entry.seq,
            hash=entry.hash,
            passed=True,
        )


def _write(ingest: Ingest, readings: Sequence[Reading]) -> list[tuple[Entry, Unreadable]]:
    """Write all at once; when the database refuses a value, one by one. Returns what it refused."""
    if not readings:
        return []
    try:
        with transaction.atomic():
            ingest.write(readings)
    except BAD_VALUES as error:
        if len(readings) == 1:
            return [(readings[0].entry, refused_by_database(error))]
        return [refused for reading in readings for refused in _write(ingest, [reading])]
    return []
