"""The model's promises, kept by the real classes: journal, uplink and marks here, intake, answers and backups there.

Between them lies no broker but two lists of messages, from which anything may be lost, repeated or taken out of turn.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from journal.keys import SigningKey
from journal.store import Journal
from mqtt_bridge import wire
from mqtt_bridge.journal_tail import JournalTail
from mqtt_bridge.marks import Marks
from mqtt_bridge.uplink import AckTiming, Uplink
from server.backup import sqlite
from server.backup.taking import record_horizon
from server.core.keys import HeadOfficeKeys
from server.fleet.enrolment import enrol
from server.fleet.models import Enrolment
from server.sales.models import Ticket
from server.spool import answers
from server.spool.intake import take_in
from server.spool.models import JournalEntry, Quarantine
from tests.server.conftest import NOON, TODAY, House, Till

TOPPED_UP_MINOR = 2000
LONGEST_CALM = 100


@dataclass
class World:
    """What stays the same from one attempt to the next; `pristine` is the database before anybody sold anything."""

    keys: HeadOfficeKeys
    house: House
    database: Path
    pristine: Path


class Delivery(RuleBasedStateMachine):
    """One terminal and its head office, with everything that may befall them as a rule."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="delivery-"))
        self._put_back(self.world.pristine)
        key = SigningKey.generate()
        self.enrolment = enrol(
            {"terminal": "till-1", "public_key": key.public.to_base64()}, self.world.keys, self.world.house.store.code
        )
        path = self.folder / "journal.sqlite"
        Journal.create(path, "till-1", 1, key)
        self.journal = Journal.open(path, key, business_day=TODAY, now_utc=NOON, software="test", reserve_bytes=65536)
        self.printer = Till("till-1", 1, key, self.world.house)
        self.hashes = [self.journal.head.hash]
        self.pruned = self.ever = 0
        self.restored = self.talking = False
        self.backup: Path | None = None
        self.backup_upto = 0
        self.ups: list[tuple[str, bytes]] = []
        self.acks: list[bytes] = []
        self.now_s = 0.0
        self._start_bridge()

    @initialize()
    def greet(self) -> None:
        self.ask()

    # The terminal

    @rule(quantity=st.integers(1, 2))
    def sell(self, quantity: int) -> None:
        payload = self.printer.ticket(self.world.house.anna, quantity)
        entry = self.journal.append("ticket", payload, now_utc=NOON, business_day=TODAY)
        self.hashes.append(entry.hash)

    @rule()
    def ask(self) -> None:
        self.ups.append(("ask", wire.encode(self.uplink.begin(self.now_s, 0))))
        self.restored, self.talking = False, True

    @precondition(lambda self: self.talking)
    @rule()
    def send(self) -> None:
        message = self.uplink.next_message(self.now_s)
        if message is not None:
            self.ups.append(("up", message))

    @rule()
    def kill_bridge(self) -> None:
        self.tail.close()
        self.marks.close()
        self._start_bridge()
        self.talking = False

    @precondition(lambda self: self._horizon() > self.pruned)
    @rule()
    def prune(self) -> None:
        limit = min(self._horizon(), self.journal.head.seq - 1)
        if limit > self.pruned:
            self.journal.prune(limit, now_utc=NOON)
            self.pruned = limit

    # Between them

    @precondition(lambda self: self.talking)
    @rule()
    def all_goes_well_for_a_while(self) -> None:
        while self.acks or self.ups or (message := self.uplink.next_message(self.now_s)) is not None:
            if self.acks:
                self.uplink.on_ack(self.acks.pop(0), self.now_s)
            elif self.ups:
                self.acks.append(self._receive(*self.ups.pop(0)))
            elif message is not None:
                self.ups.append(("up", message))

    @precondition(lambda self: self.ups)
    @rule(which=st.integers(0, 9), again=st.booleans(), killed=st.booleans())
    def up_arrives(self, which: int, again: bool, killed: bool) -> None:
        """`killed`: head office commits and dies before it has said so."""
        which %= len(self.ups)
        leaf, payload = self.ups[which] if again else self.ups.pop(which)
        ack = self._receive(leaf, payload)
        if not killed:
            self.acks.append(ack)

    @precondition(lambda self: self.acks and self.talking)
    @rule(which=st.integers(0, 9), again=st.booleans())
    def ack_arrives(self, which: int, again: bool) -> None:
        which %= len(self.acks)
        self.uplink.on_ack(self.acks[which] if again else self.acks.pop(which), self.now_s)

    @precondition(lambda self: self.ups)
    @rule(which=st.integers(0, 9))
    def up_is_lost(self, which: int) -> None:
        del self.ups[which % len(self.ups)]

    @precondition(lambda self: self.acks)
    @rule(which=st.integers(0, 9))
    def ack_is_lost(self, which: int) -> None:
        del self.acks[which % len(self.acks)]

    # Head office

    @rule()
    def take_backup(self) -> None:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        reach = sqlite.dump(self.world.database, folder / sqlite.DUMP)
        record_horizon(reach)
        self.backup, self.backup_upto = folder / sqlite.DUMP, reach[0].upto

    @precondition(lambda self: self.backup)
    @rule()
    def restore_backup(self) -> None:
        assert self.backup is not None
        self._put_back(self.backup)
        self.restored = True

    # What holds at every moment

    @invariant()
    def nothing_is_lost_and_nothing_counts_twice(self) -> None:
        held = dict(JournalEntry.objects.values_list("seq", "hash"))
        upto = self._upto()
        assert held == {seq: self.hashes[seq - 1] for seq in range(1, upto + 1)}
        assert self.pruned <= upto, "neither in the journal nor at head office"
        assert self.pruned <= self.backup_upto, "pruned, and in no backup"
        assert not Quarantine.objects.exists()
        anna = self.world.house.anna
        anna.refresh_from_db()
        sold = sum(Ticket.objects.values_list("total_minor", flat=True))
        assert Ticket.objects.count() == max(0, upto - 1)
        assert anna.balance_minor == TOPPED_UP_MINOR - sold == sum(entry.amount_minor for entry in anna.ledger.all())

    @invariant()
    def a_mark_claims_what_was_committed(self) -> None:
        self.ever = max(self.ever, self._upto())
        assert self.uplink.upto <= self.ever
        assert self._horizon() <= self._upto()
        assert not self.uplink.halted, self.uplink.halted
        if self.talking and not self.restored and self.uplink.upto > self._upto():
            # Only before the first answer of a conversation may the mark be one of an earlier one.
            assert self.uplink.next_message(self.now_s) is None

    def teardown(self) -> None:
        """In a calm everything arrives, whatever happened before."""
        try:
            self._calm()
        finally:
            self.journal.close()
            self.tail.close()
            self.marks.close()
            shutil.rmtree(self.folder)

    def _calm(self) -> None:
        self.ups.clear()
        self.acks.clear()
        self.ask()
        for _ in range(LONGEST_CALM):
            while (message := self.uplink.next_message(self.now_s)) is not None:
                self.ups.append(("up", message))
            if not self.ups:
                break
            for leaf, payload in self.ups:
                self.uplink.on_ack(self._receive(leaf, payload), self.now_s)
            self.ups.clear()
        head = self.journal.head
        assert (self.uplink.upto, self._upto()) == (head.seq, head.seq)
        self.nothing_is_lost_and_nothing_counts_twice()

    def _start_bridge(self) -> None:
        self.marks = Marks(self.folder / "bridge.sqlite")
        self.tail = JournalTail(self.folder / "journal.sqlite", "till-1", 1)
        self.uplink = Uplink(self.enrolment, self.tail, self.marks, lambda _news: None, AckTiming())

    def _receive(self, leaf: str, payload: bytes) -> bytes:
        """What the spool does with a message: commit, then say so."""
        if leaf == "ask":
            met = answers.meet(wire.decode(wire.Ask, payload))
            assert met is not None
            return wire.encode(answers.acknowledge(met, self.world.keys))
        up = wire.decode(wire.Up, payload)
        taken = take_in(up.terminal, up.epoch, up.entries)
        assert taken.enrolment is not None
        return wire.encode(answers.acknowledge(taken.enrolment, self.world.keys, taken.need))

    def _upto(self) -> int:
        return Enrolment.objects.get(terminal__code="till-1").upto

    def _horizon(self) -> int:
        """How far the terminal may prune: what the newest acknowledgement it believed says of backups."""
        document = self.marks.newest(1)
        return msgspec.convert(document, wire.Ack).backed_up if document else 0

    def _put_back(self, copy: Path) -> None:
        connection.close()
        aside = self.folder / f"aside-{len(list(self.folder.iterdir()))}"
        sqlite.restore(copy, self.world.database, aside, [])


@pytest.fixture
def world(transactional_db: None, keys: HeadOfficeKeys, house: House, tmp_path: Path) -> World:
    if connection.vendor != "sqlite":
        pytest.skip("restores by putting a file in the place of another")
    database = Path(connection.settings_dict["NAME"])
    pristine = tmp_path / "pristine.sqlite3"
    sqlite.dump(database, pristine)
    return World(keys, house, database, pristine)


def attempt(machine: type[Delivery], world: World, attempts: int, *, always_the_same: bool = False) -> None:
    """Try random schedules. Raises AssertionError when one of them breaks a promise."""
    machine.world = world
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=attempts,
            stateful_step_count=30,
            deadline=None,
            database=None,
            derandomize=always_the_same,
            phases=[Phase.generate] if always_the_same else [Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_everything_arrives_once(world: World) -> None:
    attempt(Delivery, world, 15)


class PrunesAtTheMark(Delivery):
    """What is acknowledged is taken to be safe."""

    def _horizon(self) -> int:
        return self.uplink.upto


class AcknowledgesBeforeTheCommit(Delivery):
    """Head office says it has entries, and dies before it has."""

    def _receive(self, leaf: str, payload: bytes) -> bytes:
        with transaction.atomic():
            ack = super()._receive(leaf, payload)
            transaction.set_rollback(leaf == "up")
        return ack


@pytest.mark.parametrize("mistaken", [PrunesAtTheMark, AcknowledgesBeforeTheCommit])
def test_a_mistake_would_be_noticed(world: World, mistaken: type[Delivery]) -> None:
    with pytest.raises(AssertionError):
        attempt(mistaken, world, 300, always_the_same=True)
