from __future__ import annotations

import argparse

import pytest

from journal.cli import register
from journal.keys import SigningKey


@pytest.fixture
def run(capsys):
    def command(*words: object) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser(prog="refectory")
        register(parser.add_subparsers())
        args = parser.parse_args(["journal", *map(str, words)])
        status = args.run(args)
        output = capsys.readouterr()
        return status, output.out, output.err

    return command


def test_a_sound_journal_is_reported_with_its_head(till, run) -> None:
    head = till.sell_and_close(3)
    status, out, err = run("verify", till.path, "--public-key", till.public_path, "--head", f"{head.seq}:{head.hash}")
    assert (status, err) == (0, "")
    assert out == (
        f"{till.path} is sound: 4 entries of terminal kiosk-1, epoch 1, from 1 to 4, head {head.seq}:{head.hash}\n"
    )


def test_the_first_bad_entry_is_named_on_the_error_stream(till, run) -> None:
    till.sell_and_close(3)
    till.tamper("update entry set kind = 'note' where seq >= 3")
    assert run("verify", till.path, "--public-key", till.public_path) == (
        1,
        "",
        f"{till.path} is NOT sound. The first bad one is entry 3: its content is not what its hash says; it was changed\n",
    )


def test_entries_cut_off_are_reported_when_the_head_is_given(till, run) -> None:
    head = till.sell_and_close(3)
    till.tamper("delete from entry where seq > 3")
    status, _, err = run("verify", till.path, "--public-key", till.public_path, "--head", f"{head.seq}:{head.hash}")
    assert status == 1
    assert "entry 4: is missing" in err


def test_a_range_travels_as_a_file(till, run, tmp_path) -> None:
    till.sell_and_close(3)
    archive, copy = tmp_path / "week.archive", tmp_path / "copy.sqlite"
    assert run("export", till.path, "--from", 1, "--to", 4, "--out", archive)[0] == 0
    assert run("verify", archive, "--public-key", till.public_path)[0] == 0
    assert run("import", archive, "--into", copy, "--public-key", till.public_path) == (
        0,
        f"{copy}: 4 entries added, 1 to 4\n",
        "",
    )
    assert run("verify", copy, "--public-key", till.public_path)[0] == 0


def test_show_key_prints_the_public_half_only(till, run) -> None:
    assert run("show-key", till.key_path) == (0, till.public_path.read_text(), "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["verify", "{folder}/nowhere", "--public-key", "{public}"],
            "nowhere is not a readable journal: there is no such",
        ),
        (["verify", "{journal}", "--public-key", "{folder}/nowhere"], "cannot read the public key"),
        (["verify", "{journal}", "--public-key", "{folder}/journal.key"], "show-key` prints a terminal's"),
        (["verify", "{journal}", "--public-key", "{folder}/other.pub"], "is this the terminal's own public key?"),
        (["verify", "{journal}", "--public-key", "{folder}/other.pub"], "The first bad one is entry 1: names key"),
        (["export", "{journal}", "--from", "1", "--to", "9", "--out", "{folder}/x"], "does not hold entries 1 to 9"),
        (["import", "{folder}/nowhere", "--into", "{folder}/x"], "cannot read"),
        (["import", "{journal}", "--into", "{folder}/x"], "line 1"),
        (["show-key", "{public}"], "chmod 600"),
    ],
)
def test_what_does_not_work_is_said_in_one_line(till, run, words, message) -> None:
    till.sell_and_close(1)
    (till.folder / "other.pub").write_text(SigningKey.generate().public.to_base64())
    status, out, err = run(
        *(word.format(folder=till.folder, journal=till.path, public=till.public_path) for word in words)
    )
    assert (status, out) == (1, "")
    assert message in err
    assert err.count("\n") == 1
    assert not (till.folder / "x").exists()


def test_a_malformed_head_is_a_usage_error(till, run, capsys) -> None:
    with pytest.raises(SystemExit):
        run("verify", till.path, "--public-key", till.public_path, "--head", "4")
    assert "'4' does not have the form SEQ:HASH" in capsys.readouterr().err
