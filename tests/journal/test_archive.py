from __future__ import annotations

from pathlib import Path

import pytest

from journal.archive import ArchiveError, export_range, import_archive, is_archive, verify_archive
from journal.chain import ChainError
from journal.entry import Head
from journal.errors import JournalLocked
from journal.keys import SigningKey
from journal.store import Journal, JournalReader
from journal.verify import verify_file
from tests.journal.conftest import DAY, NOW, Till


@pytest.fixture
def full(till: Till, tmp_path: Path) -> Path:
    """All eleven entries of a journal as an archive."""
    till.sell_and_close(10)
    archive = tmp_path / "all.archive"
    export_range(till.path, 1, 11, archive)
    return archive


def entries_of(path: Path) -> list[object]:
    with JournalReader(path) as reader:
        return list(reader.entries(0))


def test_an_archive_rebuilds_the_journal_with_its_sums(till, full, tmp_path) -> None:
    copy = tmp_path / "copy.sqlite"
    report = import_archive(full, copy)
    assert (report.first_seq, report.entries, report.head.seq) == (1, 11, 11)
    assert entries_of(copy) == entries_of(till.path)
    assert verify_file(copy, till.key.public) == verify_file(till.path, till.key.public)
    with Journal.open(copy, till.key, business_day=DAY, now_utc=NOW, software="test", reserve_bytes=65536) as journal:
        assert journal.sum("turnover") == 4500
        assert journal.next_number("ticket") == 11


def test_a_range_continues_the_journal_it_follows(till, tmp_path) -> None:
    till.sell_and_close(10)
    first, second, copy = tmp_path / "1", tmp_path / "2", tmp_path / "copy.sqlite"
    export_range(till.path, 1, 6, first)
    export_range(till.path, 7, 11, second)
    import_archive(first, copy)
    assert import_archive(second, copy).entries == 5
    assert entries_of(copy) == entries_of(till.path)
    with pytest.raises(ArchiveError, match=r"begins after entry 6 and does not continue .* ends at entry 11"):
        import_archive(second, copy)
    assert entries_of(copy) == entries_of(till.path)


def test_a_range_from_the_middle_does_not_begin_a_journal(till, tmp_path) -> None:
    till.sell_and_close(10)
    archive, copy = tmp_path / "middle", tmp_path / "copy.sqlite"
    export_range(till.path, 5, 8, archive)
    assert verify_archive(archive, till.key.public).first_seq == 5
    with pytest.raises(ArchiveError, match="begins with entry 5; a fresh journal begins with entry 1"):
        import_archive(archive, copy)
    assert not copy.exists()


def test_what_is_left_after_pruning_is_exported(till, tmp_path) -> None:
    with till.open() as journal:
        for _ in range(6):
            till.sell(journal)
        journal.prune(4, now_utc=NOW)
    export_range(till.path, 5, 7, tmp_path / "rest")
    assert verify_archive(tmp_path / "rest", till.key.public).entries == 3
    with pytest.raises(ArchiveError, match="does not hold entries 3 to 7"):
        export_range(till.path, 3, 7, tmp_path / "more")


@pytest.mark.parametrize(("first", "last"), [(0, 3), (3, 2), (1, 99), (12, 12)])
def test_a_range_that_is_not_there_is_refused(till, tmp_path, first, last) -> None:
    till.sell_and_close(10)
    with pytest.raises(ArchiveError, match=f"does not hold entries {first} to {last}"):
        export_range(till.path, first, last, tmp_path / "archive")
    assert not list(tmp_path.glob("*archive*"))


def test_an_archive_is_never_overwritten(till, full) -> None:
    before = full.read_bytes()
    with pytest.raises(ArchiveError, match="exists; an archive is never overwritten"):
        export_range(till.path, 1, 2, full)
    assert full.read_bytes() == before


def test_a_bad_entry_is_not_exported(till, tmp_path) -> None:
    till.sell_and_close(5)
    till.tamper("update entry set business_day = '2026-01-01' where seq = 4")
    with pytest.raises(ChainError, match=r"^entry 4: "):
        export_range(till.path, 1, 6, tmp_path / "archive")
    assert not list(tmp_path.glob("*archive*"))


def damaged(content: bytes) -> dict[str, bytes]:
    lines = content.splitlines(keepends=True)
    return {
        "cut off": b"".join(lines[:-1]),
        "cut off within a line": content[: len(content) // 2],
        "an entry missing": b"".join(lines[:4] + lines[5:]),
        "entries swapped": b"".join([*lines[:4], lines[5], lines[4], *lines[6:]]),
        "an amount changed": content.replace(b'"total_minor":450', b'"total_minor":440', 1),
        "a delta changed": content.replace(b'"turnover":450', b'"turnover":440', 1),
        "another key named": content.replace(b'"public_key":"', b'"public_key":"A', 1),
        "another terminal named": content.replace(b'"terminal":"kiosk-1"', b'"terminal":"kiosk-9"', 1),
        "fewer entries promised": content.replace(b'"last_seq":11', b'"last_seq":10', 1),
        "no archive": b"hello\n",
        "nothing": b"",
        "a newer version": content.replace(b'"v":1', b'"v":2', 1),
        "not text": b"\xff\xfe" + content,
    }


@pytest.mark.parametrize("kind", list(damaged(b"\n" * 6)))
def test_a_bad_archive_changes_nothing(till, full, tmp_path, kind) -> None:
    bad, fresh = tmp_path / "bad", tmp_path / "fresh.sqlite"
    good = full.read_bytes()
    bad.write_bytes(damaged(good)[kind])
    assert bad.read_bytes() != good
    files = sorted(tmp_path.iterdir())
    with pytest.raises((ArchiveError, ChainError)):
        import_archive(bad, fresh)
    assert sorted(tmp_path.iterdir()) == files
    with pytest.raises((ArchiveError, ChainError)):
        verify_archive(bad, till.key.public)


def test_a_bad_archive_leaves_the_journal_it_continues_as_it_was(till, tmp_path) -> None:
    till.sell_and_close(10)
    first, second, copy = tmp_path / "1", tmp_path / "2", tmp_path / "copy.sqlite"
    export_range(till.path, 1, 6, first)
    export_range(till.path, 7, 11, second)
    import_archive(first, copy)
    before = entries_of(copy)
    second.write_bytes(b"".join(second.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(ArchiveError, match="is cut off after entry 11"):
        import_archive(second, copy)
    assert entries_of(copy) == before


def test_another_terminals_archive_is_refused(till, full, tmp_path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    stranger = Till(other)
    head = stranger.sell_and_close(1)
    with pytest.raises(ArchiveError, match="of different terminals, epochs or keys"):
        import_archive(full, stranger.path)
    assert verify_file(stranger.path, stranger.key.public).head == head
    with pytest.raises(ArchiveError, match="was written with key"):
        import_archive(full, tmp_path / "fresh.sqlite", SigningKey.generate().public)


def test_a_journal_in_use_is_not_imported_into(till, full) -> None:
    with till.open(), pytest.raises(JournalLocked):
        import_archive(full, till.path)


def test_an_archive_without_a_known_entry_is_found(till, full) -> None:
    with pytest.raises(ChainError, match="entry 12: is missing"):
        verify_archive(full, till.key.public, anchor=Head(12, "ab" * 32))


def test_an_archive_says_what_it_is(till, full, tmp_path) -> None:
    assert is_archive(full)
    assert not is_archive(till.path)
    assert not is_archive(tmp_path / "nowhere")
