"""Terminals that are cut off attack one account: the overdraft stays below credit limit + N x L, whatever they do.

Every terminal has a journal of its own, and sums what it spent from it as `appliance.store.accounts` does.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from journal.keys import SigningKey
from journal.store import Journal
from sales.account import account_key, local_key
from sales.offline import OfflineLimit, OfflinePolicy, check_offline
from sales.spending import InsufficientBalance

DAY, NOW = date(2026, 11, 20), datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
TERMINALS = 4
KEY = SigningKey.generate()

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sale"] * 5 + ["deliver", "replica", "replica_only", "top_up_here", "top_up_there"]),
        st.integers(0, TERMINALS - 1),
        st.integers(1, 2500),
    ),
    max_size=60,
)


@dataclass
class CutOff:
    """A terminal: its journal, and the picture of the account it was sent last with the mark that it contains."""

    journal: Journal
    balance_minor: int
    mark: int = 0
    delivered: int = 0

    def effective_minor(self) -> int:
        return self.balance_minor + self.journal.sum(account_key("anna"), above_seq=self.mark)

    def sell(self, amount_minor: int, policy: OfflinePolicy, credit_minor: int) -> None:
        try:
            check_offline(
                policy,
                balance_minor=self.effective_minor(),
                credit_limit_minor=credit_minor,
                spent_minor=self.journal.sum(local_key("anna"), above_seq=self.mark),
                amount_minor=amount_minor,
            )
        except (InsufficientBalance, OfflineLimit):
            return
        self.write(-amount_minor, amount_minor)

    def write(self, account_minor: int, local_minor: int = 0) -> None:
        deltas = [(account_key("anna"), account_minor), (local_key("anna"), local_minor)]
        self.journal.append("note", {}, deltas, now_utc=NOW, business_day=DAY)


@dataclass
class HeadOffice:
    """The true ledger of what has arrived."""

    balance_minor: int
    terminals: list[CutOff] = field(default_factory=list)

    def deliver(self, terminal: CutOff) -> None:
        """Everything the terminal has written arrives; nothing goes back yet."""
        self.balance_minor += terminal.journal.sum(account_key("anna"), above_seq=terminal.delivered)
        terminal.delivered = terminal.journal.head.seq

    def send_replica(self, terminal: CutOff) -> None:
        """The terminal gets the balance, with its mark from the same moment."""
        terminal.balance_minor, terminal.mark = self.balance_minor, terminal.delivered

    def true_minor(self) -> int:
        """What the account comes to once everything has arrived."""
        return self.balance_minor + sum(
            terminal.journal.sum(account_key("anna"), above_seq=terminal.delivered) for terminal in self.terminals
        )


@given(STEPS, st.integers(0, 6000), st.integers(0, 1000), st.integers(0, 3000))
@settings(max_examples=25, deadline=None)
def test_the_overdraft_stays_below_its_bound(
    steps: list[Step], balance_minor: int, credit_minor: int, limit_minor: int
) -> None:
    policy = OfflinePolicy(limit_minor=limit_minor)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        office = HeadOffice(balance_minor)
        for number in range(TERMINALS):
            path = folder / f"{number}.sqlite"
            Journal.create(path, f"till-{number}", 1, KEY)
            journal = Journal.open(path, KEY, business_day=DAY, now_utc=NOW, software="test", reserve_bytes=4096)
            office.terminals.append(CutOff(stack.enter_context(closing(journal)), balance_minor))
        for what, number, amount_minor in steps:
            terminal = office.terminals[number]
            match what:
                case "sale":
                    terminal.sell(amount_minor, policy, credit_minor)
                case "deliver":
                    office.deliver(terminal)
                case "replica":
                    office.deliver(terminal)
                    office.send_replica(terminal)
                case "replica_only":
                    office.send_replica(terminal)
                case "top_up_here":
                    terminal.write(amount_minor)
                case "top_up_there":
                    office.balance_minor += amount_minor
            assert -office.true_minor() <= credit_minor + TERMINALS * limit_minor
