"""Everything that can happen to a few entries on their way is looked at; and each way to get the protocol wrong is found."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.model.protocol import Rules
from tests.model.search import search


class Mistake(NamedTuple):
    """A wrong protocol, what is seen to go wrong with it, and a step that must be part of the shortest way there."""

    name: str
    rules: Rules
    problem: str
    step: str


SMALL = {"ups": 1, "acks": 1}
MISTAKES = (
    Mistake(
        "ack_before_commit",
        Rules(ack_before_commit=True, **SMALL),
        "the mark claims entry 1, which was never committed",
        "entry 1 arrives and is acknowledged",
    ),
    Mistake(
        "delete_on_puback",
        Rules(delete_on_puback=True, **SMALL),
        "entry 1 is lost: neither in the journal nor at head office",
        "the terminal sends entry 1",
    ),
    Mistake(
        "lower_mark_ignored",
        Rules(ignore_lower_mark=True, **SMALL),
        "'complete up to 1' is shown in a conversation in which head office never went beyond 0",
        "head office is restored from its backup up to entry 0",
    ),
    Mistake(
        "nonce_ignored",
        Rules(ignore_nonce=True, **SMALL),
        "'complete up to 1' is shown in a conversation in which head office never went beyond 0",
        "'committed up to 1' of an earlier conversation arrives",
    ),
    Mistake(
        "prune_at_the_mark",
        Rules(prune_at_mark=True, **SMALL),
        "an entry was pruned that is in no backup",
        "the terminal prunes up to entry 1",
    ),
    Mistake(
        "never_ask_when_quiet",
        Rules(never_ask_when_quiet=True, **SMALL),
        "from here on nothing is ever delivered",
        "head office is restored from its backup up to entry 0",
    ),
    Mistake(
        "insert_again",
        Rules(insert_again=True, **SMALL),
        "an entry is booked twice",
        "entry 1 arrives and is committed, and will again",
    ),
    Mistake(
        "restore_an_older_backup_than_the_newest",
        Rules(restore_any_backup=True, **SMALL),
        "the terminal may prune entry 1, which head office does not hold",
        "head office is restored from its backup up to entry 0",
    ),
)


@pytest.mark.parametrize(
    "rules",
    [
        Rules(entries=3, ups=1, acks=1),
        Rules(entries=3, ups=1, acks=1, window=1),
        Rules(entries=2, ups=2, acks=1),
        Rules(entries=2, ups=1, acks=2),
    ],
    ids=lambda rules: f"{rules.entries} entries, {rules.ups} up, {rules.acks} down, window {rules.window}",
)
def test_whatever_happens_nothing_is_lost_nothing_counts_twice_and_delivery_stays_possible(rules: Rules) -> None:
    found = search(rules)
    print(found)
    assert found.problem == "", str(found)
    assert found.states > 10_000


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_wrong_protocol_is_found_out(mistake: Mistake) -> None:
    found = search(mistake.rules)
    print(found)
    assert found.problem == mistake.problem
    assert mistake.step in found.trace
