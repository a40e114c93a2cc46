"""The acknowledgement protocol, small enough to look at everything that can happen.

One terminal, one head office, a channel each way that loses, repeats and reorders, and faults of both ends. Entries are
numbered from 1 and what a chain of hashes is for is left out: here nobody forges or copies a journal.

A nonce is either that of the terminal's newest conversation or a stale one: nonces never come again, so the rest of a
value says nothing. The numbers of acknowledgements are left out: they only make a terminal pass over some, and any
acknowledgement may get lost here anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Up(NamedTuple):
    """Entries `first` to `last`."""

    first: int
    last: int


class Ask(NamedTuple):
    """Where do you stand? `fresh`: it carries the nonce of the terminal's newest conversation."""

    fresh: bool


class Ack(NamedTuple):
    """Committed up to `upto`, in a finished backup up to `backed_up`."""

    fresh: bool
    upto: int
    backed_up: int


class Office(NamedTuple):
    """Head office's database. `counts[i]`: how often entry i + 1 was booked."""

    counts: tuple[int, ...]
    fresh: bool = False

    @property
    def upto(self) -> int:
        """The last entry without a gap before it."""
        return next((i for i, count in enumerate(self.counts) if not count), len(self.counts))


class State(NamedTuple):
    """Everything at one moment. `restored` and `ever` are for the observer: nobody in the protocol knows them."""

    head: int
    pruned: int
    mark: int
    horizon: int
    talking: bool
    answered: bool
    cursor: int
    office: Office
    backup: Office | None
    older_backup: Office | None
    to_commit: Up | None
    to_say: Ack | None
    ups: frozenset[Up | Ask]
    acks: frozenset[Ack]
    restored: bool
    ever: int


class Step(NamedTuple):
    """What happens, and what is then. `fault`: the protocol may not count on it, nor on being spared it."""

    what: str
    state: State
    fault: bool = False


@dataclass(frozen=True)
class Rules:
    """The sizes to look at, and the mistakes to make on purpose."""

    entries: int = 2
    window: int = 2
    ups: int = 2
    acks: int = 2
    ack_before_commit: bool = False
    delete_on_puback: bool = False
    ignore_lower_mark: bool = False
    ignore_nonce: bool = False
    prune_at_mark: bool = False
    never_ask_when_quiet: bool = False
    insert_again: bool = False
    restore_any_backup: bool = False


def start(rules: Rules) -> State:
    """An empty journal, an empty database, nothing under way."""
    office = Office((0,) * rules.entries)
    return State(
        head=0, pruned=0, mark=0, horizon=0, talking=False, answered=False, cursor=0, office=office,
        backup=None, older_backup=None, to_commit=None, to_say=None, ups=frozenset(), acks=frozenset(),
        restored=False, ever=0,
    )  # fmt: skip


def wrong(state: State) -> str:
    """What must never be and is, "" when all is well."""
    upto = state.office.upto
    if max(state.office.counts, default=0) > 1:
        return "an entry is booked twice"
    if state.pruned > upto:
        return f"entry {upto + 1} is lost: neither in the journal nor at head office"
    if state.pruned > (state.backup.upto if state.backup else 0):
        return "an entry was pruned that is in no backup"
    if state.mark > state.ever:
        return f"the mark claims entry {state.mark}, which was never committed"
    if state.horizon > upto:
        return f"the terminal may prune entry {state.horizon}, which head office does not hold"
    if state.answered and not state.restored and state.mark > upto:
        return f"'complete up to {state.mark}' is shown in a conversation in which head office never went beyond {upto}"
    return ""


def is_delivered(state: State) -> bool:
    """Head office has every entry, and the terminal knows."""
    return state.office.upto == state.head == state.mark and state.to_commit is None


def steps(state: State, rules: Rules) -> Iterator[Step]:
    """Everything that can happen next."""
    yield from _terminal(state, rules)
    yield from _head_office(state, rules)
    yield from _faults(state, rules)


def _terminal(state: State, rules: Rules) -> Iterator[Step]:
    if state.head < rules.entries:
        yield Step(f"the terminal writes entry {state.head + 1}", state._replace(head=state.head + 1), fault=True)
    quiet = state.talking and state.answered and state.cursor <= state.mark
    if not (rules.never_ask_when_quiet and quiet) and len(state.ups) < rules.ups:
        yield Step("the terminal begins a conversation and asks", _begin(state))
    if state.talking and state.answered and len(state.ups) < rules.ups:
        room = state.mark + rules.window
        for last in range(state.cursor + 1, min(state.head, room) + 1):
            up = Up(state.cursor + 1, last)
            after = state._replace(cursor=last, ups=state.ups | {up})
            if rules.delete_on_puback:
                after = after._replace(pruned=last)
            yield Step(f"the terminal sends {_range(up)}", after)
    for ack in state.acks:
        taken = state._replace(acks=state.acks - {ack})
        yield Step(f"{_told(ack)} arrives", _believe(taken, ack, rules))
        yield Step(f"{_told(ack)} arrives, and will again", _believe(state, ack, rules), fault=True)
    limit = min(state.mark if rules.prune_at_mark else state.horizon, state.head - 1)
    if limit > state.pruned:
        yield Step(f"the terminal prunes up to entry {limit}", state._replace(pruned=limit), fault=True)


def _begin(state: State) -> State:
    """A new nonce: whatever was said with the one before is stale from now on."""
    return state._replace(
        talking=True,
        answered=False,
        cursor=state.mark,
        restored=False,
        office=state.office._replace(fresh=False),
        backup=state.backup and state.backup._replace(fresh=False),
        older_backup=state.older_backup and state.older_backup._replace(fresh=False),
        to_say=state.to_say and state.to_say._replace(fresh=False),
        ups=frozenset(Ask(False) if isinstance(up, Ask) else up for up in state.ups) | {Ask(True)},
        acks=frozenset(ack._replace(fresh=False) for ack in state.acks),
    )


def _believe(state: State, ack: Ack, rules: Rules) -> State:
    if not state.talking or not (ack.fresh or rules.ignore_nonce):
        return state
    if rules.ignore_lower_mark and ack.upto < state.mark:
        return state._replace(answered=True)
    back = not state.answered or ack.upto < state.mark or ack.upto > state.cursor
    return state._replace(
        mark=ack.upto,
        horizon=ack.backed_up,
        answered=True,
        cursor=ack.upto if back else state.cursor,
    )


def _head_office(state: State, rules: Rules) -> Iterator[Step]:
    if state.to_commit is not None:
        office = _take_in(state.office, state.to_commit, rules)
        after = state._replace(office=office, ever=max(state.ever, office.upto), to_commit=None)
        yield Step(f"head office commits {_range(state.to_commit)}", after)
        return
    if state.to_say is not None:
        if len(state.acks) < rules.acks:
            after = state._replace(acks=state.acks | {state.to_say}, to_say=None)
            yield Step(f"head office says {_told(state.to_say)}", after)
        return
    for message in state.ups:
        taken = state._replace(ups=state.ups - {message})
        yield from _receive(taken, message, rules, "")
        yield from _receive(state, message, rules, ", and will again")


def _receive(state: State, message: Up | Ask, rules: Rules, again: str) -> Iterator[Step]:
    if isinstance(message, Ask):
        office = state.office._replace(fresh=message.fresh)
        after = state._replace(office=office, to_say=_ack(state, office))
        yield Step(f"{_named(message)} arrives{again}", after, bool(again))
        return
    office = _take_in(state.office, message, rules)
    if not rules.ack_before_commit:
        after = state._replace(office=office, to_say=_ack(state, office), ever=max(state.ever, office.upto))
        yield Step(f"{_range(message)} arrives and is committed{again}", after, bool(again))
    elif len(state.acks) < rules.acks:
        after = state._replace(to_commit=message, acks=state.acks | {_ack(state, office)})
        yield Step(f"{_range(message)} arrives and is acknowledged{again}", after, bool(again))


def _take_in(office: Office, up: Up, rules: Rules) -> Office:
    """What follows the mark without a gap is booked, once; one transaction."""
    counts = list(office.counts)
    for seq in range(up.first, up.last + 1):
        follows = seq == 1 or counts[seq - 2] > 0
        if follows and (not counts[seq - 1] or rules.insert_again):
            counts[seq - 1] += 1
    return office._replace(counts=tuple(counts))


def _ack(state: State, office: Office) -> Ack:
    return Ack(office.fresh, office.upto, state.backup.upto if state.backup else 0)


def _faults(state: State, rules: Rules) -> Iterator[Step]:
    for message in state.ups:
        yield Step(f"{_named(message)} is lost", state._replace(ups=state.ups - {message}), fault=True)
    for ack in state.acks:
        yield Step(f"{_told(ack)} is lost", state._replace(acks=state.acks - {ack}), fault=True)
    if state.talking:
        yield Step("the bridge is killed", state._replace(talking=False, answered=False, cursor=state.mark), fault=True)
    if state.to_say or state.to_commit:
        dead = state._replace(to_say=None, to_commit=None)
        yield Step("head office is killed before it says or does more", dead, fault=True)
        return
    backed_up = state.office.upto
    if state.backup is None or state.backup.upto < backed_up:
        yield Step(
            f"head office finishes a backup up to entry {backed_up}",
            state._replace(
                backup=state.office,
                older_backup=state.backup if rules.restore_any_backup else None,
            ),
            fault=True,
        )
    for copy in filter(None, (state.backup, state.older_backup)):
        if copy != state.office:
            yield Step(
                f"head office is restored from its backup up to entry {copy.upto}",
                state._replace(office=copy, restored=True),
                fault=True,
            )


def _range(up: Up) -> str:
    return f"entry {up.first}" if up.first == up.last else f"entries {up.first} to {up.last}"


def _named(message: Up | Ask) -> str:
    if isinstance(message, Ask):
        return "the question" if message.fresh else "the question of an earlier conversation"
    return _range(message)


def _told(ack: Ack) -> str:
    return f"'committed up to {ack.upto}'" + ("" if ack.fresh else " of an earlier conversation")
