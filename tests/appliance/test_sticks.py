"""By hand: what is unsent goes to a stick while everything runs, and only a proof for it moves the mark."""

from __future__ import annotations

import io
import json
import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.cli import main
from appliance.store.sticks import Accepted, OnStick, StickError, accept_proof, write_to_stick
from journal.delivery import open_delivery, read_header
from journal.keys import SigningKey, sign_document
from journal.sealing import OpeningKey
from mqtt_bridge import wire
from mqtt_bridge.local_socket import Alarm, Mark
from tests.mqtt_bridge.broker import Broker
from tests.mqtt_bridge.head_office import HeadOffice
from tests.mqtt_bridge.terminal import NOW, Till, enrolment
from tests.waiting import wait_until

CONFIG = '[terminal]\nid = "kiosk-1"\ndata_dir = "terminal"\n'


class Office:
    """What head office does with archives: opens them, and signs proofs about the journal it holds."""

    def __init__(self) -> None:
        self.archive_key, self.ack_key = OpeningKey.generate(), SigningKey.generate()
        self.number = 0

    def open(self, till: Till, path: Path) -> tuple[list[int], str]:
        """The sequence numbers in an archive, and its nonce."""
        with path.open("rb") as file:
            delivery = open_delivery(
                file, read_header(file), io.BytesIO(), key=self.archive_key, public_key=till.key.public, max_bytes=10**9
            )
        return [document["seq"] for batch in delivery.batches(50) for document in batch], delivery.nonce

    def proof(
        self, till: Till, upto: int, nonce: str, /, *, key: SigningKey | None = None, **changes: Any
    ) -> dict[str, Any]:
        self.number += 1
        fields = {
            "v": 1,
            "terminal": "kiosk-1",
            "server": "office",
            "number": self.number,
            "epoch": 1,
            "upto": upto,
            "head": till.journal.hash_at(upto) if upto else wire.EMPTY_HEAD,
            "quarantined": [],
            "need": None,
            "alarm": None,
            "nonce": nonce,
            "at": "2026-11-21T12:00:00Z",
        }
        return sign_document(key or self.ack_key, wire.ACK_CONTEXT, fields | changes)


class Van:
    """A terminal that never has a line, a stick, and head office far away."""

    def __init__(self, folder: Path) -> None:
        self.office = Office()
        self.till = Till(folder / "terminal")
        self.till.key.save(folder / "terminal" / "journal.key")
        self.stick = folder / "stick"
        self.stick.mkdir()
        self.config = folder / "terminal.toml"
        self.config.write_text(CONFIG)
        enrolled = enrolment(9, self.office.ack_key, SigningKey.generate())
        self.enrolment = msgspec.structs.replace(
            enrolled, archive_public_key=self.office.archive_key.public.to_base64()
        )
        wire.save_enrolment(folder / "terminal" / "enrolment.json", self.enrolment)

    def write(self, **range: int) -> OnStick:
        written = write_to_stick(self.till.folder, self.enrolment, self.stick, NOW, **range)
        assert written is not None
        return written

    def archive(self, **range: int) -> tuple[list[int], str]:
        """Entries and nonce of a new archive."""
        return self.office.open(self.till, self.write(**range).path)

    def accept(self, document: dict[str, Any], wait_s: float = 10.0) -> Accepted:
        path = self.stick / "answer.proof.json"
        path.write_text(json.dumps(document))
        return accept_proof(self.till.folder, self.enrolment, path, wait_s=wait_s)

    def mark(self) -> int:
        marks = self.till.news(Mark)
        return marks[-1].upto if marks else -1

    def run_bridge(self) -> None:
        self.till.start_bridge(self.enrolment)
        wait_until(lambda: self.mark() >= 0, "the bridge works")


@pytest.fixture
def van(tmp_path: Path) -> Iterator[Van]:
    made = Van(tmp_path)
    yield made
    made.till.close()


def test_what_is_unsent_goes_to_the_stick_and_the_proof_moves_the_mark(van: Van) -> None:
    van.till.sell(60)
    van.run_bridge()
    seqs, nonce = van.archive()
    assert seqs == list(range(1, 62))
    van.till.sell(5)

    assert van.accept(van.office.proof(van.till, 61, nonce)) == Accepted(61, 66, True, 61)

    wait_until(lambda: van.mark() == 61, "the terminal hears of it")
    assert van.archive()[0] == list(range(62, 67))


def test_nothing_unsent_is_nothing_to_carry(van: Van) -> None:
    van.run_bridge()
    _seqs, nonce = van.archive()
    van.accept(van.office.proof(van.till, 1, nonce))
    before = sorted(van.stick.iterdir())
    assert write_to_stick(van.till.folder, van.enrolment, van.stick, NOW) is None
    assert sorted(van.stick.iterdir()) == before


def test_without_a_running_bridge_its_next_start_takes_the_proof(van: Van) -> None:
    van.till.sell(9)
    _seqs, nonce = van.archive()
    assert van.accept(van.office.proof(van.till, 10, nonce)) == Accepted(10, 10, False, 0)
    van.run_bridge()
    wait_until(lambda: van.mark() == 10, "the bridge took it")
    assert not list((van.till.folder / "inbox").iterdir())


def test_a_bridge_that_is_another_user_of_the_group_may_remove_what_it_took(van: Van) -> None:
    before = os.umask(0o027)
    try:
        _seqs, nonce = van.archive()
        van.accept(van.office.proof(van.till, 1, nonce), wait_s=0)
    finally:
        os.umask(before)
    inbox = van.till.folder / "inbox"
    assert stat.S_IMODE(inbox.stat().st_mode) == 0o770
    assert [stat.S_IMODE(path.stat().st_mode) & 0o067 for path in inbox.iterdir()] == [0o040]


def test_an_older_proof_never_lowers_the_mark(van: Van) -> None:
    van.till.sell(9)
    van.run_bridge()
    _first, first_nonce = van.archive(last_seq=4)
    _second, second_nonce = van.archive()
    older, newer = van.office.proof(van.till, 4, first_nonce), van.office.proof(van.till, 10, second_nonce)
    van.accept(newer)
    assert van.accept(older) == Accepted(4, 10, True, 10)
    assert van.accept(newer) == Accepted(10, 10, True, 10)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"terminal": "kiosk-2"}, "is for terminal kiosk-2 epoch 1, this is kiosk-1 epoch 1"),
        ({"epoch": 2}, "is for terminal kiosk-1 epoch 2"),
        ({"nonce": "0" * 32}, "answers no archive that this terminal has written"),
        ({"nonce": "../../enrolment"}, "answers no archive that this terminal has written"),
        ({"upto": -1}, "is not a proof of head office's: ack: "),
    ],
)
def test_a_proof_for_somebody_else_is_refused(van: Van, changes: dict[str, Any], says: str) -> None:
    _seqs, nonce = van.archive()
    with pytest.raises(StickError) as caught:
        van.accept(van.office.proof(van.till, 1, nonce, **changes))
    assert says in str(caught.value)
    assert not (van.till.folder / "inbox").exists()


def test_a_proof_nobody_at_head_office_signed_is_refused(van: Van) -> None:
    _seqs, nonce = van.archive()
    genuine = van.office.proof(van.till, 1, nonce)
    for forged in (van.office.proof(van.till, 1, nonce, key=SigningKey.generate()), genuine | {"number": 99}):
        with pytest.raises(StickError, match="not a proof of head office's: "):
            van.accept(forged)


def test_the_bridge_believes_nothing_that_is_put_into_its_inbox_past_the_check(van: Van) -> None:
    van.till.sell(5)
    _seqs, nonce = van.archive()
    inbox = van.till.folder / "inbox"
    inbox.mkdir()
    (inbox / "a.json").write_bytes(b"\xff not json")
    (inbox / "b.json").write_text(json.dumps(van.office.proof(van.till, 6, "7" * 32)))
    (inbox / "c.json").write_text(json.dumps(van.office.proof(van.till, 6, nonce, key=SigningKey.generate())))
    van.run_bridge()
    wait_until(lambda: len(van.till.news(Alarm)) >= 3, "each is refused aloud")
    assert van.mark() == 0
    assert list(inbox.iterdir()) == []


def test_a_file_the_bridge_cannot_read_is_in_nobodys_way(van: Van) -> None:
    inbox = van.till.folder / "inbox"
    (inbox / "a.json").mkdir(parents=True)
    van.run_bridge()
    _seqs, nonce = van.archive()
    assert van.accept(van.office.proof(van.till, 1, nonce)).taken
    wait_until(lambda: van.mark() == 1, "the bridge goes on")


def test_a_pipe_or_a_link_in_the_inbox_is_in_nobodys_way(van: Van) -> None:
    van.run_bridge()
    _seqs, nonce = van.archive()
    inbox = van.till.folder / "inbox"
    inbox.mkdir()
    (inbox / "0.json").symlink_to(van.till.folder / "journal.key")
    os.mkfifo(inbox / "1.json")

    assert van.accept(van.office.proof(van.till, 1, nonce)) == Accepted(1, 1, True, 1)


def test_a_proof_for_another_branch_stops_the_terminal(van: Van) -> None:
    van.till.sell(5)
    van.run_bridge()
    _seqs, nonce = van.archive()
    van.accept(van.office.proof(van.till, 6, nonce, head="a" * 64), wait_s=10)
    wait_until(lambda: any(alarm.stops for alarm in van.till.news(Alarm)), "the terminal is stopped")
    assert isinstance(van.till.last_standing(), Alarm)

    van.accept(van.office.proof(van.till, 6, van.archive()[1]))
    wait_until(lambda: van.mark() == 6, "a later, clean answer takes it back")


def test_the_line_comes_back_and_goes_on_where_the_stick_ended(van: Van, tmp_path: Path) -> None:
    van.till.sell(30)
    broker = Broker(tmp_path / "broker")
    head_office = HeadOffice(broker.port, van.till.key.public)
    head_office.ack_key = head_office.signer = van.office.ack_key
    van.enrolment = msgspec.structs.replace(van.enrolment, broker=wire.Broker(host="127.0.0.1", port=broker.port))
    van.run_bridge()
    _seqs, nonce = van.archive()
    head_office.entries = van.till.journal.entries(0, 100)
    van.accept(van.office.proof(van.till, 31, nonce))
    van.till.sell(3)
    try:
        broker.start()
        head_office.start()
        wait_until(lambda: van.mark() == 34, "the rest goes by wire")
        assert head_office.received == 1
    finally:
        van.till.stop_bridge()
        head_office.stop()
        broker.stop()


def test_a_terminal_enrolled_without_the_key_is_told_what_to_do(van: Van) -> None:
    with pytest.raises(StickError, match="Have head office answer this terminal's enrolment request again"):
        write_to_stick(van.till.folder, msgspec.structs.replace(van.enrolment, archive_public_key=""), van.stick, NOW)


def test_a_stick_that_is_not_in_leaves_nothing_to_remember(van: Van) -> None:
    with pytest.raises(StickError, match="put the stick in"):
        write_to_stick(van.till.folder, van.enrolment, van.stick / "nowhere", NOW)
    assert not list(van.till.folder.glob("sticks/*"))


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.fixture
def keys(van: Van) -> list[object]:
    """Arguments of `verify` that name public keys."""
    terminal, office = van.stick / "terminal.pub", van.stick / "office.pub"
    terminal.write_text(van.till.key.public.to_base64())
    office.write_text(van.office.ack_key.public.to_base64())
    return ["--terminal-key", terminal, "--head-office-key", office]


def test_the_commands_carry_it_there_and_back(van: Van, keys: list[object], capsys: pytest.CaptureFixture[str]) -> None:
    van.till.sell(9)
    van.run_bridge()
    code, out, _err = run(capsys, "archive", "write", "--config", van.config, "--to", van.stick)
    assert code == 0
    assert "kiosk-1-epoch1-00000001-00000010.refectory: 10 entries, 1 to 10" in out
    _seqs, nonce = van.office.open(van.till, van.stick / "kiosk-1-epoch1-00000001-00000010.refectory")
    answer = van.stick / "answer.json"
    answer.write_text(json.dumps(van.office.proof(van.till, 10, nonce)))
    accept = ["archive", "accept", "--config", van.config, answer]
    assert run(capsys, *accept) == (0, "head office has everything up to entry 10 of 10; complete up to entry 10\n", "")
    assert run(capsys, "archive", "write", "--config", van.config, "--to", van.stick)[1].startswith("nothing is unsent")

    proof = van.stick / "proof.json"
    assert run(capsys, "proof", "--config", van.config, "--out", proof)[0] == 0
    journal = van.till.folder / "journal.sqlite"
    for source in (proof, van.till.folder / "bridge.sqlite"):
        code, out, err = run(capsys, "verify", "--journal", journal, "--proof", source, *keys)
        assert (code, err) == (0, "")
        assert "complete up to 10 of 10, signed by office at 2026-11-21T12:00:00Z" in out

    van.till.sell(4)
    code, out, _err = run(capsys, "verify", "--journal", journal, "--proof", proof, *keys)
    assert code == 3
    assert "complete up to 10 of 14" in out
    assert "4 entries are not proven to be there" in out


def test_send_needs_a_bridge(van: Van, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = run(capsys, "send", "--config", van.config)
    assert code == 1
    assert "start `refectory bridge`" in err
    van.run_bridge()
    assert run(capsys, "send", "--config", van.config)[0] == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"head": "a" * 64},
            "journal.sqlite is NOT sound. The first bad one is entry 6: is not the entry head office knows",
        ),
        ({"upto": 20}, "journal.sqlite is NOT sound. The first bad one is entry 11: is missing, as are all up to 20"),
        ({"terminal": "kiosk-2"}, "proof.json is of terminal kiosk-2 epoch 1, the journal is of kiosk-1 epoch 1"),
        ({"upto": 0}, "it speaks of no entry and names the hash of one"),
    ],
)
def test_verify_names_what_is_wrong_with_a_proof(
    van: Van, keys: list[object], capsys: pytest.CaptureFixture[str], changes: dict[str, Any], says: str
) -> None:
    van.till.sell(9)
    document = van.office.proof(van.till, 6, "1" * 32)
    signed = van.office.proof(van.till, 6, "1" * 32, **{"head": document["head"], **changes})
    proof = van.stick / "proof.json"
    proof.write_text(json.dumps(signed))
    code, _out, err = run(capsys, "verify", "--journal", van.till.folder / "journal.sqlite", "--proof", proof, *keys)
    assert code == 1
    assert says in err


def test_verify_needs_the_right_keys_and_an_unchanged_proof(
    van: Van, keys: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    van.till.sell(9)
    genuine = van.office.proof(van.till, 6, "1" * 32, quarantined=[3])
    proof, journal = van.stick / "proof.json", van.till.folder / "journal.sqlite"
    stranger = van.stick / "stranger.pub"
    stranger.write_text(SigningKey.generate().public.to_base64())
    proof.write_text(json.dumps(genuine))
    verify = ["verify", "--journal", journal, "--proof", proof]
    code, out, _err = run(capsys, *verify, *keys)
    assert code == 3
    assert "in head office's quarantine: 3" in out
    code, _out, err = run(capsys, *verify, *keys[:2], "--head-office-key", stranger)
    assert code == 1
    assert "proof.json is NOT genuine" in err
    code, _out, err = run(capsys, *verify, "--terminal-key", stranger, *keys[2:])
    assert code == 1
    assert "is this the terminal's own public key?" in err
    for changed in ({"upto": 5}, {"quarantined": []}, {"at": ""}, {"unheard_of": 1}):
        proof.write_text(json.dumps(genuine | changed))
        assert run(capsys, *verify, *keys)[0] == 1


def test_a_pruned_journal_is_verified_from_its_checkpoint(
    van: Van, keys: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    van.till.sell(9)
    proof, journal = van.stick / "proof.json", van.till.folder / "journal.sqlite"
    documents = {upto: van.office.proof(van.till, upto, "1" * 32) for upto in (5, 6, 8)}
    documents[0] = van.office.proof(van.till, 6, "1" * 32, head="b" * 64)
    van.till.journal.prune(6, now_utc=NOW + timedelta(days=1))
    found = {}
    for upto, document in documents.items():
        proof.write_text(json.dumps(document))
        found[upto] = run(capsys, "verify", "--journal", journal, "--proof", proof, *keys)
    assert found[8][0] == found[6][0] == 3
    assert "entries 7 to 10 are sound" in found[8][1]
    assert "entry 5: cannot be looked at: the file begins with entry 7" in found[5][2]
    assert "entry 6: is not the entry head office knows by this number" in found[0][2]
