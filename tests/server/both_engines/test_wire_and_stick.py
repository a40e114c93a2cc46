"""The same entries by wire and by stick, in any order, between a real bridge, a real broker and a running spool."""

import itertools
import json
from contextlib import ExitStack, closing
from enum import StrEnum

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.store.proof import newest_proof
from appliance.store.sticks import StickError, accept_proof, write_to_stick
from mqtt_bridge import local_socket, wire
from mqtt_bridge.local_socket import Alarm
from mqtt_bridge.transfer import TransferMode, TransferPlan
from server.fleet.enrolment import enrol
from server.spool.archives import begin, carry_out, opened, proof
from server.spool.models import JournalEntry, Quarantine
from tests.mqtt_bridge.terminal import NOW, Till
from tests.waiting import wait_until

numbers = itertools.count(1)


class Step(StrEnum):
    """What happens next to a terminal."""

    SELL = "sell"
    SEND = "send"
    CARRY = "carry to head office and back"
    FORGET = "carry to head office and lose the proof"
    LATE = "accept the oldest proof that is at hand"
    RESTART = "restart the bridge"
    BREAK = "kill the broker and start it again"


class Mixed:
    """A terminal that sends by hand only, and somebody with a stick."""

    def __init__(self, folder, port, keys, store) -> None:
        self.name = f"kiosk-{next(numbers)}"
        self.till = Till(folder / self.name, self.name)
        self.till.key.save(self.till.folder / "journal.key")
        request = {"terminal": self.name, "public_key": self.till.key.public.to_base64()}
        enrolment = enrol(request, keys, store.code)
        self.enrolment = msgspec.structs.replace(enrolment, broker=wire.Broker(host="127.0.0.1", port=port))
        self.keys, self.proofs, self.stick = keys, [], folder / f"stick-{self.name}"
        self.stick.mkdir()
        self.start()

    def start(self) -> None:
        self.till.start_bridge(self.enrolment, transfer=TransferPlan(TransferMode.BY_HAND))

    def sell(self, count: int) -> None:
        for number in range(count):
            self.till.journal.append("open", {"run_id": str(number)}, {}, now_utc=NOW, business_day=NOW.date())

    def carry(self) -> None:
        """Take what is unsent to head office; the proof stays at hand."""
        written = write_to_stick(self.till.folder, self.enrolment, self.stick, NOW)
        if written is not None:
            with written.path.open("rb") as file, opened(file, self.keys) as delivery:
                row = begin(delivery, "somebody")
                carry_out(row, delivery)
            assert row.complete, row
            self.proofs.append(proof(row, self.keys))

    def accept(self, document) -> None:
        path = self.stick / "proof.json"
        path.write_text(json.dumps(document))
        before = self.mark()
        accept_proof(self.till.folder, self.enrolment, path, wait_s=0)
        assert self.mark() >= before

    def mark(self) -> int:
        known = newest_proof(self.till.folder, self.enrolment, 1)
        return known.acknowledged.seq if known else 0

    def delivered(self) -> bool:
        self.till.socket.send(local_socket.Send())
        return self.mark() == self.till.journal.head.seq

    def close(self) -> None:
        self.till.close()


@pytest.mark.timeout(600)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(Step), min_size=4, max_size=10))
def test_every_entry_is_there_once(spool, broker, keys, house, tmp_path, steps) -> None:
    with ExitStack() as stack:
        one = stack.enter_context(closing(Mixed(tmp_path, broker.port, keys, house.store)))
        for step in steps:
            one.sell(17)
            match step:
                case Step.SEND:
                    one.till.socket.send(local_socket.Send())
                case Step.CARRY:
                    one.carry()
                    for document in one.proofs[-1:]:
                        one.accept(document)
                case Step.FORGET:
                    one.carry()
                case Step.LATE:
                    for document in one.proofs[:1]:
                        one.accept(document)
                case Step.RESTART:
                    one.till.stop_bridge()
                    one.start()
                case Step.BREAK:
                    broker.kill()
                    broker.start()
        wait_until(one.delivered, "everything is delivered", 60.0)

        held = JournalEntry.objects.filter(terminal__code=one.name).order_by("seq").values_list("seq", "hash")
        assert list(held) == [(entry.seq, entry.hash) for entry in one.till.journal.entries(0, 10_000)]
        assert not Quarantine.objects.exists()
        # No web serves the revision here.
        assert all("revision not installed" in alarm.text for alarm in one.till.news(Alarm))


def test_a_proof_for_another_terminal_moves_nothing(spool, broker, keys, house, tmp_path) -> None:
    with ExitStack() as stack:
        one, two = (stack.enter_context(closing(Mixed(tmp_path, broker.port, keys, house.store))) for _ in range(2))
        one.sell(3)
        one.carry()
        with pytest.raises(StickError, match="the proof is for terminal"):
            two.accept(one.proofs[0])
        assert two.mark() == 0
