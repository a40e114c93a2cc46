"""An archive on a stick: written whole or not at all, read by head office alone, and only as its terminal wrote it."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal.archive import ArchiveError
from journal.delivery import CannotWrite, Delivery, DeliveryRefused, Refusal, open_delivery, read_header, write_delivery
from journal.errors import WrongKey
from journal.keys import PublicKey, SigningKey
from journal.sealing import OpeningKey, SealedWriter, SealingKey
from journal.store import Journal
from tests.small_disk import small_disk

NOW = datetime(2026, 11, 21, 11, 28, tzinfo=UTC)
NONCE = "5" * 32
OFFICE = OpeningKey.generate()
LARGE = 10**9


class Stick:
    """A journal of 200 entries, and a folder to carry away."""

    def __init__(self, folder: Path) -> None:
        self.journal_path, self.folder = folder / "journal.sqlite", folder / "stick"
        self.folder.mkdir()
        self.key = SigningKey.generate()
        Journal.create(self.journal_path, "till-1", 2, self.key)
        self.journal = Journal.open(
            self.journal_path, self.key, business_day=date(2026, 11, 21), now_utc=NOW, software="t", reserve_bytes=65536
        )
        for number in range(199):
            self.journal.append(
                "note", {"text": f"Würstchen {number}" * 30}, {}, now_utc=NOW, business_day=date(2026, 11, 21)
            )

    def write(self, first: int = 1, last: int = 200, key: SigningKey | None = None, folder: Path | None = None) -> Path:
        return write_delivery(
            self.journal_path,
            first,
            last,
            folder or self.folder,
            key=key or self.key,
            recipient=OFFICE.public,
            nonce=NONCE,
            now_utc=NOW,
        ).path


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Stick]:
    made = Stick(tmp_path)
    yield made
    made.journal.close()


def opened(data: bytes, public_key: PublicKey, key: OpeningKey = OFFICE, max_bytes: int = LARGE) -> Delivery:
    file = io.BytesIO(data)
    return open_delivery(file, read_header(file), io.BytesIO(), key=key, public_key=public_key, max_bytes=max_bytes)


def refusal(data: bytes, public_key: PublicKey, key: OpeningKey = OFFICE, max_bytes: int = LARGE) -> Refusal:
    with pytest.raises(DeliveryRefused) as caught:
        opened(data, public_key, key, max_bytes)
    return caught.value.reason


def test_head_office_reads_what_the_terminal_wrote_while_it_goes_on_selling(stick: Stick) -> None:
    path = stick.write(11, 180)

    delivery = opened(path.read_bytes(), stick.key.public)

    batches = list(delivery.batches(50))
    assert [len(batch) for batch in batches] == [50, 50, 50, 20]
    found = [document for batch in batches for document in batch]
    assert found == [entry.to_json_dict() for entry in stick.journal.entries(10, 170)]
    assert (delivery.nonce, delivery.head) == (NONCE, found[-1]["hash"])
    assert delivery.prev_hash == found[0]["prev_hash"]


def test_the_stick_says_whose_it_is_and_nothing_of_what_was_sold(stick: Stick) -> None:
    path = stick.write()
    assert path.name == "till-1-epoch2-00000001-00000200.refectory"
    assert [each.name for each in stick.folder.iterdir()] == [path.name]
    assert b"rstchen" not in path.read_bytes()
    assert NONCE.encode() not in path.read_bytes()


def test_another_key_than_the_journals_signs_nothing(stick: Stick) -> None:
    with pytest.raises(WrongKey):
        stick.write(key=SigningKey.generate())
    assert not list(stick.folder.iterdir())


def test_a_range_that_is_not_there(stick: Stick) -> None:
    with pytest.raises(ArchiveError, match="does not hold entries 150 to 201"):
        stick.write(150, 201)
    assert not list(stick.folder.iterdir())


def test_who_may_not_read_it_is_told_so(stick: Stick) -> None:
    data = stick.write().read_bytes()
    assert refusal(data, stick.key.public, OpeningKey.generate()) is Refusal.OTHER_RECIPIENT
    assert refusal(data, SigningKey.generate().public) is Refusal.NOT_GENUINE


def test_what_is_no_archive_is_refused(stick: Stick) -> None:
    assert refusal(b"", stick.key.public) is Refusal.NOT_AN_ARCHIVE
    assert refusal(b"\xff\xd8\xff" * 5000, stick.key.public) is Refusal.NOT_AN_ARCHIVE
    assert refusal(b"{}\n", stick.key.public) is Refusal.NOT_AN_ARCHIVE
    later = b'{"archive":"refectory-delivery","v":2}\n'
    assert refusal(later, stick.key.public) is Refusal.OTHER_VERSION
    path = b'{"archive":"refectory-delivery","epoch":1,"first_seq":1,"last_seq":1,"recipient":"x","terminal":"../x","v":1}\n'
    assert refusal(path, stick.key.public) is Refusal.DAMAGED
    for strange in (path.replace(b'"epoch":1', b'"epoch":%d' % 2**60), path.replace(b"x", b"\\ud800")):
        assert refusal(strange, stick.key.public) is Refusal.DAMAGED


def test_more_than_it_may_hold_is_refused_as_it_is_read(stick: Stick) -> None:
    assert refusal(stick.write().read_bytes(), stick.key.public, max_bytes=65536) is Refusal.TOO_LARGE


def test_a_line_without_an_end_is_not_collected_for_ever(stick: Stick) -> None:
    file = io.BytesIO(stick.write().read_bytes())
    header = read_header(file)
    evil = io.BytesIO()
    writer = SealedWriter(evil, OFFICE.public, header.line())
    for _ in range(100):
        writer.write(b"x" * 65536)
    writer.finish()
    assert refusal(evil.getvalue(), stick.key.public) is Refusal.DAMAGED


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_changed_byte_anywhere_is_refused(whole: tuple[bytes, PublicKey], data: st.DataObject) -> None:
    archive, public_key = whole
    place = data.draw(st.one_of(st.integers(0, 400), st.integers(0, len(archive) - 1)))
    broken = bytearray(archive)
    broken[place] ^= data.draw(st.integers(1, 255))
    refusal(bytes(broken), public_key)


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.5, 0.99])
def test_an_archive_cut_off_is_refused(whole: tuple[bytes, PublicKey], part: float) -> None:
    refusal(whole[0][: int(len(whole[0]) * part)], whole[1])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, PublicKey]:
    stick = Stick(tmp_path_factory.mktemp("whole"))
    stick.journal.close()
    return stick.write().read_bytes(), stick.key.public


def test_a_stick_that_is_not_there_is_named(stick: Stick) -> None:
    with pytest.raises(CannotWrite, match="is gone or broken"):
        stick.write(folder=stick.folder / "nowhere")


def test_a_full_stick_is_left_as_it_was(stick: Stick, tmp_path: Path) -> None:
    office = tmp_path / "office.txt"
    office.write_text(OFFICE.public.to_base64())
    stick.key.save(tmp_path / "journal.key")
    with small_disk(stick.folder, 64 * 1024) as before:
        command = [*before, sys.executable, "-m", "tests.journal.full_stick", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.splitlines() == [
        f"{stick.folder} is full; free space on it or take another stick. Nothing was left on it.",
        "left: holiday.jpg",
    ]


def test_the_key_of_head_office_is_read_from_its_text() -> None:
    assert SealingKey.from_base64(OFFICE.public.to_base64()).key_id == OFFICE.public.key_id
