"""Old entries leave the journal in steps: sums, numbers and proofs stay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from journal.archive import ArchiveError, export_range, read_archive, verify_archive
from journal.chain import ChainError
from journal.entry import Head
from journal.store import RolledBack
from journal.verify import verify_file

NOW = datetime(2026, 11, 21, 11, 28, 3, tzinfo=UTC)


def test_step_by_step_is_as_good_as_at_once(till, journal) -> None:
    for number in range(300):
        till.sell(journal, 100 + number, f"g{number % 7}")
    before = {key: journal.sum(key) for key in ("turnover", "account:g3", "ticket_count")}
    newest = journal.sum("turnover", above_seq=250)

    for upto in range(20, 251, 23):
        assert journal.prune(upto, now_utc=NOW) > 0

    assert {key: journal.sum(key) for key in before} == before
    assert journal.sum("turnover", above_seq=250) == newest
    assert journal.next_number("ticket") == 301
    assert journal.pruned_seq == 250
    report = verify_file(till.path, till.key.public)
    assert (report.first_seq, report.head) == (251, journal.head)


def test_it_goes_on_where_it_stood_after_a_restart(till) -> None:
    with till.open() as journal:
        for _ in range(50):
            till.sell(journal)
        journal.prune(30, now_utc=NOW)
        total = journal.sum("turnover")
    with till.open() as journal:
        assert journal.pruned_seq == 30
        journal.prune(45, now_utc=NOW)
        assert journal.sum("turnover") == total
        assert [entry.seq for entry in journal.entries(0, 3)] == [46, 47, 48]


def test_what_nobody_will_ask_for_is_forgotten(till, journal) -> None:
    journal.append("note", {}, [("meal:g1:2025-01-01:lunch", 1), ("turnover", 5)], now_utc=NOW, business_day=NOW.date())
    last = journal.append("note", {}, [("meal:g1:2026-11-20:lunch", 1)], now_utc=NOW, business_day=NOW.date())
    till.sell(journal)
    journal.prune(last.seq, now_utc=NOW, forget=lambda key: ":2025-" in key)
    assert journal.sum("meal:g1:2025-01-01:lunch") == 0
    assert journal.sum("meal:g1:2026-11-20:lunch") == 1
    assert journal.sum("turnover") == 455


def test_room_on_the_disk_is_given_back(till) -> None:
    with till.open() as journal:
        for _ in range(2000):
            journal.append("note", {"text": "x" * 2000}, now_utc=NOW, business_day=NOW.date())
    before = till.path.stat().st_size
    with till.open() as journal:
        for upto in range(50, 1951, 50):
            journal.prune(upto, now_utc=NOW)
    assert till.path.stat().st_size < before / 4


def test_what_head_office_acknowledged_last_may_lie_among_the_pruned(till) -> None:
    with till.open() as journal:
        heads = [till.sell(journal).head for _ in range(20)]
        journal.prune(heads[9].seq, now_utc=NOW)
    till.open(anchor=heads[3]).close()
    till.open(anchor=heads[9]).close()
    till.open(anchor=heads[12]).close()
    for known in (heads[9], heads[12]):
        with pytest.raises(RolledBack):
            till.open(anchor=Head(known.seq, "f" * 64))


def test_an_old_copy_that_was_pruned_further_down_is_found(till) -> None:
    with till.open() as journal:
        for _ in range(10):
            till.sell(journal)
        journal.prune(5, now_utc=NOW)
        ahead = Head(journal.head.seq + 10, "a" * 64)
    with pytest.raises(RolledBack, match="Enrol the terminal again"):
        till.open(anchor=ahead)


def test_a_compressed_archive_is_an_archive(till, tmp_path) -> None:
    head = till.sell_and_close(200)
    plain, small = tmp_path / "a.archive", tmp_path / "a.archive.gz"
    export_range(till.path, 1, head.seq, plain)
    export_range(till.path, 1, head.seq, small)
    assert small.stat().st_size < plain.stat().st_size / 2
    assert verify_archive(small, till.key.public) == verify_archive(plain, till.key.public)
    assert [entry.seq for entry in read_archive(small, till.key.public)] == list(range(1, head.seq + 1))


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_compressed_archive_is_found(till, tmp_path, damage: str) -> None:
    head = till.sell_and_close(50)
    archive = tmp_path / "a.archive.gz"
    export_range(till.path, 1, head.seq, archive)
    content = bytearray(archive.read_bytes())
    if damage == "cut":
        del content[len(content) // 2 :]
    else:
        content[len(content) // 2] ^= 0xFF
    archive.write_bytes(bytes(content))
    with pytest.raises((ArchiveError, ChainError)):
        verify_archive(archive, till.key.public)
