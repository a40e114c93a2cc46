"""The console commands, as processes."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from appliance.enrol import journal_key
from journal.keys import PublicKey
from journal.store import Journal, JournalReader
from mqtt_bridge.local_socket import Entry, LocalSocket
from tests.appliance.canteen import Canteen
from tests.appliance.test_devices import enrol

TOML = '[terminal]\nid = "{id}"\ndata_dir = "."\n[screen]\nwidth = 640\nheight = 480\nmode = "offscreen"\n'
PATIENCE_S = 60


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "terminal.toml"
    path.write_text(TOML.format(id="kiosk-1"))
    return path


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "appliance.cli", *words]


def refectory(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_the_help_names_every_command_in_one_line_each() -> None:
    outcome = refectory()
    assert outcome.returncode == 0
    for name in ("terminal", "bridge", "enrol-request"):
        assert f"\n    {name}" in outcome.stdout
    assert refectory("--help").stdout == outcome.stdout


def test_a_mistyped_command_is_answered_with_those_there_are() -> None:
    outcome = refectory("terminl")
    assert outcome.returncode == 2
    assert "enrol-request" in outcome.stderr


def test_a_request_is_the_same_every_time_and_its_key_stays_private(file: Path) -> None:
    first, second = refectory("enrol-request", "--config", str(file)), refectory("enrol-request", "--config", str(file))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == second.stdout
    request = json.loads(first.stdout)
    assert sorted(request) == ["public_key", "terminal", "wire_request"]
    assert request["terminal"] == "kiosk-1"
    assert PublicKey.from_base64(request["public_key"]) == journal_key(file.parent).public
    for name in ("journal.key", "wire.key"):
        assert stat.S_IMODE((file.parent / name).stat().st_mode) == 0o600
        assert (file.parent / name).read_text().splitlines()[1] not in first.stdout


@pytest.mark.parametrize("name", ["terminal", "bridge", "enrol-request"])
def test_a_wrong_key_in_the_configuration_stops_every_command_with_its_name(file: Path, name: str) -> None:
    file.write_text(file.read_text() + "colour = 3\n")
    outcome = refectory(name, "--config", str(file))
    assert outcome.returncode == 1
    assert outcome.stderr.startswith(f"{file}: [screen] has an unknown key 'colour'")
    assert outcome.stdout == ""


@pytest.mark.parametrize("name", ["terminal", "bridge"])
def test_a_terminal_that_is_not_enrolled_is_told_how(file: Path, name: str) -> None:
    outcome = refectory(name, "--config", str(file))
    assert outcome.returncode == 1
    assert "enrolment.json" in outcome.stderr
    assert "not enrolled yet" in outcome.stderr
    assert not (file.parent / "journal.sqlite").exists()


def test_an_enrolment_of_another_terminal_is_refused(file: Path) -> None:
    with ExitStack() as stack:
        enrol(Canteen(file.parent, stack))
    file.write_text(TOML.format(id="kiosk-2"))
    for name in ("terminal", "bridge"):
        outcome = refectory(name, "--config", str(file))
        assert outcome.returncode == 1
        assert "terminal.id is 'kiosk-2', but" in outcome.stderr


def test_a_journal_of_another_enrolment_is_never_continued(file: Path) -> None:
    with ExitStack() as stack:
        canteen = Canteen(file.parent, stack)
        enrol(canteen)
        Journal.create(canteen.folder / "journal.sqlite", "kiosk-1", 2, canteen.key)
    outcome = refectory("terminal", "--config", str(file))
    assert outcome.returncode == 1
    assert "belongs to terminal kiosk-1, epoch 2" in outcome.stderr


def test_a_second_terminal_on_the_same_journal_is_refused_and_disturbs_nothing(file: Path) -> None:
    with ExitStack() as stack:
        canteen = Canteen(file.parent, stack)
        enrol(canteen)
        canteen.publish()
        diner = canteen.open()
        head = diner.journal.head
        outcome = refectory("terminal", "--config", str(file))
        assert outcome.returncode == 1
        assert f"is in use by process {os.getpid()}; a journal has one writer." in outcome.stderr
        assert diner.journal.head == head
        assert diner.bridge.receive(PATIENCE_S) is not None
        assert (file.parent / "sockets" / "terminal.sock").exists()


def test_a_terminal_starts_and_ends_when_told_to(file: Path) -> None:
    with ExitStack() as stack:
        canteen = Canteen(file.parent, stack)
        enrol(canteen)
        canteen.publish()
        bridge = LocalSocket.for_bridge(file.parent)
        stack.callback(bridge.close)
        process = subprocess.Popen(
            command("terminal", "--config", str(file)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        stack.callback(process.kill)
        deadline_s = time.monotonic() + PATIENCE_S
        rings = 0
        while rings < 2:
            assert time.monotonic() < deadline_s, "the terminal does not look for its bridge"
            rings += isinstance(bridge.receive(1.0), Entry)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, output
        assert "Traceback" not in output
    with JournalReader(file.parent / "journal.sqlite") as reader:
        assert [entry.kind for entry in reader.entries(0)] == ["open"]
    assert not (file.parent / "sockets" / "terminal.sock").exists()
