"""What somebody does with quarantined entries: take them in again, take in a copy's branch, or set them aside.

Nothing here moves a mark or asks a terminal for anything, so the stream never waits for a decision.
"""

import json
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from journal.entry import Entry, EntryFormatError
from server.core.models import raise_counter
from server.fleet.models import Enrolment
from server.guests.models import ACCOUNTS
from server.spool.branches import take_in_branch, write_entry
from server.spool.kinds import Unreadable
from server.spool.models import Decision, JournalEntry, Quarantine, Trouble

LONGEST_PROBLEM = 500


def possible(item: Quarantine) -> list[Decision.Action]:
    """Return what can be done with an entry, the best first; nothing once it was taken in.

    What was set aside can still be taken in.
    """
    if item.trouble == Trouble.FORK and item.hash and not item.passed:
        take_in = [Decision.Action.BRANCH]
    elif item.passed or _is_held(item):
        take_in = [Decision.Action.TAKE_IN]
    else:
        take_in = []
    if item.resolved:
        return take_in if _was_set_aside(item) else []
    return [*take_in, Decision.Action.SET_ASIDE]


def decide(items: Iterable[Quarantine], action: Decision.Action, by: str, note: str = "") -> list[Decision]:
    """Do with each entry what `action` says, in the order in which they were written, and keep who decided so.

    An entry with which it cannot be done stays where it is; its decision says why in `problem`. Raises ValueError when
    something is set aside without a note.
    """
    if action is Decision.Action.SET_ASIDE and not note.strip():
        raise ValueError(_("Say why it is set aside."))
    return [_decide(item, action, by, note.strip()) for item in in_order(items)]


def in_order(items: Iterable[Quarantine]) -> list[Quarantine]:
    """Return entries in the order in which they were written, journal by journal."""
    return sorted(items, key=lambda item: (item.terminal, item.epoch or 0, item.seq or 0, item.pk))


def _decide(item: Quarantine, action: Decision.Action, by: str, note: str) -> Decision:
    problem = ""
    try:
        _settle(item, action)
    except Unreadable as error:
        problem = str(error)[:LONGEST_PROBLEM]
    return Decision.objects.create(item=item, by=by[:150], action=action, note=note, problem=problem)


def _settle(item: Quarantine, action: Decision.Action) -> None:
    with transaction.atomic():
        locked = Quarantine.objects.select_for_update().get(pk=item.pk)
        if action not in possible(locked):
            if locked.resolved:
                return
            raise Unreadable(_("This entry cannot be taken in that way."))
        problem = None
        if action is Decision.Action.BRANCH:
            problem = take_in_branch(locked)
        elif action is Decision.Action.TAKE_IN and locked.passed:
            _read_again(locked)
        if problem is None:
            # Terminals go on counting their own entries in quarantine, so they have to hear of this.
            raise_counter(ACCOUNTS)
            Quarantine.objects.filter(pk=item.pk).update(resolved=True)
    if problem:
        raise problem


def _read_again(item: Quarantine) -> None:
    try:
        entry = Entry.from_json_dict(json.loads(item.raw))
    except (EntryFormatError, json.JSONDecodeError) as error:
        raise Unreadable(str(error)) from error
    enrolment = Enrolment.objects.select_related("terminal__store").get(terminal__code=item.terminal, epoch=item.epoch)
    write_entry(entry, enrolment)


def _is_held(item: Quarantine) -> bool:
    """Whether the very same entry has come again since and was taken in."""
    held = JournalEntry.objects.filter(terminal__code=item.terminal, epoch=item.epoch, seq=item.seq)
    try:
        return any(json.loads(text) == json.loads(item.raw) for text in held.values_list("raw", flat=True))
    except ValueError:
        return False


def _was_set_aside(item: Quarantine) -> bool:
    last = item.decisions.filter(problem="").order_by("at", "pk").last()
    return last is not None and last.action == Decision.Action.SET_ASIDE
