from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.chain import ChainError, Fault, link
from journal.database import to_row
from journal.entry import FIELDS, Head, canonical_payload
from journal.errors import NotAJournal
from journal.keys import SigningKey
from journal.verify import verify_file
from tests.journal.conftest import DAY, NOW, Till

TAMPERED: list[tuple[str, Any]] = [
    ("v", 2),
    ("terminal", "kiosk-2"),
    ("epoch", 2),
    ("key_id", "0123456789abcdef"),
    ("kind", "refund"),
    ("time_utc", "2026-11-21T11:28:04.123456Z"),
    ("business_day", "2026-11-22"),
    ("payload", '{"guest_id":"g1","number":3,"total_minor":1}'),
    ("payload", '{"guest_id":"g1", "number":3,"total_minor":450}'),
    ("prev_hash", "ab" * 32),
    ("hash", "ab" * 32),
    ("signature", "A" * 86 + "=="),
]


def test_every_field_has_a_tampering_test() -> None:
    assert {field for field, _ in TAMPERED} | {"seq"} == set(FIELDS)


@pytest.mark.parametrize(("field", "value"), TAMPERED)
def test_a_changed_field_is_found_and_the_entry_named(till, field, value) -> None:
    till.sell_and_close(6)
    till.tamper(f"update entry set {field} = ? where seq = 4", (value,))
    with pytest.raises(ChainError, match=r"^entry 4: ") as caught:
        verify_file(till.path, till.key.public)
    assert caught.value.seq == 4


def test_the_first_of_several_bad_entries_is_named(till) -> None:
    till.sell_and_close(6)
    till.tamper("update entry set business_day = '2026-01-01' where seq in (3, 5, 6)")
    with pytest.raises(ChainError, match=r"^entry 3: its content is not what its hash says"):
        verify_file(till.path, till.key.public)


def test_a_missing_entry_is_found(till) -> None:
    till.sell_and_close(6)
    till.tamper("delete from entry where seq = 4")
    with pytest.raises(ChainError, match="entry 5: stands where entry 4 belongs") as caught:
        verify_file(till.path, till.key.public)
    assert caught.value.kind is Fault.SEQUENCE


def test_missing_first_entries_are_found(till) -> None:
    till.sell_and_close(6)
    till.tamper("delete from entry where seq < 4")
    with pytest.raises(ChainError, match="entry 4: is the first of the file; entries before it are missing"):
        verify_file(till.path, till.key.public)


def test_swapped_entries_are_found(till) -> None:
    till.sell_and_close(6)
    till.tamper("update entry set seq = case seq when 4 then -5 else -4 end where seq in (4, 5)")
    till.tamper("update entry set seq = -seq where seq < 0")
    with pytest.raises(ChainError, match=r"^entry 4: ") as caught:
        verify_file(till.path, till.key.public)
    assert caught.value.kind is Fault.PREVIOUS


def test_an_entry_slipped_in_below_the_first_is_found(till) -> None:
    till.sell_and_close(2)
    till.tamper("update entry set seq = -7 where seq = 2")
    with pytest.raises(ChainError):
        verify_file(till.path, till.key.public)


def test_entries_cut_off_at_the_end_are_found_by_a_head_known_from_elsewhere(till) -> None:
    head = till.sell_and_close(6)
    till.tamper("delete from entry where seq > 5")
    assert verify_file(till.path, till.key.public).head.seq == 5
    with pytest.raises(ChainError, match="entry 6: is missing, as are all up to 7") as caught:
        verify_file(till.path, till.key.public, anchor=head)
    assert caught.value.kind is Fault.MISSING


def test_another_history_is_found_by_a_head_known_from_elsewhere(till) -> None:
    till.sell_and_close(3)
    with pytest.raises(ChainError, match="entry 3: is not the entry head office knows"):
        verify_file(till.path, till.key.public, anchor=Head(3, "ab" * 32))


def test_a_file_cut_short_is_not_a_journal(till) -> None:
    till.sell_and_close(30)
    till.path.write_bytes(till.path.read_bytes()[:-8192])
    with pytest.raises((NotAJournal, ChainError)):
        verify_file(till.path, till.key.public)


def test_the_key_of_another_terminal_verifies_nothing(till) -> None:
    till.sell_and_close(2)
    with pytest.raises(ChainError, match=r"^entry 1: names key") as caught:
        verify_file(till.path, SigningKey.generate().public)
    assert caught.value.kind is Fault.KEY


def test_an_entry_forged_with_another_key_under_our_name_is_found(till) -> None:
    head = till.sell_and_close(2)
    forger = SigningKey.generate()
    forged = link(
        head, terminal="kiosk-1", epoch=1, key=forger, kind="ticket", time_utc=NOW, business_day=DAY, payload={}
    )
    row = to_row(forged, canonical_payload(forged.payload))
    till.tamper(f"insert into entry ({', '.join(FIELDS)}) values ({', '.join('?' * len(FIELDS))})", row)
    till.tamper("update entry set key_id = ? where seq = 4", (till.key.public.key_id,))
    with pytest.raises(ChainError, match=r"^entry 4: ") as caught:
        verify_file(till.path, till.key.public)
    assert caught.value.kind is Fault.HASH


def test_a_journal_is_verified_while_its_terminal_writes(till, journal) -> None:
    till.sell(journal)
    assert verify_file(till.path, till.key.public).head == journal.head


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("replace(document, '\"seq\":4', '\"seq\":3')", "its checkpoint is not genuine"),
        ("replace(document, 'kiosk-1', 'kiosk-2')", "its checkpoint is not genuine"),
        ("'{}'", "its checkpoint is malformed"),
        ("'no'", "its checkpoint is not JSON"),
    ],
)
def test_a_forged_checkpoint_is_found(till, change, message) -> None:
    with till.open() as journal:
        for _ in range(6):
            till.sell(journal)
        journal.prune(4, now_utc=NOW)
    till.tamper(f"update checkpoint set document = {change}")
    with pytest.raises(ChainError, match=message):
        verify_file(till.path, till.key.public)


payloads = st.dictionaries(
    st.text(max_size=8), st.text(max_size=12) | st.integers(-(10**9), 10**9) | st.none(), max_size=4
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(payloads, st.integers(-(10**6), 10**6)), min_size=1, max_size=8), st.data())
def test_whatever_is_appended_verifies_and_any_changed_byte_is_found(sales, data) -> None:
    with TemporaryDirectory() as folder:
        till = Till(Path(folder))
        with till.open() as journal:
            for payload, amount in sales:
                journal.append("ticket", payload, [("turnover", amount)], now_utc=NOW, business_day=DAY)
            assert journal.sum("turnover") == sum(amount for _, amount in sales)
            assert [entry.payload for entry in journal.entries(1, 50)] == [payload for payload, _ in sales]
        report = verify_file(till.path, till.key.public)
        assert report.entries == len(sales) + 1

        seq = data.draw(st.integers(1, report.entries), label="entry")
        changed = Path(folder) / "changed"
        changed.mkdir()
        till.path = Path(shutil.copy(till.path, changed))
        stored = stored_payload(till.path, seq)
        position = data.draw(st.integers(0, len(stored) - 1), label="byte")
        byte = data.draw(st.integers(0, 255).filter(lambda value: value != stored[position]), label="new value")
        altered = stored[:position] + bytes([byte]) + stored[position + 1 :]
        till.tamper("update entry set payload = cast(? as text) where seq = ?", (altered, seq))
        with pytest.raises(ChainError) as caught:
            verify_file(till.path, till.key.public)
        assert caught.value.seq == seq


def stored_payload(path: Path, seq: int) -> bytes:
    connection = sqlite3.connect(path)
    try:
        row = connection.execute("select cast(payload as blob) from entry where seq = ?", (seq,)).fetchone()
        return bytes(row[0])
    finally:
        connection.close()
