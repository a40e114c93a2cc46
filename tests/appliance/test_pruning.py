"""Old entries leave a terminal's journal only when head office has signed that a backup holds them, and an archive does too."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.store.proof import acknowledged_heads, newest_proof
from appliance.store.pruning import Pace, Pruner
from appliance.store.till_ledger import find_ticket
from journal.archive import read_archive, verify_archive
from journal.entry import Head
from journal.errors import JournalError
from journal.keys import SigningKey, sign_document
from journal.store import Journal
from journal.verify import verify_file
from mqtt_bridge import wire
from mqtt_bridge.journal_tail import JournalTail
from mqtt_bridge.marks import Marks
from tests.small_disk import small_disk

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
FAST = Pace(first_look_s=0.05, look_every_s=0.05, idle_s=0.0, pause_s=0.0, least_entries=10)
KEEP = timedelta(days=400)


class Terminal:
    """A journal of years, and the file in which the bridge keeps what head office has signed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key, self.ack_key = SigningKey.generate(), SigningKey.generate()
        self.path = folder / "journal.sqlite"
        self.enrolment = wire.Enrolment(
            terminal="till-1",
            store="north",
            epoch=1,
            shard="main",
            server="test",
            ack_public_key=self.ack_key.public.to_base64(),
            revision_public_key=self.ack_key.public.to_base64(),
            badge_key=base64.b64encode(b"b" * 32).decode(),
            broker=wire.Broker(host="127.0.0.1", port=1883),
            head_office_url="http://127.0.0.1:9",
        )
        Journal.create(self.path, "till-1", 1, self.key)
        self.journal = self.open(NOON - timedelta(days=500))
        self.marks = Marks(folder / "bridge.sqlite")
        self.number = 0

    def open(self, at: datetime = NOON) -> Journal:
        return Journal.open(
            self.path, self.key, business_day=at.date(), now_utc=at, software="test", reserve_bytes=65536
        )

    def sell(self, count: int, days_ago: int) -> Head:
        at = NOON - timedelta(days=days_ago)
        for _ in range(count):
            deltas = [("ticket_count", 1), ("turnover", 450), (f"meal:g1:{at.date()}:lunch", 1)]
            payload = {"number": self.journal.next_number("ticket")}
            entry = self.journal.append("ticket", payload, deltas, now_utc=at, business_day=at.date())
        return entry.head

    def acknowledge(self, head: Head, backed_up: int, /, *, key: SigningKey | None = None, **changes: Any) -> None:
        """What the bridge stores when head office has said so."""
        self.number += 1
        fields = {
            "v": 1,
            "terminal": "till-1",
            "server": "test",
            "number": self.number,
            "epoch": 1,
            "upto": head.seq,
            "head": head.hash,
            "quarantined": [],
            "need": None,
            "alarm": None,
            "nonce": "0" * 32,
            "at": NOON.isoformat(),
            "backed_up": backed_up,
        }
        document = sign_document(key or self.ack_key, wire.ACK_CONTEXT, fields | changes)
        self.marks.record(wire.from_document(wire.Ack, document), document)

    def pruner(self, keep: timedelta = KEEP, keep_from: Callable[[], int] | None = None, pace: Pace = FAST) -> Pruner:
        return Pruner(self.journal, self.folder, self.enrolment, keep, keep_from=keep_from, pace=pace)

    def archives(self) -> list[Path]:
        return sorted((self.folder / "archives").glob("journal-*.archive.gz"))

    def close(self) -> None:
        self.journal.close()
        self.marks.close()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    made.close()


def prune_all(pruner: Pruner) -> int:
    return sum(iter(pruner.turn, 0))


def test_old_entries_are_archived_and_leave_and_everything_still_verifies(terminal: Terminal) -> None:
    old = terminal.sell(1500, days_ago=450)
    head = terminal.sell(100, days_ago=3)
    terminal.acknowledge(head, head.seq)

    assert prune_all(terminal.pruner()) == old.seq

    public = terminal.key.public
    reports = [verify_archive(path, public) for path in terminal.archives()]
    assert [(report.first_seq, report.head.seq) for report in reports] == [(1, 1000), (1001, old.seq)]
    assert reports[-1].head == old
    report = verify_file(terminal.path, public, head)
    assert (report.first_seq, report.head) == (old.seq + 1, head)
    assert terminal.journal.sum("turnover") == 1600 * 450
    assert terminal.journal.next_number("ticket") == 1601


def test_verify_says_that_a_checkpoint_stands_for_what_was_pruned(terminal: Terminal) -> None:
    old = terminal.sell(50, days_ago=450)
    head = terminal.sell(5, days_ago=3)
    terminal.acknowledge(head, head.seq)
    prune_all(terminal.pruner())
    public = terminal.folder / "public.key"
    public.write_text(terminal.key.public.to_base64())

    done = subprocess.run(
        [sys.executable, "-m", "appliance.cli", "journal", "verify", str(terminal.path), "--public-key", str(public)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert f"Entries 1 to {old.seq} were pruned; the terminal's signed checkpoint stands for them" in done.stdout


def test_a_refund_of_a_pruned_ticket_finds_none_and_a_young_one_is_found(terminal: Terminal) -> None:
    terminal.sell(50, days_ago=450)
    head = terminal.sell(5, days_ago=3)
    terminal.acknowledge(head, head.seq)
    prune_all(terminal.pruner())
    assert find_ticket(terminal.journal, 12) is None
    assert find_ticket(terminal.journal, 52).payload["number"] == 52


@pytest.mark.parametrize("what", ["no backup", "backup of a part", "unacknowledged", "young"])
def test_nothing_goes_that_head_office_has_not_in_its_backup_or_that_is_young(terminal: Terminal, what: str) -> None:
    middle = terminal.sell(50, days_ago=450)
    head = terminal.sell(50, days_ago=450 if what != "young" else 399)
    match what:
        case "no backup":
            terminal.acknowledge(head, 0)
            limit = 0
        case "backup of a part":
            terminal.acknowledge(head, middle.seq)
            limit = middle.seq
        case "unacknowledged":
            terminal.acknowledge(middle, middle.seq)
            limit = middle.seq
        case _:
            terminal.acknowledge(head, head.seq)
            limit = middle.seq
    prune_all(terminal.pruner())
    assert terminal.journal.pruned_seq == limit


@pytest.mark.parametrize(
    "forgery",
    [
        {"key": SigningKey.generate()},
        {"terminal": "till-2"},
        {"epoch": 2},
        {"head": "f" * 64},
        {"at": ""},
        {"backed_up": 0},
    ],
    ids=["another key", "another terminal", "another epoch", "another journal", "no time", "no backup"],
)
def test_the_bridge_is_not_believed(terminal: Terminal, forgery: dict[str, Any]) -> None:
    """Whoever has the bridge can write its file; only what head office has signed for this journal counts."""
    head = terminal.sell(100, days_ago=450)
    terminal.acknowledge(head, head.seq, **forgery)
    assert prune_all(terminal.pruner()) == 0
    assert not terminal.archives()


def test_a_changed_horizon_breaks_the_signature(terminal: Terminal) -> None:
    head = terminal.sell(100, days_ago=450)
    terminal.acknowledge(head, 0)
    terminal.marks._db.execute(
        "UPDATE newest SET document = replace(document, '\"backed_up\": 0', '\"backed_up\": 90')"
    )
    terminal.marks._db.conn.commit()
    assert newest_proof(terminal.folder, terminal.enrolment, 1) is None
    assert prune_all(terminal.pruner()) == 0


def test_a_clock_that_is_wrong_here_makes_nothing_old(terminal: Terminal) -> None:
    """The age is reckoned from the time head office signed, not from this machine's clock."""
    head = terminal.sell(100, days_ago=10)
    terminal.acknowledge(head, head.seq)
    assert prune_all(terminal.pruner()) == 0


def test_a_till_keeps_what_its_next_report_adds_up(terminal: Terminal) -> None:
    terminal.sell(30, days_ago=450)
    report = terminal.journal.append("z_report", {}, now_utc=NOON - timedelta(days=449), business_day=NOON.date())
    head = terminal.sell(30, days_ago=448)
    terminal.acknowledge(head, head.seq)
    prune_all(terminal.pruner(keep_from=lambda: report.seq))
    assert terminal.journal.pruned_seq == report.seq - 1


def test_a_tight_disk_lets_go_earlier_but_keeps_a_week(terminal: Terminal, tmp_path: Path) -> None:
    scene = """
import os, sys
from pathlib import Path
from tests.appliance.test_pruning import *
folder = Path(sys.argv[1])
terminal = Terminal(folder)
middle = terminal.sell(100, days_ago=30)
head = terminal.sell(20, days_ago=2)
terminal.acknowledge(head, head.seq)
before = prune_all(terminal.pruner())
state = os.statvfs(folder)
with (folder / "filler").open("wb") as file:
    os.posix_fallocate(file.fileno(), 0, int(state.f_bfree * state.f_frsize * 0.8))
prune_all(terminal.pruner())
print(before, terminal.journal.pruned_seq == middle.seq, len(terminal.archives()))
"""
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk(folder, 32 * 1024 * 1024) as prefix:
        done = subprocess.run(
            [*prefix, sys.executable, "-c", scene, str(folder)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.stdout.split() == ["0", "True", "1"], done.stderr


def test_an_archive_that_cannot_be_written_keeps_everything(terminal: Terminal) -> None:
    head = terminal.sell(100, days_ago=450)
    terminal.acknowledge(head, head.seq)
    (terminal.folder / "archives").write_text("not a folder")
    with pytest.raises(OSError):
        terminal.pruner().turn()
    assert terminal.journal.pruned_seq == 0


def test_a_damaged_archive_of_an_interrupted_run_is_written_again(terminal: Terminal) -> None:
    head = terminal.sell(100, days_ago=450)
    terminal.acknowledge(head, head.seq)
    archive = terminal.folder / "archives" / f"journal-1-{1:012}-{head.seq - 1:012}.archive.gz"
    half_written = archive.with_name(f".{archive.name}.0badcafe")
    archive.parent.mkdir()
    archive.write_bytes(b"\x1f\x8b torn")
    half_written.write_bytes(b"\x1f\x8b torn")
    pruner = terminal.pruner()
    assert pruner.turn() == 0
    assert terminal.journal.pruned_seq == 0
    assert pruner.turn() == head.seq - 1
    assert verify_archive(archive, terminal.key.public).entries == head.seq - 1
    assert not half_written.exists()


def test_it_waits_while_sales_are_made_and_stops_when_told(terminal: Terminal) -> None:
    head = terminal.sell(300, days_ago=450)
    terminal.acknowledge(head, head.seq)
    busy = Pace(first_look_s=0.01, look_every_s=0.01, idle_s=1.0, pause_s=0.0, least_entries=10)
    pruner = terminal.pruner(pace=busy)
    pruner.start()
    end_s = time.monotonic() + 2.5
    while time.monotonic() < end_s:
        terminal.sell(1, days_ago=0)
        threading.Event().wait(0.05)
    assert terminal.journal.pruned_seq == 0
    deadline_s = time.monotonic() + 30
    while terminal.journal.pruned_seq < head.seq and time.monotonic() < deadline_s:
        threading.Event().wait(0.05)
    pruner.close()
    assert terminal.journal.pruned_seq == head.seq


def test_selling_goes_on_while_pruning(terminal: Terminal) -> None:
    head = terminal.sell(999, days_ago=450)
    terminal.acknowledge(head, head.seq)
    pruner = terminal.pruner()
    pruner.start()
    slowest_s = 0.0
    while terminal.journal.pruned_seq < head.seq:
        begun_s = time.monotonic()
        terminal.sell(1, days_ago=0)
        slowest_s = max(slowest_s, time.monotonic() - begun_s)
        threading.Event().wait(0.01)
        assert time.monotonic() - begun_s < 30
    pruner.close()
    assert verify_file(terminal.path, terminal.key.public).head == terminal.journal.head
    assert terminal.journal.sum("ticket_count") == terminal.journal.next_number("ticket") - 1


def test_what_head_office_lost_with_an_older_backup_is_sent_from_the_archives(terminal: Terminal) -> None:
    terminal.sell(1500, days_ago=450)
    head = terminal.sell(20, days_ago=3)
    terminal.acknowledge(head, head.seq)
    prune_all(terminal.pruner())
    tail = JournalTail(terminal.path, "till-1", 1)
    seq, hashes = 0, []
    while entries := tail.entries(seq, 50):
        assert [entry.seq for entry in entries] == list(range(seq + 1, seq + 1 + len(entries)))
        seq = entries[-1].seq
        hashes.append(entries[-1].hash)
    assert (seq, hashes[-1]) == head
    kept = [entry for path in terminal.archives() for entry in read_archive(path, terminal.key.public)]
    assert tail.hash_at(700) == kept[699].hash
    shutil.rmtree(terminal.folder / "archives")
    tail.close()
    again = JournalTail(terminal.path, "till-1", 1)
    assert again.hash_at(700) is None
    again.close()


def test_a_damaged_archive_is_passed_over_for_another_with_the_same_entries(terminal: Terminal) -> None:
    old = terminal.sell(60, days_ago=450)
    head = terminal.sell(5, days_ago=3)
    terminal.acknowledge(head, head.seq)
    prune_all(terminal.pruner())
    assert terminal.journal.pruned_seq == old.seq
    sound = terminal.archives()[0]
    damaged = sound.with_name(f"journal-1-{1:012}-{30:012}.archive.gz")
    damaged.write_bytes(sound.read_bytes()[:-50])
    tail = JournalTail(terminal.path, "till-1", 1)
    assert [entry.seq for entry in tail.entries(0, 10)] == list(range(1, 11))
    tail.close()


def test_sums_below_the_pruned_entries_are_refused_not_guessed(terminal: Terminal) -> None:
    head = terminal.sell(100, days_ago=450)
    terminal.acknowledge(head, head.seq)
    prune_all(terminal.pruner())
    with pytest.raises(JournalError, match="pruned up to entry"):
        terminal.journal.sum("turnover", above_seq=50)


def test_only_genuine_acknowledgements_are_anchors(terminal: Terminal) -> None:
    first, second = terminal.sell(3, days_ago=1), terminal.sell(3, days_ago=1)
    terminal.acknowledge(second, 0)
    terminal.acknowledge(first, 0)
    terminal.acknowledge(Head(99, "f" * 64), 0, key=SigningKey.generate())
    assert acknowledged_heads(terminal.folder, terminal.enrolment, 1) == [second, first]
