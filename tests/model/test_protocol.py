"""Everything that can happen to a few entries on their way is looked at; and each way to get the protocol wrong is found."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.model.protocol import Rules
from tests.model.search import search


class Mistake(NamedTuple):
    """The rule that is broken, what is seen to go wrong, and a step that must be part of the shortest way there."""

    rule: str
    problem: str
    step: str

    @property
    def rules(self) -> Rules:
        """The smallest house in which it is seen."""
        return Rules(ups=1, acks=1, **{self.rule: True})


NEVER_COMPLETE = "'complete up to 1' is shown in a conversation in which head office never went beyond 0"
RESTORED = "head office is restored from its backup up to entry 0"
MISTAKES = (
    Mistake(
        "ack_before_commit",
        "the mark claims entry 1, which was never committed",
        "entry 1 arrives and is acknowledged",
    ),
    Mistake(
        "delete_on_puback",
        "entry 1 is lost: neither in the journal nor at head office",
        "the terminal sends entry 1",
    ),
    Mistake("ignore_lower_mark", NEVER_COMPLETE, RESTORED),
    Mistake("ignore_nonce", NEVER_COMPLETE, "'committed up to 1' of an earlier conversation arrives"),
    Mistake("prune_at_mark", "an entry was pruned that is in no backup", "the terminal prunes up to entry 1"),
    Mistake("never_ask_when_quiet", "from here on nothing is ever delivered", RESTORED),
    Mistake("insert_again", "an entry is booked twice", "entry 1 arrives and is committed, and will again"),
    Mistake("restore_any_backup", "the terminal may prune entry 1, which head office does not hold", RESTORED),
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


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.rule)
def test_a_wrong_protocol_is_found_out(mistake: Mistake) -> None:
    found = search(mistake.rules)
    print(found)
    assert found.problem == mistake.problem
    assert mistake.step in found.trace
