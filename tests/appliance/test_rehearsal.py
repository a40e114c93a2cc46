"""A till that serves made-up guests by itself, as a process."""

from __future__ import annotations

import json
import signal
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from journal.reader import JournalReader
from tests.appliance.test_commands import PATIENCE_S, command, refectory
from tests.appliance.test_devices import enrol
from tests.appliance.till_canteen import CARLA, DORA, EMIL, MARIE, MENU_CATALOGUE, Counter
from tests.waiting import wait_until

TOML = '[terminal]\nid = "till-1"\nrole = "{role}"\ndata_dir = "."\n'


@pytest.fixture
def configuration(counter: Counter) -> Path:
    counter.publish(replace(MENU_CATALOGUE, published_at=datetime.now(UTC).replace(microsecond=0)))
    enrol(counter, terminal=counter.terminal)
    path = counter.folder / "terminal.toml"
    path.write_text(TOML.format(role="till"))
    (counter.folder / "people.json").write_text(json.dumps({"cashier": MARIE, "crowd": [CARLA, DORA, EMIL]}))
    return path


def entries(folder: Path, kind: str) -> list[dict[str, Any]]:
    """What the journal holds of one kind."""
    if not (folder / "journal.sqlite").exists():
        return []
    found, after = [], 0
    with JournalReader(folder / "journal.sqlite") as reader:
        while more := reader.entries(after):
            found += [dict(entry.payload) for entry in more if entry.kind == kind]
            after = more[-1].seq
    return found


def rehearse(configuration: Path, guests: int) -> None:
    """Let it serve until so many guests have been served, and end it as Ctrl-C does."""
    folder = configuration.parent
    words = command("rehearse", "--config", str(configuration), "--people", str(folder / "people.json"))
    with subprocess.Popen(
        [*words, "--first", str(guests), "--every", "600"], stderr=subprocess.PIPE, text=True
    ) as till:
        try:
            wait_until(lambda: len(entries(folder, "ticket")) >= guests, "the guests are served", PATIENCE_S)
            till.send_signal(signal.SIGINT)
            _, problem = till.communicate(timeout=PATIENCE_S)
        finally:
            till.kill()
    assert (till.returncode, problem) == (0, "")


def test_so_many_guests_are_served_however_often_it_is_started(configuration: Path) -> None:
    folder = configuration.parent
    for guests in (10, 12):
        rehearse(configuration, guests)
        assert [ticket["number"] for ticket in entries(folder, "ticket")] == list(range(1, guests + 1))
    tickets = entries(folder, "ticket")
    assert {tender["kind"] for ticket in tickets for tender in ticket["tenders"]} == {"account", "cash"}
    assert {ticket["cashier_id"] for ticket in tickets} == {"marie"}
    (opened,) = entries(folder, "shift_open")
    assert opened["float_minor"] == 20000


def test_people_who_cannot_be_read_are_named(configuration: Path) -> None:
    people = configuration.parent / "people.json"
    people.write_text('{"crowd": []}')
    outcome = refectory("rehearse", "--config", str(configuration), "--people", str(people))
    assert outcome.returncode == 1
    assert outcome.stderr.startswith(f'{people}: expected {{"cashier": "badge", "crowd": ["badge", ...]}}')


def test_only_a_till_can_rehearse(configuration: Path) -> None:
    configuration.write_text(TOML.format(role="kiosk"))
    outcome = refectory(
        "rehearse", "--config", str(configuration), "--people", str(configuration.parent / "people.json")
    )
    assert (outcome.returncode, outcome.stderr) == (
        1,
        f"{configuration}: terminal.role is 'kiosk'; expected till\n",
    )
