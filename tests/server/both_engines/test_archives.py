"""What a terminal wrote to a stick is taken in once, whatever came by wire, and only what it wrote itself."""

import io
import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal.delivery import Refusal
from journal.keys import PublicKey, SigningKey, verify_document
from mqtt_bridge import wire
from server.fleet.models import Enrolment, Terminal
from server.sales.models import Ticket
from server.spool.archives import ArchiveRefused, Unwelcome, begin, carry_out, opened, proof
from server.spool.intake import take_in
from server.spool.models import ArchiveImport, JournalEntry, Quarantine, Trouble
from tests.server.stick import NONCE, archive


def bring(data: bytes, keys) -> ArchiveImport:
    with opened(io.BytesIO(data), keys) as delivery:
        row = begin(delivery, "somebody")
        carry_out(row, delivery)
    row.refresh_from_db()
    return row


def refusal(data: bytes, keys) -> object:
    with pytest.raises(ArchiveRefused) as caught, opened(io.BytesIO(data), keys):
        pass
    assert not ArchiveImport.objects.exists()
    return caught.value.reason


def held(till) -> list[int]:
    return list(
        JournalEntry.objects.filter(terminal__code=till.code, epoch=till.epoch)
        .order_by("seq")
        .values_list("seq", flat=True)
    )


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.REFECTORY_DATA = tmp_path / "data"


@pytest.fixture
def busy(till, house):
    """120 entries, 20 of them sales: 10 to each guest."""
    for number in range(119):
        if number % 6:
            till.write("open", {"run_id": str(number)})
        else:
            till.sell(house.anna if number % 12 else house.ben)
    return till


def test_everything_comes_by_stick(busy, keys, house, balance):
    row = bring(archive(busy, keys), keys)

    assert (row.new, row.known, row.aside, row.done, row.complete) == (120, 0, 0, 120, True)
    assert held(busy) == list(range(1, 121))
    assert balance(house.anna) == 2000 - 10 * 450
    answer = proof(row, keys)
    verify_document(keys.ack.public, wire.ACK_CONTEXT, answer)
    assert (answer["upto"], answer["head"], answer["nonce"]) == (120, busy.entries[-1].hash, NONCE)


def test_again_changes_nothing(busy, keys, house, balance):
    data = archive(busy, keys)
    bring(data, keys)
    before = balance(house.anna)

    row = bring(data, keys)

    assert (row.new, row.known, row.aside, row.complete) == (0, 120, 0, True)
    assert balance(house.anna) == before
    assert Ticket.objects.count() == 20


def test_what_came_by_wire_is_known_and_the_rest_is_new(busy, keys):
    take_in(busy.code, busy.epoch, busy.documents(1, 33))
    row = bring(archive(busy, keys, 21, 80), keys)
    assert (row.new, row.known, row.complete) == (47, 13, True)
    take_in(busy.code, busy.epoch, busy.documents(60, 109))
    assert held(busy) == list(range(1, 110))


def test_a_gap_is_said_and_closed_later(busy, keys):
    late = bring(archive(busy, keys, 51, 120), keys)
    assert (late.new, late.missing_from, late.missing_to, late.complete) == (0, 1, 50, False)
    assert proof(late, keys)["need"] == 1

    assert bring(archive(busy, keys, 1, 60), keys).complete
    again = bring(archive(busy, keys, 51, 120), keys)
    assert (again.new, again.known, again.complete) == (60, 10, True)


class Undo(Exception):
    """Ends an example without a trace."""


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 120), st.integers(1, 60)), max_size=8),
    st.randoms(use_true_random=False),
)
def test_wire_and_stick_in_any_order_give_every_sale_once(busy, keys, house, balance, pieces, order: random.Random):
    deliveries = [(stick, first, min(120, first + count - 1)) for stick, first, count in pieces]
    whole = [(stick, first, min(120, first + 39)) for first in range(1, 121, 40) for stick in (True, False)]
    mixed = deliveries + whole
    order.shuffle(mixed)
    with suppress(Undo), transaction.atomic():
        assert held(busy) == []
        for stick, first, last in [*mixed, *whole]:
            if stick:
                bring(archive(busy, keys, first, last), keys)
            else:
                take_in(busy.code, busy.epoch, busy.documents(first, last))
        assert held(busy) == list(range(1, 121))
        assert Ticket.objects.count() == 20
        assert not Quarantine.objects.exists()
        assert balance(house.anna) + balance(house.ben) == 2000 - 20 * 450
        raise Undo


def branch_of(till, length):
    """What a copy of the terminal's disk wrote after entry 40."""
    copy = replace(till, entries=till.entries[:40], number=1000)
    for _ in range(length):
        copy.sell(till.house.ben)
    return copy


def test_a_second_branch_goes_to_the_quarantine_whole(busy, keys, house):
    take_in(busy.code, busy.epoch, busy.documents(1, 50))
    take_in(busy.code, busy.epoch, busy.documents(51, 60))
    copy = branch_of(busy, 130)

    row = bring(archive(copy, keys, 31), keys)

    assert (row.new, row.known, row.aside, row.branch_seq, row.complete) == (0, 10, 130, 41, False)
    kept = Quarantine.objects.filter(trouble=Trouble.FORK)
    assert sorted(kept.values_list("hash", flat=True)) == sorted(entry.hash for entry in copy.entries[40:])
    assert held(busy) == list(range(1, 61))
    assert busy.enrolment.alarm
    assert proof(row, keys)["alarm"]

    row = bring(archive(busy, keys, 1), keys)
    assert (row.new, row.known, row.aside, row.complete) == (60, 60, 0, True)


def test_what_head_office_cannot_read_is_counted_and_passed(busy, keys):
    busy.write("ticket", {"nonsense": True})
    busy.sell(busy.house.anna)
    row = bring(archive(busy, keys), keys)
    assert (row.new, row.aside, row.complete) == (122, 1, True)
    assert proof(row, keys)["quarantined"] == [121]


def test_a_terminal_nobody_knows_is_refused(busy, keys):
    data = archive(busy, keys)
    Terminal.objects.filter(code=busy.code).update(code="till-7")
    assert refusal(data, keys) is Unwelcome.UNKNOWN


def test_another_epoch_is_refused(busy, keys):
    data = archive(busy, keys)
    Enrolment.objects.update(epoch=9)
    assert refusal(data, keys) is Unwelcome.UNKNOWN


def test_a_terminal_that_was_switched_off_is_refused(busy, keys):
    Terminal.objects.update(active=False)
    assert refusal(archive(busy, keys), keys) is Unwelcome.OUT_OF_FORCE
    assert not Quarantine.objects.exists()


def test_a_strangers_key_is_refused(busy, keys, make_till):
    assert refusal(archive(busy, keys, key=SigningKey.generate()), keys) is Refusal.NOT_GENUINE
    other = make_till("kiosk-2")
    assert refusal(archive(busy, keys, key=other.key), keys) is Refusal.NOT_GENUINE


@pytest.mark.parametrize(
    "changes",
    [
        {"terminal": "kiosk-2"},
        {"epoch": 2},
        {"first_seq": 2},
        {"last_seq": 119},
        {"recipient": "0" * 16},
        {"sha256": "0" * 64},
        {"nonce": "../../etc/passwd"},
        {"head": "x"},
        {"v": 2},
    ],
)
def test_a_statement_that_says_something_else_is_refused(busy, keys, changes):
    assert refusal(archive(busy, keys, **changes), keys) is Refusal.DAMAGED


def test_entries_missing_in_the_middle_are_found(busy, keys):
    documents = busy.documents()
    del documents[70]
    assert refusal(archive(busy, keys, documents=documents), keys) is Refusal.DAMAGED


def test_entries_of_another_terminal_in_a_genuine_archive_are_not_taken_in(busy, keys, make_till, house):
    other = make_till("kiosk-2")
    for _ in range(5):
        other.sell(house.anna)
    row = bring(archive(busy, keys, documents=other.documents()), keys)
    assert (row.new, row.complete) == (0, False)
    assert held(busy) == held(other) == []


def test_changed_bytes_are_refused(busy, keys):
    data = archive(busy, keys)
    places = random.Random(4).sample(range(len(data)), 60)
    for place in [*range(0, 300, 7), *places, len(data) - 1]:
        broken = bytearray(data)
        broken[place] ^= 1
        with pytest.raises(ArchiveRefused), opened(io.BytesIO(bytes(broken)), keys):
            pass
    assert held(busy) == []


def test_an_archive_beyond_the_limit_is_refused(busy, keys, settings):
    settings.REFECTORY_ARCHIVE_BYTES = 50_000
    assert refusal(archive(busy, keys), keys) is Refusal.TOO_LARGE


def test_proofs_of_one_archive_have_rising_numbers(busy, keys):
    row = bring(archive(busy, keys), keys)
    first, second = proof(row, keys), proof(row, keys)
    assert first["number"] < second["number"]


@pytest.fixture
def office(settings, tmp_path, keys):
    settings.REFECTORY_KEYS = tmp_path / "keys"
    return keys


@dataclass
class Command:
    code: int
    out: str
    errors: str


@pytest.fixture
def import_archive(office) -> Callable[..., Command]:
    def run(*arguments: object) -> Command:
        out, errors = StringIO(), StringIO()
        try:
            call_command("import_archive", *map(str, arguments), stdout=out, stderr=errors)
        except CommandError:
            return Command(1, out.getvalue(), errors.getvalue())
        return Command(0, out.getvalue(), errors.getvalue())

    return run


def test_the_command_takes_in_and_answers(busy, keys, import_archive, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "b.refectory").write_bytes(archive(busy, keys, 51, 120))
    (stick / "a.refectory").write_bytes(archive(busy, keys, 1, 50))
    (stick / "photo.jpg").write_bytes(b"\xff\xd8\xff")

    done = import_archive(stick / "a.refectory", stick / "photo.jpg", stick / "b.refectory")

    assert done.code == 1
    assert "photo.jpg: the file is not an archive" in done.errors
    assert "entries 1 to 50; 50 new, 0 known, 0 in quarantine; proof: " in done.out
    answer = json.loads((stick / "kiosk-1-epoch1-00000051-00000120.proof.json").read_text())
    verify_document(PublicKey.from_base64(keys.ack.public.to_base64()), wire.ACK_CONTEXT, answer)
    assert answer["upto"] == 120
    assert import_archive(stick / "a.refectory", "--proofs", tmp_path).code == 0
    assert (tmp_path / "kiosk-1-epoch1-00000001-00000050.proof.json").exists()
    assert Path(stick / "a.refectory").exists()
