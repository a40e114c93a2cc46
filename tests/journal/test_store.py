from __future__ import annotations

import os
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from journal.chain import ChainError
from journal.entry import Entry, EntryFormatError, Head
from journal.keys import SigningKey
from journal.store import (
    Journal,
    JournalBroken,
    JournalError,
    JournalLocked,
    JournalReader,
    NotAJournal,
    RolledBack,
    WrongKey,
)
from journal.verify import verify_file

NOW = datetime(2026, 11, 21, 11, 28, 3, tzinfo=UTC)
DAY = date(2026, 11, 21)
HOLDER = Path(__file__).with_name("seller.py")


def test_every_opening_leaves_its_own_mark(till) -> None:
    with till.open() as journal:
        first = journal.last("open")
    with till.open() as journal:
        second = journal.last("open")
    assert (first.seq, second.seq) == (1, 2)
    assert first.payload["software"] == "refectory test"
    assert first.payload["run_id"] != second.payload["run_id"]


def test_sums_follow_the_sales(till, journal) -> None:
    till.sell(journal, 450, "g1")
    mark = till.sell(journal, 300, "g2").seq
    till.sell(journal, 200, "g1")
    assert journal.sum("turnover") == 950
    assert journal.sum("account:g1") == -650
    assert journal.sum("account:g1", above_seq=mark) == -200
    assert journal.sum("account:nobody") == 0


def test_a_sum_may_take_in_single_entries_below(till, journal) -> None:
    first, second, third = (till.sell(journal, amount, "g1").seq for amount in (100, 20, 3))
    assert journal.sum("account:g1", above_seq=second, also=(first,)) == -103
    assert journal.sum("account:g1", above_seq=second, also=(first, third, 10**6)) == -103
    journal.prune(first, now_utc=NOW)
    assert journal.sum("account:g1", above_seq=second, also=(first,)) == -3


@pytest.mark.parametrize("key", ["", "\ud800", "a\x00b"])
def test_a_key_that_cannot_be_stored_is_refused_and_selling_goes_on(till, journal, key: str) -> None:
    with pytest.raises(EntryFormatError, match="is not a key"):
        journal.append("ticket", {}, [(key, 1)], now_utc=NOW, business_day=DAY)
    assert till.sell(journal, 450, "g1").seq == 2


def test_deltas_of_one_key_in_one_entry_add_up(journal) -> None:
    journal.append("ticket", {}, [("tender:cash", 500), ("tender:cash", -50)], now_utc=NOW, business_day=DAY)
    assert journal.sum("tender:cash") == 450


def test_ticket_numbers_go_on_after_a_restart(till) -> None:
    till.sell_and_close(3)
    with till.open() as journal:
        assert journal.next_number("ticket") == 4
        assert till.sell(journal).payload["number"] == 4
        assert journal.sum("turnover") == 4 * 450


def test_entries_are_read_in_order_from_a_mark(till, journal) -> None:
    sold = [till.sell(journal) for _ in range(5)]
    assert journal.entries(after_seq=2, limit=3) == sold[1:4]
    assert journal.last("ticket") == sold[-1]
    assert journal.last("closing") is None
    assert journal.head == sold[-1].head


@pytest.mark.parametrize("delta", [("", 1), ("turnover", 1.5), ("turnover", True), ("turnover", 2**53)])
def test_a_delta_that_is_no_amount_is_refused_and_nothing_is_written(till, journal, delta) -> None:
    before = journal.head
    with pytest.raises(EntryFormatError, match="deltas"):
        journal.append("ticket", {}, [delta], now_utc=NOW, business_day=DAY)
    assert journal.head == before
    assert till.sell(journal).seq == before.seq + 1


def test_a_malformed_payload_is_refused_and_nothing_is_written(till, journal) -> None:
    before = journal.head
    with pytest.raises(EntryFormatError, match=r"payload\.price: is a float"):
        journal.append("ticket", {"price": 4.5}, [("turnover", 450)], now_utc=NOW, business_day=DAY)
    assert journal.head == before
    assert journal.sum("turnover") == 0


def test_the_journal_keeps_what_it_was_given_even_if_the_caller_changes_it_later(journal) -> None:
    payload = {"lines": [1]}
    entry = journal.append("ticket", payload, now_utc=NOW, business_day=DAY)
    payload["lines"].append(2)
    assert entry.payload == {"lines": [1]}


def test_many_threads_make_one_chain(till, journal) -> None:
    threads = [threading.Thread(target=lambda: [till_append(journal) for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.head.seq == 41
    assert verify_file(till.path, till.key.public).head == journal.head


def till_append(journal: Journal) -> None:
    journal.append("note", {}, [("notes", 1)], now_utc=NOW, business_day=DAY)


def test_another_key_is_refused_and_nothing_is_written(till) -> None:
    head = till.sell_and_close(1)
    other = SigningKey.generate()
    with pytest.raises(WrongKey, match=rf"key {till.key.public.key_id}, the key given is {other.public.key_id}"):
        till.open(key=other)
    assert verify_file(till.path, till.key.public).head == head
    till.open().close()


def test_a_second_process_is_refused_naming_the_first(till) -> None:
    with subprocess.Popen(
        [sys.executable, HOLDER, till.folder, "hold"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "holding\n"
        with pytest.raises(JournalLocked, match=rf"is in use by process {holder.pid}; .*Stop that process") as caught:
            till.open()
        assert caught.value.pid == holder.pid
        holder.communicate("\n")
    till.open().close()


def test_the_lock_of_a_killed_process_is_free_at_once(till) -> None:
    with subprocess.Popen(
        [sys.executable, HOLDER, till.folder, "hold"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        holder.stdout.readline()
        holder.kill()
    with till.open() as journal:
        assert journal.head.seq == 2


def test_a_second_opening_in_the_same_process_is_refused(till, journal) -> None:
    with pytest.raises(JournalLocked) as caught:
        till.open()
    assert caught.value.pid == os.getpid()


def test_a_journal_is_never_overwritten(till) -> None:
    head = till.sell_and_close(2)
    with pytest.raises(JournalError, match="exists; a journal is never overwritten"):
        Journal.create(till.path, "kiosk-1", 2, SigningKey.generate())
    assert verify_file(till.path, till.key.public).head == head
    assert not list(till.folder.glob(".journal*"))


def test_the_group_may_open_the_file_because_the_bridge_is_another_user(till) -> None:
    assert stat.S_IMODE(till.path.stat().st_mode) == 0o660


@pytest.mark.parametrize(("terminal", "epoch", "field"), [("Kiosk", 1, "terminal"), ("kiosk", 0, "epoch")])
def test_a_journal_needs_a_proper_terminal_and_epoch(tmp_path, terminal, epoch, field) -> None:
    with pytest.raises(EntryFormatError) as caught:
        Journal.create(tmp_path / "journal.sqlite", terminal, epoch, SigningKey.generate())
    assert caught.value.field == field
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [None, b"", b"this is no database, this is text" * 100])
def test_a_file_that_is_no_journal_is_named(till, content) -> None:
    till.path.unlink()
    if content is not None:
        till.path.write_bytes(content)
    with pytest.raises(NotAJournal, match=r"journal\.sqlite is not a readable journal"):
        till.open()
    with pytest.raises(NotAJournal, match=r"journal\.sqlite is not a readable journal"):
        JournalReader(till.path)


def test_a_damaged_tail_is_found_on_opening(till) -> None:
    till.sell_and_close(150)
    till.tamper("update entry set payload = replace(payload, '450', '440') where seq = 140")
    with pytest.raises(ChainError, match="entry 140: its content is not what its hash says"):
        till.open()


def test_an_old_copy_put_back_is_found_by_what_head_office_acknowledged(till) -> None:
    till.sell_and_close(2)
    old = till.path.read_bytes()
    acknowledged = till.sell_and_close(2)
    till.path.write_bytes(old)
    with pytest.raises(RolledBack, match=f"does not hold entry {acknowledged.seq}"):
        till.open(anchor=acknowledged)


def test_a_fork_is_found_by_what_head_office_acknowledged(till) -> None:
    till.sell_and_close(2)
    with pytest.raises(RolledBack):
        till.open(anchor=Head(2, "ab" * 32))


def test_an_acknowledged_head_that_is_there_is_fine(till) -> None:
    head = till.sell_and_close(2)
    till.open(anchor=head).close()


def test_no_tool_changes_or_deletes_an_entry_by_mistake(till) -> None:
    till.sell_and_close(2)
    connection = sqlite3.connect(till.path, isolation_level=None)
    try:
        with pytest.raises(sqlite3.IntegrityError, match="never changes"):
            connection.execute("update entry set kind = 'note' where seq = 2")
        with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
            connection.execute("delete from entry where seq = 2")
    finally:
        connection.close()


def test_the_bridge_reads_while_the_terminal_writes(till, journal) -> None:
    with JournalReader(till.path) as reader:
        for _ in range(60):
            sold = till.sell(journal)
            assert reader.head() == sold.head
        assert [entry.seq for entry in reader.entries(0, limit=1000)] == list(range(1, 51))
        assert reader.entries(50)[-1] == sold
        assert reader.entries(sold.seq) == []
        assert (reader.identity.terminal, reader.identity.epoch) == ("kiosk-1", 1)


def test_the_bridge_reads_on_when_the_terminal_is_gone(till) -> None:
    with till.open() as journal:
        reader = JournalReader(till.path)
        sold = till.sell(journal)
    with reader:
        assert reader.head() == sold.head
    with JournalReader(till.path) as later:
        assert later.head() == sold.head


def test_movements_are_the_parts_of_the_sums_in_their_order(till, journal) -> None:
    first, second, third = (till.sell(journal, amount, "g1").seq for amount in (100, 20, 3))
    other = till.sell(journal, 7, "g10").seq

    assert journal.movements("account:g1", above_seq=first) == [
        (second, "account:g1", -20),
        (third, "account:g1", -3),
        (other, "account:g10", -7),
    ]
    assert [one.seq for one in journal.movements("account:g1", above_seq=third, also=(first, 10**6))] == [first, other]
    assert journal.movements("nothing:") == []

    journal.prune(second, now_utc=NOW)
    assert journal.movements("account:g1") == [
        (1, "account:g1", -120),
        (third, "account:g1", -3),
        (other, "account:g10", -7),
    ]
    assert [one.seq for one in journal.movements("account:g1", above_seq=third, also=(second,))] == [other]
    with pytest.raises(JournalError, match="pruned up to entry"):
        journal.movements("account:g1", above_seq=first)


def test_entries_of_one_kind_come_in_their_order(till, journal) -> None:
    first, second = (till.sell(journal).seq for _ in range(2))
    journal.append("note", {}, now_utc=NOW, business_day=DAY)

    assert [entry.seq for entry in journal.entries_of("ticket")] == [first, second]
    assert [entry.seq for entry in journal.entries_of("ticket", first)] == [second]
    assert journal.entries_of("nothing") == []


def test_pruning_keeps_sums_and_numbers_and_a_chain_that_verifies(till) -> None:
    with till.open() as journal:
        for _ in range(10):
            till.sell(journal)
        assert journal.prune(8, now_utc=NOW) == 8
        assert journal.sum("turnover") == 4500
        assert journal.sum("turnover", above_seq=8) == 3 * 450
        with pytest.raises(JournalError, match="pruned up to entry 8"):
            journal.sum("turnover", above_seq=5)
        assert till.sell(journal).payload["number"] == 11
    report = verify_file(till.path, till.key.public)
    assert (report.first_seq, report.entries, report.head.seq) == (9, 4, 12)
    with till.open() as journal:
        assert journal.sum("turnover") == 4950
        assert journal.next_number("ticket") == 12


def test_the_last_entry_is_never_pruned(till, journal) -> None:
    sold = till.sell(journal)
    with pytest.raises(JournalError, match="must lie below the last entry"):
        journal.prune(sold.seq, now_utc=NOW)


def sell_or_reason(till, journal: Journal) -> Entry | type[JournalError]:
    try:
        return till.sell(journal)
    except JournalError as error:
        return type(error)


def test_a_write_the_kernel_refuses_stops_the_terminal_and_loses_nothing(till) -> None:
    """RLIMIT_FSIZE makes the kernel refuse a write in the middle of a transaction, as a failing disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with till.open() as journal:
        last = till.sell(journal)
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (till.path.with_name("journal.sqlite-wal").stat().st_size + 5000, hard)
        )
        try:
            while (sold := sell_or_reason(till, journal)) != JournalBroken:
                last = sold
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        with pytest.raises(JournalBroken, match="restart the terminal"):
            till.sell(journal)
    with till.open() as journal:
        assert journal.head.seq == last.seq + 1
        assert journal.sum("ticket_count") == last.payload["number"]
    assert verify_file(till.path, till.key.public).entries == last.seq + 1
