"""Branches: what a copy of a terminal's disk wrote with the terminal's own key, after the two had parted.

The sales of a copy are real. They bear the numbers of a journal that head office holds another version of, so they are
kept under an epoch of their own, opened for the branch, and count there once. The chain of a branch is checked like any:
its first entry follows one that head office holds, every other the one before it.
"""

import json
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from journal.entry import Entry, EntryFormatError
from journal.keys import PublicKey
from sales.kinds import TicketKind
from sales.order_state import OrderState
from sales.ticket import Ticket as Sale
from sales.ticket import TicketRef
from server.fleet.enrolment import next_epoch
from server.fleet.models import FIRST_HASH, Enrolment, Terminal
from server.sales.models import Ticket
from server.spool.intake import is_genuine
from server.spool.kinds import BAD_VALUES, Ingest, Reading, Unreadable, read
from server.spool.models import JournalEntry, Quarantine
from server.spool.quarantine import LONGEST_REASON
from server.spool.reading import refused_by_database


def take_in_branch(item: Quarantine) -> Unreadable | None:
    """Take in a genuine entry of a second branch of a journal, within the current transaction, once.

    Returns None when that is done. An entry of the chain that cannot be read is kept as part of it, and its item stays in
    quarantine under the branch's epoch; the reason is returned. Raises Unreadable, with nothing done, when it is not
    genuine or the entry before it is not here yet.
    """
    try:
        entry = Entry.from_json_dict(json.loads(item.raw))
    except (EntryFormatError, ValueError) as error:
        raise Unreadable(str(error)) from error
    # Enrolment, terminal, accounts: locked in the order of the intake, which goes on meanwhile.
    journal = Enrolment.objects.filter(terminal__code=item.terminal, epoch=item.epoch, branch_of=None)
    origin = journal.select_for_update(of=("self",)).first()
    # Whoever opens an epoch for this terminal waits here for whoever does so already.
    terminal = (
        Terminal.objects.select_for_update(of=("self",)).select_related("store").filter(code=item.terminal).first()
    )
    if terminal is None or origin is None or (entry.terminal, entry.epoch) != (terminal.code, origin.epoch):
        raise Unreadable(_("The entry is not of an enrolment of this terminal."))
    if not is_genuine(entry, PublicKey.from_base64(str(origin.public_key))):
        raise Unreadable(_("The entry is not signed with this terminal's key."))
    if JournalEntry.objects.filter(terminal=terminal, hash=entry.hash).exists():
        return None
    branch = _branch_of(entry, terminal, origin)
    JournalEntry.objects.create(
        terminal=terminal, epoch=branch.epoch, seq=entry.seq, kind=entry.kind, hash=entry.hash, raw=item.raw
    )
    branch.upto, branch.head_hash, branch.head_seq = entry.seq, entry.hash, entry.seq
    branch.save(update_fields=["upto", "head_hash", "head_seq"])
    try:
        write_entry(entry, branch)
    except Unreadable as error:
        Quarantine.objects.filter(pk=item.pk).update(
            epoch=branch.epoch, trouble=error.trouble, reason=str(error)[:LONGEST_REASON], passed=True
        )
        return error
    return None


def write_entry(entry: Entry, enrolment: Enrolment) -> None:
    """Add the rows of a kept entry of an enrolment or branch, within the current transaction. Raises Unreadable."""
    reading = read(entry)
    if reading is None:
        return
    if enrolment.branch_of:
        reading = Reading(replace(entry, epoch=enrolment.epoch), _renumbered(reading.record, enrolment))
    ingest = Ingest(enrolment.terminal, [reading])
    ingest.check(reading)
    try:
        with transaction.atomic():
            ingest.write([reading])
    except BAD_VALUES as error:
        raise refused_by_database(error) from error


def _branch_of(entry: Entry, terminal: Terminal, origin: Enrolment) -> Enrolment:
    """The branch that ends where `entry` goes on, or a new one that begins with it."""
    family = Enrolment.objects.filter(branch_of=origin).select_related("terminal__store", "branch_of")
    found = family.filter(upto=entry.seq - 1, head_hash=entry.prev_hash).first()
    if found:
        return found
    epochs = [origin.epoch, *family.values_list("epoch", flat=True)]
    before = JournalEntry.objects.filter(terminal=terminal, epoch__in=epochs, seq=entry.seq - 1, hash=entry.prev_hash)
    if not before.exists() and (entry.seq, entry.prev_hash) != (1, FIRST_HASH):
        raise Unreadable(_("Entry %(seq)d of this branch is not here yet.") % {"seq": entry.seq - 1})
    if (origin.upto, origin.head_hash) == (entry.seq - 1, entry.prev_hash):
        raise Unreadable(_("This entry follows the last one held; the terminal sends it again by itself."))
    return Enrolment.objects.create(
        terminal=terminal, epoch=next_epoch(terminal), branch_of=origin, branched_after=entry.seq - 1
    )


def _renumbered(record: Any, branch: Enrolment) -> Any:
    """The record, naming by the branch's epoch what was sold in the branch itself."""

    def own(ref: TicketRef) -> TicketRef:
        sold = Ticket.objects.filter(
            terminal__code=ref.terminal, epoch=branch.epoch, number=ref.number, kind=TicketKind.SALE.value
        )
        here = (ref.terminal, ref.epoch) == (branch.terminal.code, branch.branch_of.epoch) and sold.exists()
        return replace(ref, epoch=branch.epoch) if here else ref

    if isinstance(record, Sale) and record.reverses:
        return replace(record, reverses=own(record.reverses))
    if isinstance(record, OrderState):
        return replace(record, of=own(record.of))
    return record
