"""A power cut in the middle of a write: the last frames of the log are torn, whatever was announced before is there.

`append` returns after the log was synced (synchronous=FULL), so only frames written since can be torn, cut off or zeroed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from journal.store import Journal
from journal.verify import verify_file

FRAME_HEADER_BYTES, LOG_HEADER_BYTES = 24, 32
SALES = 6


class Moments:
    """The journal's files as they were after each append, and the log's length then."""

    def __init__(self, till) -> None:
        self.till = till
        self.heads = []
        self.logs: list[bytes] = []
        journal = till.open()
        self.note(journal)
        self.database = till.path.read_bytes()
        for _ in range(SALES):
            till.sell(journal)
            self.note(journal)
        journal.close()
        self.page_bytes = int.from_bytes(self.logs[0][8:12], "big")

    def note(self, journal: Journal) -> None:
        self.heads.append(journal.head)
        self.logs.append(self.till.path.with_name("journal.sqlite-wal").read_bytes())

    def frame_ends(self, after: int, upto: int) -> list[int]:
        frame = FRAME_HEADER_BYTES + self.page_bytes
        return [end for end in range(LOG_HEADER_BYTES, upto + 1, frame) if after <= end <= upto]

    def opens(self, folder: Path, log: bytes):
        """The journal as it opens after the cut; the chain is checked whole."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        path = folder / "journal.sqlite"
        path.write_bytes(self.database)
        path.with_name("journal.sqlite-wal").write_bytes(log)
        self.till.path = path
        with self.till.open() as journal:
            opened = journal.head
            self.till.sell(journal)
        assert verify_file(path, self.till.key.public).head.seq == opened.seq + 1
        return opened.seq - 1


def cuts(moments: Moments, before: int, after: int) -> list[int]:
    """Every frame boundary of the write that was going on, and places inside of its frames."""
    places = {before}
    for end in moments.frame_ends(before, after):
        places |= {end, end + 1, end + FRAME_HEADER_BYTES, end + FRAME_HEADER_BYTES + moments.page_bytes // 2, end - 1}
    return sorted(place for place in places if before <= place <= after)


@pytest.mark.parametrize("kind", ["cut off", "zeroed", "zeroed to the next block"])
def test_nothing_that_was_announced_is_lost(till, tmp_path: Path, kind: str) -> None:
    moments = Moments(till)
    tried = 0
    for number in range(SALES):
        announced, log = moments.heads[number], moments.logs[number + 1]
        before = len(moments.logs[number])
        assert log[:before] == moments.logs[number], "the log was begun anew; sell less in this test"
        for place in cuts(moments, before, len(log)):
            match kind:
                case "cut off":
                    left = log[:place]
                case "zeroed":
                    left = log[:place] + bytes(len(log) - place)
                case _:
                    end = -(-place // 512) * 512
                    left = log[:place] + bytes(min(end, len(log)) - place) + log[end:]
            stands = moments.opens(tmp_path / "after", left)
            assert announced.seq <= stands <= announced.seq + 1, (number, place)
            assert stands == announced.seq + (left == log), (number, place)
            tried += 1
    assert tried > 60


def test_a_page_of_garbage_in_the_torn_frame_counts_for_nothing(till, tmp_path: Path) -> None:
    moments = Moments(till)
    log, before = moments.logs[-1], len(moments.logs[-2])
    middle = before + FRAME_HEADER_BYTES + 100
    torn = log[:middle] + b"\xa5" * (len(log) - middle)
    assert moments.opens(tmp_path / "after", torn) == moments.heads[-2].seq
