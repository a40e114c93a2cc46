"""The guide to security: its steps set up a line with TLS that delivers, and its last one cuts a terminal off."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from journal.keys import SigningKey
from journal.store import Journal
from mqtt_bridge.marks import Marks
from mqtt_bridge.wire import OFFICE_LEAVES, TERMINAL_LEAVES, load_enrolment
from tests.docs.documents import ROOT, shell_lines
from tests.waiting import wait_until

GUIDE = (ROOT / "docs" / "security.md").read_text()
SETTING_UP = GUIDE.partition("## Setting up TLS")[2].partition("\n## ")[0]
PATIENCE_S = 90.0
HALL = """
import django
django.setup()
from server.catalog.models import Company, Store
Store.objects.create(company=Company.objects.create(code="house", name="House"), code="hall", name="Hall")
"""
TERMINAL = '[terminal]\nid = "kiosk-1"\ndata_dir = "."\n'


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Reader:
    """Follows the guide: types its lines, on this machine instead of `office.example.org`."""

    def __init__(self, folder: Path) -> None:
        tools = folder / "bin"
        tools.mkdir()
        (tools / "refectory").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m appliance.cli "$@"\n')
        (tools / "refectory").chmod(0o755)
        self.here = folder / "here"
        self.here.mkdir()
        self.office = folder / "office"
        self._broker_port, self._web_port = free_ports(2)
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("REFECTORY_")}
        self._environment |= {
            "PATH": f"{tools}:{os.environ['PATH']}:/usr/sbin",
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "server.settings",
        }
        self._environment.pop("DATABASE_URL", None)
        self._running: list[subprocess.Popen[bytes]] = []

    def type(self, line: str) -> None:
        """One line of the guide; what it starts beside (`&`) goes on until `stop`."""
        for there, instead in (
            ("office.example.org:8883", f"localhost:{self._broker_port}"),
            ("office.example.org:8443", f"localhost:{self._web_port}"),
            ("--port 8443", f"--port {self._web_port}"),
            ("office.example.org", "localhost"),
            ("0.0.0.0", "127.0.0.1"),
            ("/srv/refectory", str(self.office)),
        ):
            line = line.replace(there, instead)
        if assignment := re.fullmatch(r"export (\w+)=(\S+)", line):
            self._environment[assignment[1]] = assignment[2]
            return
        # Whoever is root is not made another user here, who could not enter the folders of a test.
        line += " --user root" if os.geteuid() == 0 and " broker_config " in line else ""
        if line.endswith("&"):
            with (self.here / "log").open("ab") as log:
                words = ["bash", "-c", f"exec {line.removesuffix('&')}"]
                self._running.append(
                    subprocess.Popen(words, env=self._environment, cwd=self.here, stdout=log, stderr=log)
                )
            return
        done = subprocess.run(
            ["bash", "-c", line], cwd=self.here, env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"

    def python(self, program: str) -> None:
        subprocess.run([sys.executable, "-c", program], env=self._environment, cwd=self.here, check=True)

    def stop(self) -> None:
        for process in reversed(self._running):
            process.send_signal(signal.SIGTERM)
            process.wait(20)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    made = Reader(tmp_path)
    yield made
    made.stop()


@pytest.mark.timeout(400)  # starts a dozen programs one after the other
def test_its_steps_set_up_a_line_that_delivers_until_the_terminal_is_revoked(reader: Reader) -> None:
    office, terminal, revoke = (block.splitlines() for block in re.findall(r"```sh\n(.*?)```", SETTING_UP, re.DOTALL))
    lines = [list(shell_lines("```sh\n" + "\n".join(block) + "\n```")) for block in (office, terminal, revoke)]
    assert [len(block) for block in lines] == [11, 3, 1]
    data = reader.here
    (data / "kiosk.toml").write_text(TERMINAL)
    for line in lines[0]:
        reader.type(line)
    reader.python(HALL)
    for line in lines[1]:
        reader.type(line)

    enrolment = load_enrolment(data / "enrolment.json")
    assert enrolment.broker.tls
    assert enrolment.head_office_url.startswith("https://")
    now, day = datetime.now(UTC), date(2026, 11, 21)
    key = SigningKey.load(data / "journal.key")
    Journal.create(data / "journal.sqlite", "kiosk-1", 1, key)
    with closing(Journal.open(data / "journal.sqlite", key, business_day=day, now_utc=now, software="test")) as journal:
        for name in ("catalogues/current", "accounts.sqlite", "bridge.sqlite"):
            wait_until((data / name).exists, f"{name} comes down\n{(data / 'log').read_text()}", PATIENCE_S)
        wait_until(lambda: acknowledged(data) == journal.head.seq, "the journal is acknowledged", PATIENCE_S)
        for line in lines[2]:
            reader.type(line)
        wait_until(
            lambda: "certificate revoked" in (data / "log").read_text(), "the broker refuses the terminal", PATIENCE_S
        )
        journal.append("note", {}, now_utc=now, business_day=day)
        assert acknowledged(data) == journal.head.seq - 1


def acknowledged(data: Path) -> int:
    with closing(Marks(data / "bridge.sqlite")) as marks:
        return marks.mark(1).upto


def test_the_topics_it_names_are_those_of_the_wire() -> None:
    sentence = re.search(r"A terminal writes (.*?) and reads (.*?), all under", GUIDE, re.DOTALL)
    assert sentence
    written, read = (set(re.findall(r"`(\w+)`", part)) for part in sentence.groups())
    assert (written, read) == (TERMINAL_LEAVES, OFFICE_LEAVES)


def test_the_keys_it_names_are_those_that_are_made(tmp_path: Path) -> None:
    environment = {**os.environ, "REFECTORY_DATA": str(tmp_path)}
    words = [sys.executable, "-m", "appliance.cli", "head-office", "init_keys"]
    subprocess.run(words, env=environment, cwd=ROOT, check=True, capture_output=True)
    made = {path.name for path in (tmp_path / "keys").glob("*.key")}
    named = set(
        re.findall(r"^\| `(\w+\.key)` \([^)]*\) \| head office|^\| `(\w+\.key)` \| head office", GUIDE, re.MULTILINE)
    )
    assert {first or second for first, second in named} == made
    assert "ca.key" in made
